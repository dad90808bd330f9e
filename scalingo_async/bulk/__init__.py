"""One call over many items: never half done, never done twice, and honest about how long it takes.

    from scalingo_async import bulk

    apps = [app async for app in bulk.all_apps(client)]
    report = await bulk.map(client.apps.restart, apps, wait=True)
    report.raise_for_failures()

What the calls of a job wait for is the rate limit. They share it with everything else that uses
the client, and let other calls go first.
"""

from __future__ import annotations

import math
import os
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Iterator
from typing import Concatenate, TypeVar, Unpack, cast, overload

from scalingo_async._core.arguments import is_integer
from scalingo_async._core.secrets import RedactedDict
from scalingo_async.bulk.accounts import (
    AppInventory,
    Inventory,
    all_apps,
    check_client,
    inventory,
)
from scalingo_async.bulk.checks import check_items
from scalingo_async.bulk.endings import check_wait
from scalingo_async.bulk.forecasts import counted, longest, per_item
from scalingo_async.bulk.job import Job, Outcomes
from scalingo_async.bulk.journal import Journal
from scalingo_async.bulk.options import BulkOptions, Settings
from scalingo_async.bulk.outcomes import Outcome, Progress, Report, Summary
from scalingo_async.bulk.work import Work
from scalingo_async.client import AsyncClient
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.models.apps import App
from scalingo_async.resources.base import session_of

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
A = TypeVar("A", bound="App | str")


@overload
def map(  # type: ignore[overload-overlap] # noqa: A001 - a method that takes texts may be given them
    function: Callable[[I], Awaitable[T]],
    items: Iterable[I] | AsyncIterable[I],
    **options: Unpack[BulkOptions],
) -> Outcomes[I, T]: ...
@overload
def map(  # noqa: A001 - see below
    function: Callable[Concatenate[str, ...], Awaitable[T]],
    items: Iterable[A] | AsyncIterable[A],
    *,
    concurrency: int = 10,
    ordered: bool = False,
    stop_after: int | None = None,
    journal: str | os.PathLike[str] | Journal | None = None,
    key: Callable[..., str] | None = None,
    idempotent: bool | None = None,
    on_unknown: Callable[..., bool | Awaitable[bool | None] | None] | None = None,
    wait: bool | float = False,
    dry_run: bool = False,
    on_progress: Callable[[Progress], object] | None = None,
    total: int | None = None,
    **kwargs: object,
) -> Outcomes[A, T]: ...
@overload
def map(  # noqa: A001 - see below
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
    wait: bool | float = False,
    dry_run: bool = False,
    on_progress: Callable[[Progress], object] | None = None,
    total: int | None = None,
    **kwargs: object,
) -> Outcomes[I, T]: ...
def map(  # noqa: A001 - `bulk.map` is how it is written
    function: Callable[..., Awaitable[T]],
    items: Iterable[I] | AsyncIterable[I],
    *,
    concurrency: int = 10,
    ordered: bool = False,
    stop_after: int | None = None,
    journal: str | os.PathLike[str] | Journal | None = None,
    key: Callable[..., str] | None = None,
    idempotent: bool | None = None,
    on_unknown: Callable[..., bool | Awaitable[bool | None] | None] | None = None,
    wait: bool | float = False,
    dry_run: bool = False,
    on_progress: Callable[[Progress], object] | None = None,
    total: int | None = None,
    **kwargs: object,
) -> Outcomes[I, T]:
    """Call a function with each of many items.

    A method of the client whose first argument is an app takes an `App` for it, and the call goes
    to the region of that app; a plain name or id is one in the client's own region:

        apps = [app async for app in bulk.all_apps(client)]
        async with bulk.map(client.apps.restart, apps, wait=True) as outcomes:
            async for outcome in outcomes:
                print(outcome.item.name, outcome.status)

    Any other function gets the items as they are, except that one whose first argument is annotated
    as a `str` gets `app.ref` of an app.

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
            item has. Texts, numbers, apps and what has an `id` need none.
        idempotent: Whether doing an item twice changes nothing. By default that is known for
            methods of the client that perform one operation, and taken for false otherwise.
        on_unknown: Decides about an item that an earlier run began with, when its outcome is not
            known: returns, or is an async function that returns, whether it was done; `None` when
            that can't be told.
        wait: Whether an item ends when what the function returned has ended, such as a restart:
            `True`, or for how many seconds each is waited for, more than 0. By default it ends
            when the platform has accepted it. Of a model that was waited for, the value is its
            final state; what ended badly is the item's error, an `OperationFailedError`. Each
            look counts on the rate limit, so an item takes two requests or more.
        dry_run: Call nothing, and report what would be called.
        on_progress: Called with the `Progress` after each outcome.
        total: How many items there are, when they have no length.
        **kwargs: Keyword arguments of the function, as far as they have none of these names.

    Returns:
        The outcomes: iterate over them, or await them all. Nothing starts before.

    Raises:
        InvalidArgumentError: An argument makes no sense, the function does not take it, or the
            items are no such thing as a method of the client takes, or what it returns can't be
            waited for.
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
        "wait": wait,
        "dry_run": dry_run,
        "on_progress": on_progress,
        "total": total,
    }
    work = Work(function, items, (), kwargs, Settings.of(options), None)
    return Outcomes(work, None)


def estimate(
    requests: int | Iterable[object],
    client: AsyncClient,
    *,
    wait: bool | float = False,
    requests_per_item: float | None = None,
) -> float:
    """Return how long work takes at least, in seconds, by what the rate limits allow from now on.

    Answers take a little longer, and so does everything when other programs use the account. To
    restart all apps and wait for each:

        apps = [app async for app in bulk.all_apps(client)]
        seconds = bulk.estimate(apps, client, wait=True)

    Args:
        requests: How many requests the client's region gets, 0 or more. Or the items of the job: an
            `App` or `AppRef` goes to its region, everything else to the client's. Each region has
            a limit of its own, so what counts is the one that takes longest.
        client: The client that will send them.
        wait: What `bulk.map` is given: an item that is waited for takes two requests at least, and
            two are counted.
        requests_per_item: How many requests each really takes, such as 3.5, where you know better.

    Returns:
        Seconds until the last of them may leave; 0 without a rate limit.

    Raises:
        InvalidArgumentError: A number is negative or none, or the items can't be counted.
    """
    check_client(client)
    check_wait(wait)
    each = (2 if wait else 1) if requests_per_item is None else per_item(requests_per_item)
    if isinstance(requests, int) or not hasattr(requests, "__iter__"):
        # Whatever it is, `client.estimate` says what is wrong with it.
        number = math.ceil(requests * each) if is_integer(requests) else requests
        return client.estimate(cast("int", number))
    check_items(requests)
    if isinstance(requests, Iterator):
        raise InvalidArgumentError(
            f"counting the items of a {type(requests).__name__} would leave none for the job: give "
            "a list of them"
        )
    session = session_of(client.apps)
    return longest(session, counted(requests, session.region), each)
