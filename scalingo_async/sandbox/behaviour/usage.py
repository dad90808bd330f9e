"""Costs: usage between two times, and the invoices of past months.

Both are computed from the current state of the apps: their age, formation and addons. Deleted
resources and earlier formations aren't included.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from scalingo_async.sandbox.catalogue.containers import CONTAINER_SIZES
from scalingo_async.sandbox.ids import Ids
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.world.accounts import Invoice, User
from scalingo_async.sandbox.world.addons import Addon
from scalingo_async.sandbox.world.apps import App, Formation
from scalingo_async.sandbox.world.state import Region, World

__all__ = ["AddonUsage", "RuntimeUsage", "addons", "invoices", "month_start", "runtimes"]

_MOST_INVOICES = 12
_MINUTES_PER_MONTH = 43_200


@dataclass(frozen=True, slots=True)
class RuntimeUsage:
    """The usage of a container type: minutes, counted for each container."""

    formation: Formation
    minutes: int

    @property
    def cents(self) -> int:
        """The price in cents."""
        price = float(CONTAINER_SIZES[self.formation.size].price_per_minute)
        return round(100 * price * self.minutes)


@dataclass(frozen=True, slots=True)
class AddonUsage:
    """The usage of an addon, in minutes."""

    addon: Addon
    minutes: int

    @property
    def cents(self) -> int:
        """The price in cents."""
        return round(100 * self.addon.plan.price / _MINUTES_PER_MONTH * self.minutes)


def runtimes(app: App, since: float, until: float) -> list[RuntimeUsage]:
    """Return the usage of an app's containers."""
    if not app.deployed:
        return []
    minutes = _minutes(app.created_at, since, until)
    return [
        RuntimeUsage(row, minutes * row.amount)
        for row in app.formation.values()
        if minutes and row.amount
    ]


def addons(app: App, since: float, until: float) -> list[AddonUsage]:
    """Return the usage of an app's addons."""
    rows = [(row, _minutes(row.provisioned_at, since, until)) for row in app.addons.values()]
    return [AddonUsage(row, minutes) for row, minutes in rows if minutes]


def invoices(world: World, user: User) -> list[Invoice]:
    """Return the invoices of a user, newest first; they are created on first access.

    There is one for each past month since that of the first app, for at most the last twelve
    months.
    """
    now = world.clock.time()
    owned = list(_owned(world, user))
    first = min((app.created_at for _, app in owned), default=now)
    until = month_start(now)
    for _ in range(_MOST_INVOICES):
        since = month_start(until - 1)
        if until <= first:
            break
        if since not in user.account.invoices:
            user.account.invoices[since] = _invoice(user, owned, since, until)
        until = since
    return sorted(user.account.invoices.values(), key=lambda row: row.month, reverse=True)


def month_start(moment: float) -> float:
    """Return the start of a month."""
    date = datetime.fromtimestamp(moment, UTC)
    return datetime(date.year, date.month, 1, tzinfo=UTC).timestamp()


def _invoice(user: User, owned: list[tuple[Region, App]], since: float, until: float) -> Invoice:
    # The ids are derived from the month, so that reading doesn't change the ids of other things.
    ids = Ids(f"invoice {user.id} {since:.0f}")
    details: list[Json] = []
    containers = rented = 0
    for _, app in owned:
        for used in runtimes(app, since, until):
            label = f"Containers - type: {used.formation.name} - size: {used.formation.size}"
            details.append(_detail(ids, app, label, used.cents, used.minutes))
            containers += used.cents
        for addon in addons(app, since, until):
            label = f"Addon - {addon.addon.plan.name}"
            details.append(_detail(ids, app, label, addon.cents, addon.minutes))
            rented += addon.cents
    issued = datetime.fromtimestamp(until, UTC)
    return Invoice(
        ids.uuid(),
        f"{issued:%Y-%m}-{ids.random.randrange(1000, 10_000)}",
        since,
        until + 3600,
        [
            {"id": ids.hex(), "label": "Containers Runtime", "price": containers},
            {"id": ids.hex(), "label": "Addons", "price": rented},
        ],
        details,
    )


def _detail(ids: Ids, app: App, label: str, cents: int, minutes: int) -> Json:
    return {
        "id": ids.hex(),
        "label": label,
        "price": cents,
        "app": app.name,
        "duration": minutes,
    }


def _owned(world: World, user: User) -> Iterator[tuple[Region, App]]:
    for region in world.regions.values():
        for app in region.apps.values():
            if app.owner is user:
                yield region, app


def _minutes(start: float, since: float, until: float) -> int:
    return max(0, int((until - max(start, since)) // 60))
