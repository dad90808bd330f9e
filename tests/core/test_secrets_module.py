"""Secrets stay out of the variables that reporters of errors write down."""

import asyncio
import contextlib
import inspect
import sys
import traceback
from collections.abc import Mapping

import anyio
import pytest

from scalingo_async._core import secrets
from scalingo_async._core.secrets import (
    Hidden,
    RedactedDict,
    conceals,
    hidden_frames,
    hide,
    reveal,
    without_frames,
)
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.types import UNSET, Secret

CANARY = "canary-value"


def shown(error: BaseException, *mine: str) -> str:
    """Write down the variables of all frames but the test's own."""
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    report.stack = traceback.StackSummary.from_list(
        [
            frame
            for frame in report.stack
            if not frame.name.startswith("test_") | (frame.name in mine)
        ]
    )
    return "".join(report.format())


def names(error: BaseException) -> list[str]:
    return [frame.name for frame in traceback.extract_tb(error.__traceback__)]


async def cancelled(call):
    """Cancel a call, and return its cancellation."""
    errors = []
    with anyio.move_on_after(0.01):
        try:
            await call
        except anyio.get_cancelled_exc_class() as error:
            errors.append(error)
            raise
    return errors[0]


# -- what hides --------------------------------------------------------------------------------


def test_texts_are_hidden_and_the_rest_is_left_to_be_refused():
    assert hide(CANARY) == Secret(CANARY)
    assert hide(None) is None
    assert hide(7) == 7
    assert repr(RedactedDict({"b": CANARY, 7: CANARY})) == "RedactedDict(['7', 'b'])"


def test_what_is_no_text_is_hidden_as_well():
    hidden = Hidden([CANARY])
    assert f"{hidden} {hidden!r} {[hidden]}" == "<Hidden list> <Hidden list> [<Hidden list>]"
    assert hidden.reveal() == [CANARY]
    assert hidden
    assert not Hidden(b"")
    assert reveal(hidden) == [CANARY]
    assert reveal(Secret(CANARY)) == CANARY
    assert reveal(7) == 7


# -- arguments -----------------------------------------------------------------------------------


@pytest.fixture(params=["marked", "in the first step"])
def way(request, monkeypatch):
    """Both ways to wrap the arguments of a coroutine function: Pythons differ."""
    mark = secrets.mark_coroutine or (lambda function: function)
    monkeypatch.setattr(secrets, "mark_coroutine", mark if request.param == "marked" else None)
    return request.param


def echo(value, *, also=None, default="a default", **rest):
    """Return what came."""
    return value, also, default, rest


async def echo_later(value, *, also=None, default="a default", **rest):
    """Return what came."""
    return value, also, default, rest


async def echo_parts(value, *, also=None, default="a default", **rest):
    """Return what came."""
    yield value, also, default, rest


@contextlib.asynccontextmanager
async def echo_inside(value, *, also=None, default="a default", **rest):
    """Return what came."""
    yield value, also, default, rest


ECHOES = [echo, echo_later, echo_parts, echo_inside]


async def result_of(made):
    """Return what any kind of function has to say."""
    if inspect.isawaitable(made):
        return await made
    if isinstance(made, contextlib.AbstractAsyncContextManager):
        async with made as inside:
            return inside
    if inspect.isasyncgen(made):
        *_, last = [each async for each in made]
        return last
    return made


@pytest.mark.anyio
@pytest.mark.parametrize("function", ECHOES, ids=lambda function: function.__name__)
async def test_named_arguments_arrive_wrapped(function, way):
    concealed = conceals("value", "also", "default", "more")(function)
    assert await result_of(concealed(CANARY)) == (Secret(CANARY), None, "a default", {})
    value, also, default, rest = await result_of(
        concealed(value=CANARY, also=CANARY, default=CANARY, more=CANARY, other=CANARY)
    )
    assert (value, also, default) == (Secret(CANARY),) * 3
    assert rest == {"more": Secret(CANARY), "other": CANARY}


