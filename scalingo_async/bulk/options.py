"""The options of bulk work, and their checks."""

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
    """The options of bulk work.

    Attributes:
        concurrency: How many items are worked on at a time, 1 or more; 10 by default. More than the
            number of the client's connections helps only if items wait for something else.
        ordered: Report outcomes in the order of the items. Only a few outcomes are held back for
            this: then work pauses until the oldest item has ended. Without it, apps of several
            regions are done side by side.
        stop_after: Start no more items after this many failures; `None`, the default, never stops
            early. Items in progress are finished and reported.
        journal: A file, or a `Journal`, that makes the job resumable.
        key: Returns the key of an item in the journal: a string that isn't secret and that no other
            item has. Strings, numbers, apps and objects with an `id` don't need one.
        idempotent: Whether an item can be done twice without changing anything more. The default is
            known for methods of the client that perform one operation, and false otherwise.
        on_unknown: Decides about an item that an earlier run started and whose outcome is unknown.
            A function or an async function that returns whether the item was done, or `None` if it
            can't tell.
        wait: Whether to wait until the operation that the function started, such as a restart, has
            ended: `True`, or how many seconds to wait for each item, more than 0. By default an
            item is done when the platform has accepted it.
        dry_run: Call nothing, and report which items would be done.
        on_progress: Called with the `Progress` after each outcome.
        total: How many items there are, if they have no length.
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
        """Check the options of a caller.

        Raises:
            InvalidArgumentError: There is no such option, or its value is invalid.
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
            raise InvalidArgumentError("journal must be the path of a file or a Journal")
        if given.get("key") is None:
            given.pop("key", None)
        return cls(**given)


def _check_number(given: Mapping[str, object], name: str, least: int) -> None:
    value = given.get(name)
    if name not in given or (value is None and name != "concurrency"):
        return
    integer(value, name, least)
