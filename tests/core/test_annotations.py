"""Checks made of annotations: what is taken, and what is said of what is not."""

from __future__ import annotations

import inspect
import traceback
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

import pytest
from tables import each

from scalingo_async import UNSET, InvalidArgumentError, Secret
from scalingo_async._core import annotations
from scalingo_async._core.annotations import checked, checks_itself
from scalingo_async._core.secrets import conceals

if TYPE_CHECKING:
    import os
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

    from scalingo_async.types import JSONValue, RequestOptions, Unset

pytestmark = pytest.mark.anyio


class Size(TypedDict, total=False):
    name: str
    cpu: int
    extra: SimpleNamespace | Elsewhere


class Entry(TypedDict):
    name: str
    amount: int


Elsewhere = "a name that is no class"


class Things:
    @checked
    def take(
        self,
        id_: str = "",
        *,
        text: str | Unset | None = None,
        secret: str | Secret = "",
        number: int = 0,
        ratio: float = 0.0,
        truth: bool = False,
        texts: Sequence[str] = (),
        names: Iterable[str] = (),
        values: Mapping[str, str] | None = None,
        hidden: Mapping[str, str | Secret] | None = None,
        sizes: Sequence[Size] = (),
        entries: Sequence[Entry] = (),
        amounts: Mapping[str, int] | Sequence[Entry] = (),
        signal: Literal["A", "B"] = "A",
        one: Literal["A"] = "A",
        path: str | os.PathLike[str] = "",
        json: JSONValue = None,
        day: date | None = None,
        moment: datetime | None = None,
        call: Callable[[int], object] | None = None,
        later: Callable[[int], Awaitable[object]] | None = None,
        space: SimpleNamespace | None = None,
        elsewhere: Elsewhere | None = None,
        anything: list[str] | Sequence[Elsewhere] | Mapping[str, Elsewhere] | None = None,
        own: Any = None,
        attribute: inspect.Signature | None = None,
        **options: Unpack[RequestOptions],
    ) -> Any:
        return {name: value for name, value in locals().items() if value is not self}

    @checked
    @conceals("token", "values")
    async def hide(self, token: str | Secret, *, values: Mapping[str, str] | None = None) -> str:
        assert isinstance(token, Secret)
        return repr((token, values))

    @checked
    @checks_itself("value")
    def mine(self, value: str) -> str:
        return value

    @checked
    def many(self, first: str, *more: str) -> tuple[str, ...]:
        return (first, *more)

    @checked
    def list(self, *, kind: str = "") -> str:
        return kind

    @checked
    def bare(self, anything):  # type: ignore[no-untyped-def]
        return anything

    @checked
    def nothing(self) -> None:
        pass

    @checked
    def pages(self, *, page: int = 1, space: SimpleNamespace | None = None, **more: int) -> int:
        return page

    @checked
    async def later(self, text: str) -> str:
        return text


THINGS = Things()