@pytest.mark.parametrize("given", [None, UNSET, 7, Secret(CANARY), Hidden(CANARY), iter(())])
def test_what_hides_itself_or_is_to_be_refused_arrives_as_it_is(given):
    assert conceals("value")(echo)(given)[0] is given


@pytest.mark.parametrize(
    "given",
    [b"x", bytearray(b"x"), memoryview(b"x"), [CANARY], (CANARY,), {CANARY}, frozenset({CANARY})],
    ids=lambda given: type(given).__name__,
)
def test_bytes_and_collections_are_wrapped(given):
    hidden = conceals("value")(echo)(given)[0]
    assert isinstance(hidden, Hidden)
    assert hidden.reveal() is given


def test_mappings_are_copied():
    given = {"A": CANARY, "B": 7}
    hidden = conceals("value")(echo)(given)[0]
    assert isinstance(hidden, RedactedDict)
    assert hidden == {"A": Secret(CANARY), "B": 7}
    assert given == {"A": CANARY, "B": 7}


def test_positions_are_those_of_the_call():
    class Thing:
        @conceals("second")
        def method(self, first, second="", /, third=""):
            return first, second, third

        @classmethod
        @conceals("second")
        def of(cls, first, second=""):
            return first, second

    assert Thing().method("1") == ("1", "", "")
    assert Thing().method("1", CANARY, "3") == ("1", Secret(CANARY), "3")
    assert Thing.of("1", CANARY) == ("1", Secret(CANARY))
    assert Thing.of("1", second=CANARY) == ("1", Secret(CANARY))


@pytest.mark.parametrize("name", ["other", "args", "kind"])
def test_a_name_that_is_no_argument_is_refused(name):
    def function(value, *args, kind_=None):
        """Take some."""

    with pytest.raises(TypeError, match=f"function has no argument '{name}'"):
        conceals("value", name)(function)


@pytest.mark.parametrize("function", ECHOES, ids=lambda function: function.__name__)
def test_a_function_stays_what_it_was(function, way):
    concealed = conceals("value")(function)
    assert inspect.signature(concealed) == inspect.signature(function)
    assert concealed.__doc__ == function.__doc__ == "Return what came."
    assert (concealed.__name__, concealed.__module__) == (function.__name__, __name__)
    assert inspect.unwrap(concealed) is inspect.unwrap(function)
    if way == "in the first step" or sys.version_info >= (3, 12):
        same = inspect.iscoroutinefunction(function)
        assert inspect.iscoroutinefunction(concealed) == same
        assert asyncio.iscoroutinefunction(concealed) == same


def test_help_shows_the_function(capsys):
    help(conceals("value")(echo))
    assert "value, *, also=None, default='a default', **rest" in capsys.readouterr().out


def refuse(value, also):
    inner = [value, also]
    raise InvalidArgumentError(f"{type(inner).__name__} refused")


def fails(value, *, also):
    refuse(value, also)


async def fails_later(value, *, also):
    await anyio.lowlevel.checkpoint()
    refuse(value, also)


async def fails_half_way(value, *, also):
    yield 1
    refuse(value, also)


@contextlib.asynccontextmanager
async def fails_at_the_end(value, *, also):
    yield 1
    refuse(value, also)


@pytest.mark.anyio
@pytest.mark.parametrize("given", [CANARY, CANARY.encode(), {"A": CANARY}, [CANARY]], ids=repr)
@pytest.mark.parametrize("function", [fails, fails_later, fails_half_way, fails_at_the_end])
async def test_no_frame_shows_a_wrapped_argument(function, given, way):
    concealed = conceals("value", "also")(function)
    for arguments, keywords in (((given,), {"also": given}), ((), {"value": given, "also": given})):
        with pytest.raises(InvalidArgumentError, match="list refused") as caught:
            await result_of(concealed(*arguments, **keywords))
        assert names(caught.value)[-1] == "refuse"
        text = shown(caught.value, "result_of")
        assert "inner = [" in text
        assert CANARY not in text


@pytest.mark.anyio
async def test_no_frame_shows_a_wrapped_argument_when_the_task_is_cancelled(way):
    @conceals("value")
    async def wait(value):
        await anyio.sleep_forever()

    error = await cancelled(wait(CANARY))
    assert CANARY not in shown(error)
    assert "value = Secret" in shown(error)


