"""The least time that bulk work takes under the rate limits of its regions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from scalingo_async._core.arguments import wrong_kind
from scalingo_async._core.operation import API
from scalingo_async._core.session import Session
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.models.apps import App
from scalingo_async.types import AppRef

_ROUNDING: Final = 1e-6
"""The largest rounding error of a share of an integer."""


def per_item(value: object) -> float:
    """Check how many requests an item takes.

    Raises:
        InvalidArgumentError: It isn't a finite number, or is negative.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong_kind(value, "requests_per_item", "a number")
    if not 0 <= value < math.inf:
        raise InvalidArgumentError("requests_per_item must be a finite number, 0 or more")
    return value


def ref_of(item: object) -> AppRef | None:
    """Return the reference of an item that is an app, with its region; `None` for others."""
    if isinstance(item, App):
        return item.ref
    return item if isinstance(item, AppRef) else None


def by_id(app: App) -> AppRef:
    """Return the reference of an app, with everything that is known about it."""
    ref = app.ref
    return AppRef(app.id or ref, region=ref.region, name=ref.name, id=app.id or None)


def counted(items: Iterable[object], own: str) -> Counter[str]:
    """Count items by the region that they go to.

    Args:
        items: The items; an app goes to its region, anything else to the client's.
        own: The client's region.
    """
    refs = map(ref_of, items)
    return Counter(own if ref is None or ref.region is None else ref.region for ref in refs)


def spread(items: Collection[object]) -> list[int] | None:
    """Return an order of the items that keeps all regions busy; `None` for a single region.

    Each region has its own rate limit. Done region by region, all items would wait for the limit of
    the first region while that of the next is unused. So the items of each region are spread
    evenly.
    """
    regions = [None if ref is None else ref.region for ref in map(ref_of, items)]
    counts = Counter(regions)
    if len(counts) < 2:  # noqa: PLR2004 - several
        return None
    seen: Counter[str | None] = Counter()
    places: list[float] = []
    for region in regions:
        places.append((seen[region] + 0.5) / counts[region])
        seen[region] += 1
    return sorted(range(len(regions)), key=places.__getitem__)


def longest(
    session: Session, items: Mapping[str, int], per_item: float, api: API = API.REGIONAL
) -> float:
    """Return how long the slowest region takes, in seconds.

    Args:
        session: The client's.
        items: How many items there are in each region.
        per_item: How many requests each takes.
        api: The API that they go to.
    """
    return max(
        (
            session.in_region(region).forecast(math.ceil(count * per_item), api)
            for region, count in items.items()
        ),
        default=0.0,
    )


class Forecast:
    """How long the rest of a job takes, before any item has shown how long one takes.

    Args:
        session: That of the client.
        items: The items, if they are known; by default all go to the client's region.
        per_item: How many requests each takes at least.
        api: The API that they go to.
    """

    def __init__(
        self, session: Session, items: Iterable[object], per_item: int, api: API = API.REGIONAL
    ) -> None:
        self._session = session
        self._regions = counted(items, session.region)
        self._per_item = per_item
        self._api = api

    def __call__(self, items: int, per_item: float | None) -> float:
        """Return how long so many items take at least, in seconds.

        Args:
            items: How many.
            per_item: How many requests each takes, if that is known already.
        """
        known = self._regions.total()
        regions: Mapping[str, int] = {self._session.region: items}
        if known:
            share = items / known
            regions = {
                name: math.ceil(count * share - _ROUNDING) for name, count in self._regions.items()
            }
        each = self._per_item if per_item is None else per_item
        return longest(self._session, regions, each, self._api)
