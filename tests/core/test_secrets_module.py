"""Secrets stay out of the variables that reporters of errors write down."""

import traceback

import pytest

from scalingo_async._core.secrets import RedactedDict, hidden_frames, hide, hide_all
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.types import Secret

CANARY = "canary-value"


def test_texts_are_hidden_and_the_rest_is_left_to_be_refused():
    assert hide(CANARY) == Secret(CANARY)
    assert hide(None) is None
    assert hide(7) == 7
    hidden = hide_all({"A": CANARY, "B": 7})
    assert dict(hidden) == {"A": Secret(CANARY), "B": 7}
    assert repr(hidden) == "RedactedDict(['A', 'B'])"
    assert hide_all("no mapping") == "no mapping"
    assert repr(RedactedDict({"b": CANARY, 7: CANARY})) == "RedactedDict(['7', 'b'])"


def test_errors_leave_without_frames_and_arguments():
    @hidden_frames
    def check(value, *, also):
        """Say what is wrong."""
        inner = value + also
        try:
            raise KeyError(inner)
        except KeyError:
            raise InvalidArgumentError("it is wrong") from None

    assert check.__doc__ == "Say what is wrong."
    with pytest.raises(InvalidArgumentError, match="it is wrong") as caught:
        check("canary-", also="value")
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert CANARY not in "".join(shown.format())
    assert [frame.name for frame in shown.stack] == [
        "test_errors_leave_without_frames_and_arguments"
    ]
    assert caught.value.__context__ is None


def test_what_succeeds_or_is_not_ours_passes():
    @hidden_frames
    def divide(a, b):
        return a / b

    assert divide(4, 2) == 2
    with pytest.raises(ZeroDivisionError):
        divide(1, 0)
