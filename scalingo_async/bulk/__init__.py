"""One call over many items: never half done, never done twice, and honest about how long it takes.

    from scalingo_async import bulk

    report = await bulk.map(client.apps.restart, names)
    report.raise_for_failures()

What the calls of a job wait for is the rate limit. They share it with everything else that uses
the client, and let other calls go first.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from typing import Concatenate, TypeVar

from scalingo_async._core.secrets import RedactedDict
from scalingo_async.bulk.accounts import (
    AppInventory,
    Inventory,
    all_apps,
    check_client,
    inventory,
)
from scalingo_async.bulk.job import Job, Outcomes
from scalingo_async.bulk.journal import Journal
from scalingo_async.bulk.options import BulkOptions, Settings
from scalingo_async.bulk.outcomes import Outcome, Progress, Report, Summary
from scalingo_async.bulk.work import Work
from scalingo_async.client import AsyncClient

__all__ = [
    "AppInventory",
    "BulkOptions",
    "Inventory",
    "Job",
    "Journal",
    "Outcome",
    "Outcomes",
    "Progress",
    "Report",
    "Summary",
    "all_apps",
    "estimate",
    "inventory",
    "map",
]

I = TypeVar("I")  # noqa: E741 - an item
T = TypeVar("T")


def map(  # noqa: A001 - `bulk.map` is how it is written
    function: Callable[Concatenate[I, ...], Awaitable[T]],
    items: Iterable[I] | AsyncIterable[I],
    *,
    concurrency: int = 10,
    ordered: bool = False,
    stop_after: int | None = None,
    journal: str | os.PathLike[str] | Journal | None = None,
    key: Callable[..., str] | None = None,
    idempotent: bool | None = None,
    on_unknown: Callable[..., bool | Awaitable[bool | None] | None] | None = None,
    dry_run: bool = False,
    on_progress: Callable[[Progress], object] | None = None,
    total: int | None = None,
    **kwargs: object,
) -> Outcomes[I, T]:
    """Call a function with each of many items.

        async for outcome in bulk.map(client.apps.restart, names):
            print(outcome.item, outcome.status)

    Nothing is raised for an item that fails: its outcome holds the error. Raised is what ends the
    job: an exception of `items`, of the journal, or of a function given here; outcomes that are
    there come first. What can't be right of the arguments is refused before anything is called.
    A block or an `await` is better than a bare loop where items take long: see `Outcomes`.

    Args:
        function: An async function, such as `client.apps.restart`, or a `lambda` that calls one.
        items: What to call it with: anything to iterate over, `async` or not.
        concurrency: How many items are worked on at a time, 1 or more.
        ordered: Report outcomes in the order of the items.
        stop_after: Start no more items once so many have failed; `None` goes on to the end. What
            is under way then is finished and reported.
        journal: A file, or a `Journal`, that makes the job resumable.
        key: Returns the key of an item in the journal: text that is no secret and that no other
            item has. Texts, numbers and what has an `id` need none.
        idempotent: Whether doing an item twice changes nothing. By default that is known for
            methods of the client that perform one operation, and taken for false otherwise.
        on_unknown: Decides about an item that an earlier run began with, when its outcome is not
            known: returns, or is an async function that returns, whether it was done; `None` when
            that can't be told.
        dry_run: Call nothing, and report what would be called.
        on_progress: Called with the `Progress` after each outcome.
        total: How many items there are, when they have no length.
        **kwargs: Keyword arguments of the function, as far as they have none of these names.

    Returns:
        The outcomes: iterate over them, or await them all. Nothing starts before.

    Raises:
        InvalidArgumentError: An argument makes no sense, the function does not take it, or the
            items are no such thing as a method of the client takes.
    """
    # Tracebacks are not to show them.
    kwargs = RedactedDict(kwargs)
    options: BulkOptions = {
        "concurrency": concurrency,
        "ordered": ordered,
        "stop_after": stop_after,
        "journal": journal,
        "key": key,
        "idempotent": idempotent,
        "on_unknown": on_unknown,
        "dry_run": dry_run,
        "on_progress": on_progress,
        "total": total,
    }
    work = Work(function, items, (), kwargs, Settings.of(options), None)
    return Outcomes(work, None)


def estimate(requests: int, client: AsyncClient) -> float:
    """Return how long so many requests to the regional API take at least, in seconds.

    That is what the rate limit allows from now on. Answers take a little longer, and so does
    everything when other programs use the account.

    Args:
        requests: How many, 0 or more.
        client: The client that will send them.

    Returns:
        Seconds until the last of them may leave; 0 without a rate limit.

    Raises:
        InvalidArgumentError: The number is negative.
    """
    check_client(client)
    return client.estimate(requests)