async def not_plain(_: int) -> None:
    pass


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"id_": 5}, "id_ must be a str, not int: write '5'"),
    ({"id_": 123456}, "id_ must be a str, not int: write it in quotes"),
    ({"id_": 10**40}, "id_ must be a str, not int: write it in quotes"),
    ({"id_": b"x"}, "id_ must be a str, not bytes: decode it first"),
    ({"id_": None}, "id_ must be a str, not None"),
    ({"text": True}, "text must be a str or None, not bool: write 'true'"),
    ({"secret": 7}, "secret must be a str, not int: write it in quotes"),
    ({"secret": True}, "secret must be a str, not bool"),
    ({"number": "7"}, "number must be an int, not str: write 7"),
    ({"number": "seven"}, "number must be an int, not str"),
    ({"number": True}, "number must be an int, not bool"),
    ({"ratio": "7"}, "ratio must be a number, not str: write 7"),
    ({"ratio": float("nan")}, "ratio must be a finite number, not nan"),
    ({"ratio": True}, "ratio must be a number, not bool"),
    ({"truth": "yes"}, "truth must be True or False, not str: write True"),
    ({"truth": "maybe"}, "truth must be True or False, not str"),
    ({"truth": 0}, "truth must be True or False, not int: write False"),
    ({"truth": [0]}, "truth must be True or False, not list"),
    ({"texts": "abc"}, "texts must be a list such as ['...'], not str: write ['abc']"),
    ({"texts": b"abc"}, "texts must be a list such as ['...'], not bytes: decode it first"),
    ({"texts": ["a", 5]}, "texts[1] must be a str, not int: write '5'"),
    ({"texts": {"a": "b"}}, "texts must be a list such as ['...'], not dict"),
    (
        {"values": [("a", "b")]},
        (
            "values must be a dict such as {'NAME': '...'} or None, not list: "
            "write dict(...) around it"
        ),
    ),
    ({"values": []}, "values must be a dict such as {'NAME': '...'} or None, not list"),
    ({"values": {"A": 4}}, "values: the value of A must be a str, not int: write '4'"),
    ({"values": {4: "A"}}, "each key of values must be a str, not int"),
    ({"hidden": {"A": 4}}, "hidden: the value of A must be a str, not int: write '4'"),
    ({"sizes": [{"cpus": 1}]}, "sizes[0] has no key 'cpus'; its keys are name, cpu, extra"),
    ({"sizes": [{"cpu": "1"}]}, "sizes[0]['cpu'] must be an int, not str: write 1"),
    ({"sizes": "S"}, "sizes must be a list such as [{'name': '...', 'cpu': 1}], not str"),
    ({"entries": [{"name": "web"}]}, "entries[0] needs 'amount'; its keys are name, amount"),
    (
        {"amounts": 1},
        (
            "amounts must be a dict such as {'NAME': 1} or a list such as "
            "[{'name': '...', 'amount': 1}], not int"
        ),
    ),
    ({"signal": "C"}, "signal must be 'A' or 'B', not 'C'"),
    ({"signal": 5}, "signal must be 'A' or 'B', not int"),
    ({"one": "B"}, "one must be 'A', not 'B'"),
    ({"path": 5}, "path must be a path, not int"),
    ({"json": {"a": [object()]}}, "json['a'][0] must be a JSON value, not object"),
    ({"json": {1: "a"}}, "each key of json must be a JSON value, not int"),
    ({"json": float("inf")}, "json must be a finite number, not inf"),
    ({"json": UNSET}, "json must be a JSON value, not _Unset"),
    ({"day": datetime(2030, 1, 2, tzinfo=UTC)}, "day must be a date or None, not datetime"),
    ({"moment": date(2030, 1, 2)}, "moment must be a datetime or None, not date"),
    ({"call": 5}, "call must be a function or None, not int"),
    ({"call": not_plain}, "call must be a plain function, not an async one"),
    ({"space": 5}, "space must be a SimpleNamespace or None, not int"),
    (
        {"space": Things.take},
        ("space must be a SimpleNamespace or None, not a function (Things.take)"),
    ),
    ({"text": ["x" * 100]}, "text must be a str or None, not list"),
    ({"texts": "x" * 100}, f"texts must be a list such as ['...'], not str: write ['{'x' * 39}…]"),
]


@each(("given", "message"), WRONG)
def test_what_is_said_of_a_wrong_argument(given, message):
    with pytest.raises(InvalidArgumentError) as caught:
        THINGS.take(**given)
    assert str(caught.value) == message


@each(
    "given",
    [
        {"text": UNSET},
        {"secret": Secret("x")},
        {"ratio": 1},
        {"ratio": 0.5},
        {"values": {"A": "b"}},
        {"hidden": {"A": "b", "C": Secret("d")}},
        {"sizes": [{"cpu": 1, "extra": 5}]},
        {"entries": [{"name": "web", "amount": 1}]},
        {"amounts": {"web": 1}},
        {"signal": "B"},
        {"json": {"a": [1, None, "b", 0.5, Secret("x"), True]}},
        {"call": print},
        {"later": not_plain},
        {"space": SimpleNamespace()},
        {"elsewhere": object()},
        {"anything": object()},
        {"own": object()},
        {"attribute": object()},
        {"timeout": 5, "headers": [("checked", "elsewhere")]},
    ],
)
def test_what_is_right_arrives_as_it_is(given):
    for _ in range(2):
        taken = THINGS.take(**given)
        taken.update(taken.pop("options"))
        assert all(taken[name] == value for name, value in given.items())