@pytest.mark.asyncio
async def test_a_task_that_is_cancelled_before_its_first_step_shows_no_more_than_any(way):
    @conceals("value")
    async def wait(value):
        """Never get here."""

    task = asyncio.ensure_future(wait(CANARY))
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    # What is wrapped in the first step of a coroutine is bare before it, as anywhere else.
    assert (CANARY in shown(caught.value)) == (way == "in the first step")


# -- frames --------------------------------------------------------------------------------------


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
    with pytest.raises(ZeroDivisionError) as caught:
        divide(1, 0)
    assert names(caught.value) == ["test_what_succeeds_or_is_not_ours_passes"]


def broken(value):
    raise ZeroDivisionError


def with_frames_hidden(value):
    with hidden_frames:
        broken(value)


async def with_frames_hidden_later(value):
    with hidden_frames:
        await anyio.lowlevel.checkpoint()
        broken(value)


async def with_frames_hidden_half_way(value):
    with hidden_frames:
        yield 1
        broken(value)


@contextlib.asynccontextmanager
async def with_frames_hidden_inside(value):
    with hidden_frames:
        yield 1
        broken(value)


@hidden_frames
async def decorated(value):
    await anyio.lowlevel.checkpoint()
    broken(value)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "function",
    [
        with_frames_hidden,
        with_frames_hidden_later,
        with_frames_hidden_half_way,
        with_frames_hidden_inside,
        decorated,
    ],
)
async def test_neither_frames_below_nor_that_of_the_with_show(function):
    """Python does not add a frame to what a `with` lets pass: this is where a change would show."""
    with pytest.raises(ZeroDivisionError) as caught:
        await result_of(function(CANARY))
    assert CANARY not in shown(caught.value, "result_of")
    assert not {"broken", function.__name__, "call", "call_later"} & set(names(caught.value))


@pytest.mark.anyio
async def test_a_cancellation_leaves_without_its_frames():
    @hidden_frames
    async def wait(value):
        await anyio.sleep_forever()

    assert names(await cancelled(wait(CANARY))) == ["cancelled"]


@pytest.mark.parametrize("function", [echo, echo_later], ids=lambda function: function.__name__)
def test_a_function_with_hidden_frames_stays_what_it_was(function):
    hidden = hidden_frames(function)
    assert inspect.signature(hidden) == inspect.signature(function)
    assert inspect.iscoroutinefunction(hidden) == inspect.iscoroutinefunction(function)
    assert hidden.__doc__ == function.__doc__
    assert hidden.__wrapped__ is function


def generates(value):
    yield value


@pytest.mark.parametrize("function", [generates, echo_parts])
def test_a_decorator_can_t_hide_the_frames_of_a_generator(function):
    with pytest.raises(TypeError, match="with hidden_frames:"):
        hidden_frames(function)


def test_an_error_keeps_the_context_that_it_shows():
    outer = KeyError("of the caller")
    with pytest.raises(InvalidArgumentError) as caught:
        try:
            raise outer
        except KeyError:
            with hidden_frames:
                refuse(1, 2)
    assert caught.value.__context__ is outer
    assert outer.__traceback__ is not None


def test_an_exception_that_is_not_ours_keeps_its_context():
    """A cancellation is told by it."""
    with pytest.raises(KeyError) as caught, hidden_frames:
        try:
            raise ValueError
        except ValueError:
            raise KeyError from None
    assert isinstance(caught.value.__context__, ValueError)


def test_an_exception_that_is_kept_loses_its_frames():
    with pytest.raises(ZeroDivisionError) as caught:
        broken(CANARY)
    assert without_frames(caught.value) is caught.value
    assert caught.value.__traceback__ is None


def test_a_mapping_of_any_kind_is_copied():
    class Lazy(Mapping):
        def __getitem__(self, name):
            return CANARY

        def __iter__(self):
            return iter("A")

        def __len__(self):
            return 1

    assert conceals("value")(echo)(Lazy())[0] == {"A": Secret(CANARY)}
