# Written by tests/blocking/stub.py from the source of the async client.

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from scalingo_async.blocking import AppInventory, Client, Inventory, Job, Outcomes
from scalingo_async.bulk.journal import Journal
from scalingo_async.bulk.options import BulkOptions
from scalingo_async.bulk.outcomes import Outcome, Progress, Report, Summary
from scalingo_async.models.apps import App
from typing import Concatenate, TypeVar, Unpack, overload

A = TypeVar('A', bound='App | str')
I = TypeVar('I')
T = TypeVar('T')

def all_apps(client: Client, *, regions: Sequence[str] | None = None) -> Iterator[App]:
    """Iterate over the apps of all regions."""

def estimate(
    requests: int | Iterable[object],
    client: Client,
    *,
    wait: bool | float = False,
    requests_per_item: float | None = None,
) -> float:
    """Return the least time that work takes under the rate limits from now on, in seconds."""

def inventory(
    client: Client,
    *,
    apps: Iterable[str | App] | None = None,
    variables: bool = True,
    domains: bool = True,
    addons: bool = True,
    containers: bool = True,
    collaborators: bool = True,
    concurrency: int = 10,
    ordered: bool = True,
    journal: str | os.PathLike[str] | Journal | None = None,
    on_progress: Callable[[Progress], object] | None = None,
) -> Inventory:
    """Read a whole account, all regions of it: the apps and what belongs to them."""

@overload
def map(  # type: ignore[overload-overlap]
    function: Callable[[I], T],
    items: Iterable[I],
    **options: Unpack[BulkOptions],
) -> Outcomes[I, T]:
    ...

@overload
def map(
    function: Callable[Concatenate[str, ...], T],
    items: Iterable[A],
    *,
    concurrency: int = 10,
    ordered: bool = False,
    stop_after: int | None = None,
    journal: str | os.PathLike[str] | Journal | None = None,
    key: Callable[..., str] | None = None,
    idempotent: bool | None = None,
    on_unknown: Callable[..., bool | None] | None = None,
    wait: bool | float = False,
    dry_run: bool = False,
    on_progress: Callable[[Progress], object] | None = None,
    total: int | None = None,
    **kwargs: object,
) -> Outcomes[A, T]:
    ...

@overload
def map(
    function: Callable[Concatenate[I, ...], T],
    items: Iterable[I],
    *,
    concurrency: int = 10,
    ordered: bool = False,
    stop_after: int | None = None,
    journal: str | os.PathLike[str] | Journal | None = None,
    key: Callable[..., str] | None = None,
    idempotent: bool | None = None,
    on_unknown: Callable[..., bool | None] | None = None,
    wait: bool | float = False,
    dry_run: bool = False,
    on_progress: Callable[[Progress], object] | None = None,
    total: int | None = None,
    **kwargs: object,
) -> Outcomes[I, T]:
    ...

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
