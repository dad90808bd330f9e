"""The state of a sandbox: one world with its users, and its regions with their apps."""

import heapq
import itertools
import threading
from bisect import insort_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from scalingo_async.sandbox.catalogue.notifications import EVENT_TYPES, PLATFORMS
from scalingo_async.sandbox.catalogue.stacks import STACKS, Stack
from scalingo_async.sandbox.clock import Clock
from scalingo_async.sandbox.ids import Ids
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.settings import Settings
from scalingo_async.sandbox.world.accounts import ApiToken, User
from scalingo_async.sandbox.world.addons import Addon
from scalingo_async.sandbox.world.apps import App, Operation
from scalingo_async.sandbox.world.deployments import Source
from scalingo_async.sandbox.world.events import Event
from scalingo_async.sandbox.world.notifiers import Notifier
from scalingo_async.sandbox.world.one_offs import OneOff
from scalingo_async.sandbox.world.projects import Project

__all__ = ["Region", "World"]

_ENDED_ONE_OFFS = 1000

_DISPLAY_NAMES = {
    "osc-fr1": "Paris - Outscale",
    "osc-secnum-fr1": "Paris - SecNumCloud - Outscale",
}


class OpenStream(Protocol):
    """An open stream."""

    def sever(self) -> None:
        """Cut it before its next message."""
        ...


@dataclass(slots=True, eq=False)
class Region:
    """A region with its own apps, projects and timeline."""

    world: "World"
    name: str
    default: bool
    apps: dict[str, App] = field(default_factory=dict[str, App])
    projects: dict[str, Project] = field(default_factory=dict[str, Project])
    sources: dict[str, Source] = field(default_factory=dict[str, Source])
    one_offs: dict[str, OneOff] = field(default_factory=dict[str, OneOff])
    events: list[Event] = field(default_factory=list[Event])
    _ids_by_name: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def display_name(self) -> str:
        """The display name."""
        return _DISPLAY_NAMES.get(self.name, self.name)

    @property
    def public(self) -> bool:
        """Whether it is listed without authentication."""
        return "secnum" not in self.name

    @property
    def prefix(self) -> str:
        """The prefix before `/v1` and `/api` in its URLs."""
        return "" if self.default else f"/{self.name}"

    def find(self, app: str) -> App | None:
        """Return the app with that id or name."""
        return self.apps.get(app) or self.apps.get(self._ids_by_name.get(app, ""))

    def taken(self, name: str) -> bool:
        """Whether an app has that name."""
        return name in self._ids_by_name

    def visible_to(self, user: User) -> Iterator[App]:
        """Iterate over the apps that a user owns or collaborates on."""
        return (app for app in self.apps.values() if user.id in app.members())

    def children(self, parent: App) -> list[App]:
        """Return the child apps of an app."""
        return [app for app in self.apps.values() if app.parent_id == parent.id]

    def addon(self, addon_id: str) -> tuple[App, Addon] | None:
        """Return the addon with that id, and its app."""
        for app in self.apps.values():
            if addon_id in app.addons:
                return app, app.addons[addon_id]
        return None

    def project_of(self, user: User) -> Project:
        """Return a user's default project, created on first use."""
        for project in self.projects.values():
            if project.owner is user and project.default:
                return project
        world = self.world
        project = Project(
            world.ids.prefixed("pr"), "default", user, default=True, created_at=user.created_at
        )
        self.projects[project.id] = project
        return project

    def add_one_off(self, one_off: OneOff) -> None:
        """Add a one-off container; only a limited number of ended ones is kept."""
        self.one_offs[one_off.container.id] = one_off
        over = [key for key, row in self.one_offs.items() if row.ended]
        for key in over[:-_ENDED_ONE_OFFS]:
            del self.one_offs[key]

    def add(self, app: App) -> None:
        """Add a new app, with a notifier for e-mail."""
        first = _first_notifier(app)
        app.notifiers[first.id] = first
        self.apps[app.id] = app
        self._ids_by_name[app.name] = app.id

    def rename(self, app: App, name: str) -> None:
        """Rename an app."""
        del self._ids_by_name[app.name]
        app.name = name
        self._ids_by_name[name] = app.id

    def remove(self, app: App) -> None:
        """Remove an app with everything that belongs to it; its events stay in the timelines."""
        for child in self.children(app):
            self.remove(child)
        del self.apps[app.id]
        del self._ids_by_name[app.name]

    def record(
        self,
        kind: str,
        data: Json | Callable[[], Json],
        *,
        user: User | None,
        app: App | None = None,
        project: Project | None = None,
        at: float | None = None,
    ) -> Event:
        """Add an event to the timelines of an app and of the users who can see it."""
        if app is not None and project is None:
            project = app.project
        if app is not None:
            audience = app.members()
        else:
            people = (user, None if project is None else project.owner)
            audience = frozenset(row.id for row in people if row is not None)
        actor = (
            None
            if user is None
            else {"username": user.username, "email": user.email, "id": user.id}
        )
        event = Event(
            self.world.ids.hex(),
            self.world.clock.time() if at is None else at,
            kind,
            actor,
            None if app is None else app.id,
            None if app is None else app.name,
            None if project is None else project.id,
            None if project is None else project.name,
            data,
            audience,
        )
        insort_right(self.events, event, key=_when)
        if app is not None:
            insort_right(app.events, event, key=_when)
        return event