def test_what_can_be_iterated_over_arrives_as_a_list():
    for values in (("a",), {"a"}, iter(["a"]), {"a": 1}.keys()):
        assert THINGS.take(names=values)["names"] == ["a"]


def test_what_is_nested_too_deeply_for_anything():
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(InvalidArgumentError, match="json is nested too deeply"):
        THINGS.take(json=deep)
    while deep:
        # Not all at once, which is too deep for an interpreter or two.
        deep = deep.pop()


async def test_a_secret_is_in_no_frame_whatever_is_wrong():
    for args, given in (
        (("canary",), {"values": {"A": 5, "B": "canary"}}),
        (("canary",), {"values": ["canary"]}),
        (("canary",), {"valves": "canary"}),
        (("canary", "canary"), {}),
        (({"canary": "canary"},), {}),
        ((), {"values": {"A": "canary"}}),
    ):
        with pytest.raises((InvalidArgumentError, TypeError)) as caught:
            await THINGS.hide(*args, **given)
        report = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        report.stack = traceback.StackSummary.from_list(
            [frame for frame in report.stack if frame.filename != __file__]
        )
        assert "canary" not in "".join(report.format())
    assert "canary" not in await THINGS.hide("canary", values={"A": "canary"})


@each("secret", ["text", Secret("text")])
async def test_a_coroutine_function_stays_one_and_raises_when_it_is_awaited(secret):
    assert inspect.iscoroutinefunction(THINGS.hide)
    assert list(inspect.signature(THINGS.hide).parameters) == ["token", "values"]
    refused = THINGS.hide(5)
    with pytest.raises(InvalidArgumentError, match="token must be a str"):
        await refused
    assert await THINGS.hide(secret) == "(Secret('***'), None)"


@each("mark", [None, lambda function: function])
async def test_a_coroutine_function_is_marked_where_it_can_be(mark):
    # Python can do it since 3.12.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(annotations, "mark_coroutine", mark)

        class Marked:
            @checked
            async def take(self, text: str) -> str:
                return text

    assert await Marked().take("a") == "a"
    refused = Marked().take(5)
    with pytest.raises(InvalidArgumentError, match="text must be a str"):
        await refused


async def test_what_was_forgotten_to_be_awaited_is_closed():
    forgotten = not_plain(1)
    with pytest.raises(InvalidArgumentError, match=r"a coroutine \(not_plain\): await it first"):
        THINGS.take(forgotten)
    assert inspect.getcoroutinestate(forgotten) == inspect.CORO_CLOSED


def test_a_method_may_check_an_argument_in_words_of_its_own():
    assert THINGS.mine(5) == 5
    assert THINGS.bare(5) == 5


def test_more_arguments_than_one():
    assert THINGS.many("a", "b", "c") == ("a", "b", "c")
    with pytest.raises(InvalidArgumentError, match="more must be a str, not int"):
        THINGS.many("a", "b", 5)


@each(
    ("call", "message"),
    [
        (lambda: THINGS.take("a", "b"), "Things.take() takes id_ by position, but 2 were given"),
        (lambda: THINGS.nothing(1), "Things.nothing() takes nothing by position, but 1 were given"),
        (lambda: THINGS.many(), "missing 1 required positional argument: 'first'"),
        (lambda: THINGS.take(numbre=1), "unknown argument: numbre (did you mean number?); Things"),
        (lambda: THINGS.take(xyz=1), "Every call takes: deadline, headers"),
        (lambda: THINGS.list(page=2), "unknown argument: page (it isn't paginated: one answer"),
        (lambda: THINGS.pages(limit=2), "limit (`.collect(limit=...)` and `.pages(max_pages=...)`"),
        (lambda: THINGS.nothing(token="x"), "unknown argument: token; Things.nothing() takes none"),
        (lambda: THINGS.take(retries=1), "unknown argument: retries (did you mean max_retries?)"),
    ],
)
def test_what_is_said_of_a_wrong_call(call, message):
    with pytest.raises((InvalidArgumentError, TypeError)) as caught:
        call()
    assert message in str(caught.value)


def test_only_so_many_ways_to_call_a_method_are_remembered():
    for number in range(200):
        made = type(f"Text{number}", (), {})
        assert isinstance(THINGS.take(own=made())["own"], made)
