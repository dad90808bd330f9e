"""The sandbox, with a client for each of two people, beside Scalingo in plain words."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal
from hypothesis.stateful import RuleBasedStateMachine, multiple
from plain_platform import (
    DATABASES,
    HAS_USERS,
    Addon,
    App,
    Notifier,
    Platform,
    RefusedError,
    Thing,
)
from sandbox_client import client_of

from scalingo_async import ScalingoError
from scalingo_async.sandbox import ManualClock, Sandbox

ME, OTHER, NOBODY = "user@example.com", "other@example.com", "nobody@example.com"
NOT_THERE = 5
"""The number that stands for a row which the platform never had."""


async def first(awaitable: Any) -> Any:
    return await awaitable


async def everything(pages: Any) -> list[Any]:
    return [item async for item in pages]


class TwoWorlds(RuleBasedStateMachine):
    """The sandbox with its clients, and what should come of their calls.

    Attributes:
        portal: Leads into the event loop that the clients belong to.
    """

    portal: BlockingPortal

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        self.sandbox = Sandbox(apps=0, rate_limit=None, operation_time=10, clock=self.clock)
        other = self.sandbox.add_user(OTHER)
        self.ids = {ME: self.sandbox.user.id, OTHER: other.id, NOBODY: "us-nobody"}
        self.clients = {
            ME: client_of(self.sandbox),
            OTHER: client_of(self.sandbox, api_token=other.api_token),
        }
        self.plain = Platform()
        self.failed: set[tuple[str, str, str]] = set()
        platforms = self.fetch(self.clients[ME].notification_platforms.list())
        self.platforms = {row.name: row.id for row in platforms} | {"nothing": "nothing"}
        providers = self.fetch(self.clients[ME].addons.providers.list())
        self.plans = {row.id: [plan.id for plan in row.plans] for row in providers}
        self.first = self.create(ME, "my-first-app", None)

    def teardown(self) -> None:
        try:
            for app in self.plain.apps:
                self.look(app)
        finally:
            for client in self.clients.values():
                self.portal.call(client.aclose)

    # -- both at once ----------------------------------------------------------------------------

    def fetch(self, pages: Any) -> list[Any]:
        return self.portal.call(everything, pages)

    def both(self, expected: Callable[[], Any], call: Callable[[], Any]) -> tuple[Any, Any]:
        """Ask the plain platform and the client; returns two answers, or none from both."""
        refusal = None
        wanted = None
        try:
            wanted = expected()
        except RefusedError as refused:
            refusal = refused.kind
        if refusal is None:
            return wanted, self.portal.call(first, call())
        with pytest.raises(ScalingoError) as caught:
            self.portal.call(first, call())
        assert type(caught.value) is refusal
        return None, None

    def ask_database(
        self,
        who: str,
        called: str,
        row: Addon,
        expected: Callable[[], Any],
        call: Callable[[], Any],
    ) -> tuple[Any, Any]:
        """Ask both about a database.

        The client tells of an exchange of a token that failed again for a second, by a clock that
        is not the test's: nobody asks twice then.
        """
        if (who, called, row.id) in self.failed:
            return None, None
        answers = self.both(expected, call)
        if (who, called) not in row.opened:
            self.failed.add((who, called, row.id))
        return answers

    def look(self, app: App) -> None:
        """Compare all that an app has."""
        client = self.clients[app.owner]
        got = self.portal.call(partial(client.apps.get, app.id))
        self.compare_app(app, got)
        self.compare_addons(app, self.fetch(client.addons.list(app.id)))
        variables = self.fetch(client.variables.list(app.id))
        self.compare(app.variables, variables)
        assert self.shown(app, variables) == list(app.values().items())
        resolved = self.fetch(client.variables.list(app.id, aliases=False))
        assert self.shown(app, resolved, aliases=False) == list(app.resolved().items())
        domains = self.fetch(client.domains.list(app.id))
        self.compare(app.domains, domains)
        assert [(row.name, row.canonical, row.letsencrypt_status) for row in domains] == [
            (row.name, row.canonical, "created" if row.certified else "new") for row in app.domains
        ]
        people = self.fetch(client.collaborators.list(app.id))
        self.compare(app.collaborators, people)
        assert [(row.email, row.is_limited, row.status) for row in people] == [
            (row.email, row.limited, "accepted" if row.accepted else "pending")
            for row in app.collaborators
        ]
        notifiers = self.fetch(client.notifiers.list(app.id))
        self.compare(app.notifiers, notifiers)
        for row, shown in zip(app.notifiers, notifiers, strict=True):
            self.compare_notifier(row, shown)
        events = self.fetch(client.events.list(app.id, per_page=10))
        assert [event.type for event in reversed(events)] == app.events
        for addon in app.addons:
            if addon.provider in DATABASES and (app.owner, app.id, addon.id) not in self.failed:
                self.look_into(app, addon)

    def look_into(self, app: App, addon: Addon) -> None:
        """Compare all that a database has."""
        client = self.clients[app.owner].database(app.id, addon.id)
        addon.opened.add((app.owner, app.id))
        shown = self.portal.call(client.get)
        fresh = "updating" if addon.running else "creating"
        busy = self.plain.now < addon.busy_until
        assert shown.status in ({fresh, "updating"} if busy else {"running"})
        assert shown.app_name == app.name
        backups = self.fetch(client.backups.list())
        self.compare(addon.backups[::-1], backups)
        assert [row.status for row in backups] == [row.status for row in addon.backups[::-1]]
        if addon.provider in HAS_USERS:
            users = [row for row in self.fetch(client.users.list()) if not row.protected]
            assert {row.name: row.read_only for row in users} == addon.users

    @staticmethod
    def compare(rows: list[Thing], shown: list[Any]) -> None:
        """Compare the ids of rows; those that nobody has named yet are learned here."""
        for row, other in zip(rows, shown, strict=True):
            if row.id == Thing.id:
                row.id = other.id
        assert [row.id for row in rows] == [other.id for other in shown]

    @staticmethod
    def shown(app: App, variables: list[Any], *, aliases: bool = True) -> list[tuple[str, Any]]:
        """Return names and values; the URLs of databases, which nobody knows, as `None`."""
        known = app.values() if aliases else app.resolved()
        return [
            (
                row.name,
                None if known.get(row.name, "") is None and "://" in row.value else row.value,
            )
            for row in variables
        ]

    def compare_app(self, app: App, got: Any) -> None:
        if app.id == Thing.id:
            app.id = got.id
        assert (got.id, got.name, got.owner.email) == (app.id, app.name, app.owner)
        assert {name: getattr(got, name) for name in app.switches} == app.switches
        assert got.parent_app_name == (app.parent.name if app.parent else "")

    @staticmethod
    def compare_addons(app: App, shown: list[Any]) -> None:
        TwoWorlds.compare(app.addons, shown)
        assert [(row.addon_provider.id, row.plan.id, row.status) for row in shown] == [
            (row.provider, row.plan, "running" if row.running else "provisioning")
            for row in app.addons
        ]

    def compare_notifier(self, row: Notifier, shown: Any) -> None:
        assert (shown.id, shown.name, shown.type) == (row.id, row.name, row.platform)
        assert shown.active == row.active
        wanted = dict(row.settings)
        if "user_ids" in wanted:
            wanted["user_ids"] = [self.ids[email] for email in wanted["user_ids"]]
        assert {name: getattr(shown.type_data, name) for name in wanted} == wanted

    @staticmethod
    def called(app: App, *, by_name: bool) -> str:
        return app.name if by_name else app.id

    def pick(self, app: App, rows: str, number: int, kind: type[Thing]) -> Any:
        """Take one of an app's rows, or one that the platform never had."""
        there = getattr(app, rows)
        if number == NOT_THERE or not there or app not in self.plain.apps:
            return kind()
        row = there[number % len(there)]
        if row.id == Thing.id:
            # Made along with something else.
            pages = getattr(self.clients[app.owner], rows).list(app.id)
            self.compare(there, self.fetch(pages))
        return row

    def create(self, who: str, name: str, parent: str | None) -> Any:
        client = self.clients[who].apps
        call = partial(client.create, name=name)
        if parent is not None:
            call = partial(client.children.create, parent, name=name)
        app, got = self.both(partial(self.plain.create_app, who, name, parent), call)
        if app is None:
            return multiple()
        self.compare_app(app, got)
        return app