def _when(event: Event) -> float:
    return event.created_at


def _first_notifier(app: App) -> Notifier:
    return Notifier(
        # Derived from the app's id, so that the ids of other things don't change.
        Ids(f"notifier {app.id}").prefixed("no"),
        next(row for row in PLATFORMS.values() if row.name == "email"),
        f"Default '{app.name}' notifier",
        app.created_at,
        app.created_at,
        selected_event_ids=[key for key, kind in EVENT_TYPES.items() if "crash" in kind.name],
        type_data={"user_ids": [app.owner.id], "emails": []},
    )


@dataclass(slots=True, eq=False)
class World:
    """The complete state of a sandbox.

    Changes that take time are scheduled with `after` and applied on access: every request begins
    with `settle`, so there are no background tasks.
    """

    clock: Clock
    ids: Ids
    settings: Settings = field(default_factory=Settings)
    users: dict[str, User] = field(default_factory=dict[str, User])
    tokens: dict[str, ApiToken] = field(default_factory=dict[str, ApiToken])
    regions: dict[str, Region] = field(default_factory=dict[str, Region])
    failing_operations: deque[str] = field(default_factory=deque[str])
    failing_deployments: deque[str] = field(default_factory=deque[str])
    failing_backups: deque[str] = field(default_factory=deque[str])
    failing_restorations: deque[str] = field(default_factory=deque[str])
    failing_addons: deque[str] = field(default_factory=deque[str])
    lock: threading.RLock = field(default_factory=threading.RLock)
    streams: "set[OpenStream]" = field(default_factory=set["OpenStream"])
    _due: list[tuple[float, int, Callable[[float], None]]] = field(
        default_factory=list[tuple[float, int, Callable[[float], None]]]
    )
    _order: "itertools.count[int]" = field(default_factory=itertools.count)

    @property
    def default_region(self) -> Region:
        """The region used when none is given."""
        return next(iter(self.regions.values()))

    @property
    def default_stack(self) -> Stack:
        """The stack of a new app."""
        return next(stack for stack in STACKS.values() if stack.default)

    def add_user(self, email: str, *, username: str | None = None, password: str = "") -> User:
        """Create an account with its own API token."""
        now = self.clock.time()
        name = username or email.partition("@")[0]
        user = User(
            self.ids.prefixed("us"),
            email,
            name,
            name.replace(".", " ").replace("-", " ").title(),
            password or self.ids.secret(20),
            now,
        )
        self.users[user.id] = user
        user.api_token = self.add_token(user, "default").secret
        return user

    def remove_user(self, user: User) -> None:
        """Delete an account with its tokens, apps, projects and collaborations."""
        del self.users[user.id]
        self.tokens = {key: row for key, row in self.tokens.items() if row.user is not user}
        for region in self.regions.values():
            for app in [row for row in region.apps.values() if row.owner is user]:
                if app.id in region.apps:
                    region.remove(app)
            for app in region.apps.values():
                for row in [row for row in app.collaborators.values() if row.user is user]:
                    del app.collaborators[row.id]
            region.projects = {
                key: row for key, row in region.projects.items() if row.owner is not user
            }

    def add_token(self, user: User, name: str) -> ApiToken:
        """Create an API token for a user."""
        now = self.clock.time()
        token = ApiToken(self.ids.uuid(), name, user, self.new_secret(), now, now)
        self.tokens[token.id] = token
        return token

    def new_secret(self) -> str:
        """Return the secret of a new API token."""
        return f"tk-us-{self.ids.secret(48)}"

    def user_by_login(self, login: str) -> User | None:
        """Return the user with that e-mail address or user name."""
        return next(
            (user for user in self.users.values() if login in {user.email, user.username}), None
        )

    def after(self, seconds: float, action: Callable[[float], None]) -> None:
        """Schedule an action; it is called with the time at which it was due."""
        heapq.heappush(self._due, (self.clock.time() + seconds, next(self._order), action))

    def settle(self) -> None:
        """Run all actions that are due."""
        now = self.clock.time()
        while self._due and self._due[0][0] <= now:
            when, _, action = heapq.heappop(self._due)
            action(when)

    def start_operation(
        self, app: App, kind: str, done: Iterable[Callable[[float], None]] = ()
    ) -> Operation:
        """Start an operation; `done` is called when it succeeds."""
        operation = Operation(self.ids.hex(), app.id, kind, self.clock.time())
        app.operations[operation.id] = operation
        error = self.failing_operations.popleft() if self.failing_operations else None
        total = self.settings.operation_time

        def run(_when: float) -> None:
            operation.status = "running"

        def end(when: float) -> None:
            operation.finished_at = when
            operation.status = "done" if error is None else "error"
            operation.error = error
            if error is None:
                for action in done:
                    action(when)

        self.after(0.2 * total, run)
        self.after(total, end)
        return operation
