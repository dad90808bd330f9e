"""How bulk work is done: the options that a caller gives, checked."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypedDict, cast

import attrs

from scalingo_async._core.arguments import integer
from scalingo_async.bulk.endings import check_wait
from scalingo_async.bulk.journal import Journal, key_of
from scalingo_async.bulk.outcomes import Progress
from scalingo_async.errors import InvalidArgumentError


class BulkOptions(TypedDict, total=False):
    """How bulk work is done.

    Attributes:
        concurrency: How many items are worked on at a time, 1 or more; 10 by default. More than
            the client has connections is of use only to items that wait for something else.
        ordered: Report outcomes in the order of the items. Few of them are held back for it: work
            stands still until the oldest is through. Without it, apps of several regions are
            worked on side by side.
        stop_after: Start no more items once so many have failed; `None`, the default, goes on to
            the end. What is under way then is finished and reported.
        journal: A file, or a `Journal`, that makes the job resumable.
        key: Returns the key of an item in the journal: text that is no secret and that no other
            item has. Texts, numbers, apps and what has an `id` need none.
        idempotent: Whether doing an item twice changes nothing. By default that is known for
            methods of the client that perform one operation, and taken for false otherwise.
        on_unknown: Decides about an item that an earlier run began with, when its outcome is not
            known: returns, or is an async function that returns, whether it was done; `None` when
            that can't be told.
        wait: Whether an item ends when what the function returned has ended, such as a restart:
            `True`, or for how many seconds each is waited for, more than 0. By default it ends
            when the platform has accepted it.
        dry_run: Call nothing, and report what would be called.
        on_progress: Called with the `Progress` after each outcome.
        total: How many items there are, when they have no length.
    """

    concurrency: int
    ordered: bool
    stop_after: int | None
    journal: str | os.PathLike[str] | Journal | None
    key: Callable[..., str] | None
    idempotent: bool | None
    on_unknown: Callable[..., bool | Awaitable[bool | None] | None] | None
    wait: bool | float
    dry_run: bool
    on_progress: Callable[[Progress], object] | None
    total: int | None


@attrs.frozen
class Settings:
    """The options of a job, checked and complete."""

    concurrency: int = 10
    ordered: bool = False
    stop_after: int | None = None
    journal: Journal | None = None
    key: Callable[..., str] = key_of
    idempotent: bool | None = None
    on_unknown: Callable[..., bool | Awaitable[bool | None] | None] | None = None
    wait: bool | float = False
    dry_run: bool = False
    on_progress: Callable[[Progress], object] | None = None
    total: int | None = None

    @classmethod
    def of(cls, options: BulkOptions) -> Settings:
        """Check what a caller gave.

        Raises:
            InvalidArgumentError: There is no such option, or its value makes no sense.
        """
        given = cast("dict[str, Any]", dict(options))
        unknown = given.keys() - BulkOptions.__annotations__.keys()
        if unknown:
            raise InvalidArgumentError(
                f"bulk work has no option {', '.join(sorted(unknown))}; it has "
                f"{', '.join(sorted(BulkOptions.__annotations__))}"
            )
        for name, least in (("concurrency", 1), ("stop_after", 1), ("total", 0)):
            _check_number(given, name, least)
        for name in ("key", "on_unknown", "on_progress"):
            if given.get(name) is not None and not callable(given[name]):
                raise InvalidArgumentError(f"{name} must be a function")
        for name in ("ordered", "dry_run", "idempotent"):
            value = given.get(name, False)
            if not isinstance(value, bool) and not (value is None and name == "idempotent"):
                raise InvalidArgumentError(
                    f"{name} must be True or False, not {type(value).__name__}"
                )
        check_wait(given.get("wait", False))
        journal = given.get("journal")
        if isinstance(journal, str | os.PathLike):
            given["journal"] = Journal(cast("str | os.PathLike[str]", journal))
        elif journal is not None and not isinstance(journal, Journal):
            raise InvalidArgumentError("journal must be the path of a file, or a Journal")
        if given.get("key") is None:
            given.pop("key", None)
        return cls(**given)


def _check_number(given: Mapping[str, object], name: str, least: int) -> None:
    value = given.get(name)
    if name not in given or (value is None and name != "concurrency"):
        return
    integer(value, name, least)
