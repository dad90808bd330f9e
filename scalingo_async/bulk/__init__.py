"""One call over many items: never half done, never done twice, and honest about how long it takes.

    from scalingo_async import bulk

    apps = [app async for app in bulk.all_apps(client)]
    report = await bulk.map(client.apps.restart, apps, wait=True)
    report.raise_for_failures()

The calls of a job wait for the rate limit. They share it with everything else that uses the client,
and other calls go first.
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
def map(  # type: ignore[overload-overlap] # noqa: A001 - a method that takes strings may be given strings
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
    """Call a function for each of many items.

    A method of the client whose first argument is an app accepts an `App`, and the call goes to the
    region of that app; a plain name or id belongs to the client's own region:

        apps = [app async for app in bulk.all_apps(client)]
        async with bulk.map(client.apps.restart, apps, wait=True) as outcomes:
            async for outcome in outcomes:
                print(outcome.item.name, outcome.status)

    Any other function gets the items unchanged, except that an app is passed as `app.ref` if the
    function's first argument is annotated as `str`.

    Nothing is raised for an item that fails: its outcome holds the error. Only errors that end the
    job are raised: an exception of `items`, of the journal, or of a function given here. Outcomes
    that are ready come first. Invalid arguments are refused before anything is called. If items
    take long, a block or an `await` is better than a bare loop: see `Outcomes`.

    Args:
        function: An async function, such as `client.apps.restart`, or a `lambda` that calls one.
        items: The items: any iterable, `async` or not.
        concurrency: How many items are worked on at a time, 1 or more.
        ordered: Report outcomes in the order of the items.
        stop_after: Start no more items after this many failures; `None` never stops early. Items in
            progress are finished and reported.
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
            item is done when the platform has accepted it. The value of an item that was waited for
            is the model in its final state; if the operation failed, the item's error is an
            `OperationFailedError`. Each poll counts against the rate limit, so an item takes two
            requests or more.
        dry_run: Call nothing, and report which items would be done.
        on_progress: Called with the `Progress` after each outcome.
        total: How many items there are, if they have no length.
        **kwargs: Keyword arguments of the function, except those with one of these names.

    Returns:
        The outcomes: iterate over them, or await them all. Nothing starts before that.

    Raises:
        InvalidArgumentError: An argument is invalid, the function doesn't accept it, the method of
            the client doesn't accept such items, or what it returns can't be waited for.
    """
    # Tracebacks must not show them.
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
    """Return the least time that work takes under the rate limits from now on, in seconds.

    Responses add a little, and everything takes longer if other programs use the account. To
    restart all apps and wait for each:

        apps = [app async for app in bulk.all_apps(client)]
        seconds = bulk.estimate(apps, client, wait=True)

    Args:
        requests: How many requests go to the client's region, 0 or more; or the items of the job.
            An `App` or `AppRef` goes to its region, everything else to the client's. Each region
            has its own limit, so the slowest region decides.
        client: The client that will send them.
        wait: The same as for `bulk.map`: an item that is waited for takes at least two requests,
            and two are counted.
        requests_per_item: How many requests each item takes, such as 3.5, if you know better.

    Returns:
        Seconds until the last request may be sent; 0 without a rate limit.

    Raises:
        InvalidArgumentError: A number is negative or isn't a number, or the items can't be counted.
    """
    check_client(client)
    check_wait(wait)
    each = (2 if wait else 1) if requests_per_item is None else per_item(requests_per_item)
    if isinstance(requests, int) or not hasattr(requests, "__iter__"):
        # If it is anything else, `client.estimate` says what is wrong.
        number = math.ceil(requests * each) if is_integer(requests) else requests
        return client.estimate(cast("int", number))
    check_items(requests)
    if isinstance(requests, Iterator):
        raise InvalidArgumentError(
            f"counting the items of a {type(requests).__name__} would leave none for the job: pass "
            "a list"
        )
    session = session_of(client.apps)
    return longest(session, counted(requests, session.region), each)
