"""Scalingo in plain words: what apps have, who may do what, and what is refused.

Lists and loops alone: no HTTP, no ids, no JSON. The sandbox is compared with it.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from scalingo_async import (
    AuthenticationError,
    BadRequestError,
    NotFoundError,
    ScalingoError,
    ValidationFailedError,
)

DATABASES = {
    "postgresql": ("SCALINGO_POSTGRESQL_URL", "DATABASE_URL"),
    "redis": ("SCALINGO_REDIS_URL", "REDIS_URL"),
}
"""The variables that come with a database, by addon provider."""

HAS_USERS = {"postgresql"}


class RefusedError(Exception):
    """The platform refuses, with an error of this class."""

    def __init__(self, kind: type[ScalingoError]) -> None:
        super().__init__(kind.__name__)
        self.kind = kind


@dataclass(eq=False)
class Thing:
    """Whatever has an id, once the platform has answered."""

    id: str = "not-there"


@dataclass(eq=False)
class Variable(Thing):
    name: str = ""
    value: str | None = None
    """`None` for a URL of a database, which nobody knows before."""
    addon: "Addon | None" = None


@dataclass(eq=False)
class Domain(Thing):
    name: str = ""
    canonical: bool = False
    letsencrypt: bool = True
    certified: bool = False


@dataclass(eq=False)
class Collaborator(Thing):
    email: str = ""
    limited: bool = True
    accepted: bool = False
    token: str = ""


@dataclass(eq=False)
class Notifier(Thing):
    name: str = ""
    platform: str = ""
    active: bool = True
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Backup(Thing):
    status: str = "scheduled"


@dataclass(eq=False)
class Addon(Thing):
    provider: str = ""
    plan: str = ""
    running: bool = False
    busy_until: float = 0.0
    users: dict[str, bool] = field(default_factory=dict)
    """Whether each is read-only, by name; without the platform's own."""
    backups: list[Backup] = field(default_factory=list)
    opened: set[tuple[str, str]] = field(default_factory=set)
    """Who has a token for its database, by the id or the name that the app was called by."""


@dataclass(eq=False)
class App(Thing):
    name: str = ""
    owner: str = ""
    parent: "App | None" = None
    switches: dict[str, bool] = field(
        default_factory=lambda: dict.fromkeys(
            ("force_https", "sticky_session", "router_logs"), False
        )
    )
    variables: list[Variable] = field(default_factory=list)
    domains: list[Domain] = field(default_factory=list)
    collaborators: list[Collaborator] = field(default_factory=list)
    addons: list[Addon] = field(default_factory=list)
    notifiers: list[Notifier] = field(default_factory=list)
    events: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<{self.id} {self.name}>"

    @property
    def members(self) -> set[str]:
        return {self.owner, *(row.email for row in self.collaborators if row.accepted)}

    def values(self) -> dict[str, str | None]:
        return {row.name: row.value for row in self.variables}

    def resolved(self) -> dict[str, str | None]:
        """Return the values with `$OTHER` followed to its end, if there is one."""
        values = self.values()

        def follow(value: str | None, seen: frozenset[str] = frozenset()) -> str | None:
            name = value[1:] if value is not None and value.startswith("$") else None
            if name not in values:
                return value
            if name in seen:
                raise RecursionError
            return follow(values[name], seen | {name})

        found: dict[str, str | None] = {}
        for name, value in values.items():
            try:
                found[name] = follow(value)
            except RecursionError:
                found[name] = value
        return found


def refuse(kind: type[ScalingoError], when: object = True) -> None:
    if when:
        raise RefusedError(kind)


def the(rows: Iterable[Any], wanted: Thing) -> Any:
    """Return a row if it is there."""
    refuse(NotFoundError, wanted not in (there := list(rows)))
    return there[there.index(wanted)]


@dataclass(eq=False)
class Platform:
    apps: list[App] = field(default_factory=list)
    now: float = 0.0
    operation_time: float = 10.0
    due: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    # -- time ----------------------------------------------------------------------------------

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        self.due.append((self.now + seconds, action))

    def wait(self, seconds: float) -> None:
        self.now += seconds
        ripe = sorted((row for row in self.due if row[0] <= self.now), key=lambda row: row[0])
        self.due = [row for row in self.due if row[0] > self.now]
        for _, action in ripe:
            action()

    # -- apps ----------------------------------------------------------------------------------

    def visible(self, who: str) -> list[App]:
        return [app for app in self.apps if who in app.members]

    def app(self, who: str, called: str) -> App:
        """Return the app of an id or a name, for somebody who may see it."""
        found = [app for app in self.apps if called in {app.id, app.name}]
        refuse(NotFoundError, not found)
        refuse(AuthenticationError, who not in found[0].members)
        return found[0]

    def free_name(self, name: str, longest: int = 48) -> str:
        right = re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) and 6 <= len(name) <= longest
        taken = any(app.name == name for app in self.apps)
        refuse(ValidationFailedError, not right or taken)
        return name

    def create_app(self, who: str, name: str, parent: str | None = None) -> App:
        above = None if parent is None else self.app(who, parent)
        app = App(name=self.free_name(name), owner=who, parent=above)
        born_with = Notifier(name=f"Default '{name}' notifier", platform="email")
        born_with.settings = {"user_ids": [who], "emails": []}
        app.notifiers.append(born_with)
        app.events.append("new_app")
        self.apps.append(app)
        return app

    def update_app(self, who: str, called: str, switches: dict[str, bool | None]) -> App:
        app = self.app(who, called)
        given = {name: value for name, value in switches.items() if value is not None}
        app.switches |= given
        app.events += ["edit_app"] * bool(given)
        return app

    def rename(self, who: str, called: str, current: str, name: str) -> App:
        app = self.app(who, called)
        refuse(ValidationFailedError, current != app.name)
        app.name = name if name == app.name else self.free_name(name)
        app.events.append("rename_app")
        return app

    def delete_app(self, who: str, called: str, current: str) -> None:
        app = self.app(who, called)
        refuse(ValidationFailedError, current != app.name)
        self._remove(app)

    def _remove(self, app: App) -> None:
        for child in [row for row in self.apps if row.parent is app]:
            self._remove(child)
        self.apps.remove(app)

    def transfer(self, who: str, called: str, owner: str) -> App:
        app = self.app(who, called)
        refuse(ValidationFailedError, owner not in app.members - {app.owner})
        app.collaborators = [
            row for row in app.collaborators if not (row.accepted and row.email == owner)
        ]
        app.collaborators.append(Collaborator(email=app.owner, limited=False, accepted=True))
        app.owner = owner
        app.events.append("transfer_app")
        return app

    # -- collaborators -------------------------------------------------------------------------

    def invite(self, who: str, called: str, email: str, *, limited: bool) -> Collaborator:
        app = self.app(who, called)
        known = {app.owner, *(row.email for row in app.collaborators)}
        refuse(ValidationFailedError, "@" not in email or email in known)
        row = Collaborator(email=email, limited=limited)
        app.collaborators.append(row)
        app.events.append("new_collaborator")
        return row

    def accept(self, who: str, row: Collaborator) -> App:
        apps = [app for app in self.apps if row in app.collaborators]
        refuse(NotFoundError, not apps)
        refuse(BadRequestError, who in apps[0].members)
        refuse(NotFoundError, row.accepted)
        row.accepted, row.email = True, who
        apps[0].events.append("accept_collaborator")
        return apps[0]

    def limit(self, who: str, called: str, row: Collaborator, *, limited: bool) -> Collaborator:
        app = self.app(who, called)
        the(app.collaborators, row).limited = limited
        app.events.append("change_collaborator_role")
        return row

    def dismiss(self, who: str, called: str, row: Collaborator) -> None:
        app = self.app(who, called)
        app.collaborators.remove(the(app.collaborators, row))
        app.events.append("delete_collaborator")

    # -- variables -----------------------------------------------------------------------------

    def put_variables(self, who: str, called: str, values: dict[str, str]) -> list[Variable]:
        """Set several variables at once; the event is one for all, if anything changes."""
        app = self.app(who, called)
        changed = app.values() | values != app.values()
        rows = [self._put(app, name, value) for name, value in values.items()]
        app.events += ["edit_variables"] * changed
        return rows

    def put_variable(self, who: str, called: str, name: str, value: str) -> Variable:
        app = self.app(who, called)
        app.events.append("edit_variable" if name in app.values() else "new_variable")
        return self._put(app, name, value)

    @staticmethod
    def _put(app: App, name: str, value: str | None, addon: Addon | None = None) -> Variable:
        for row in app.variables:
            if row.name == name:
                row.value = value
                return row
        app.variables.append(Variable(name=name, value=value, addon=addon))
        return app.variables[-1]

    def change_variable(self, who: str, called: str, row: Variable, value: str) -> Variable:
        app = self.app(who, called)
        the(app.variables, row).value = value
        app.events.append("edit_variable")
        return row

    def drop_variable(self, who: str, called: str, row: Variable) -> None:
        app = self.app(who, called)
        app.variables.remove(the(app.variables, row))
        app.events.append("delete_variable")

    def drop_variables(self, who: str, called: str, rows: list[Variable]) -> None:
        app = self.app(who, called)
        gone = {the(app.variables, row) for row in rows}
        app.variables = [row for row in app.variables if row not in gone]
        app.events.append("edit_variables")

    def set_variables(
        self, who: str, called: str, values: dict[str, str], delete: set[str]
    ) -> tuple[list[str], list[str]]:
        """Return the names that a helper of the client sets, and those that it deletes."""
        app = self.app(who, called)
        if delete:
            values = {k: v for k, v in values.items() if app.values().get(k) != v}
        doomed = [row for row in app.variables if row.name in delete]
        if values:
            self.put_variables(who, called, values)
        if doomed:
            self.drop_variables(who, called, doomed)
        return list(values), [row.name for row in doomed]

    # -- domains -------------------------------------------------------------------------------

    def add_domain(
        self, who: str, called: str, name: str, *, canonical: bool | None, letsencrypt: bool | None
    ) -> Domain:
        app = self.app(who, called)
        taken = {row.name for other in self.apps for row in other.domains}
        refuse(ValidationFailedError, "." not in name or name.lower() in taken)
        row = Domain(name=name.lower(), letsencrypt=letsencrypt is not False)
        app.domains.append(row)
        self._canonize(app, row, canonical)
        self.after(self.operation_time, lambda: self._certify(row))
        app.events.append("new_domain")
        return row

    @staticmethod
    def _certify(row: Domain) -> None:
        row.certified = row.letsencrypt

    @staticmethod
    def _canonize(app: App, row: Domain, canonical: bool | None) -> None:
        """There is one canonical domain at most."""
        if canonical:
            for other in app.domains:
                other.canonical = False
        row.canonical = row.canonical if canonical is None else canonical

    def change_domain(
        self, who: str, called: str, row: Domain, *, canonical: bool | None
    ) -> Domain:
        app = self.app(who, called)
        self._canonize(app, the(app.domains, row), canonical)
        app.events.append("edit_domain")
        return row

    def drop_domain(self, who: str, called: str, row: Domain) -> None:
        app = self.app(who, called)
        app.domains.remove(the(app.domains, row))
        app.events.append("delete_domain")

    # -- addons and databases ------------------------------------------------------------------

    def add_addon(self, who: str, called: str, provider: str, plan: str | None) -> Addon:
        app = self.app(who, called)
        refuse(NotFoundError, plan is None)
        row = Addon(provider=provider, plan=str(plan))
        app.addons.append(row)
        names = [name for name in DATABASES.get(provider, ()) if name not in app.values()]
        for name in names:
            main = DATABASES[provider][0]
            self._put(app, name, None if name == main else f"${main}", row)
        self._keep_busy(row)
        app.events.append("new_addon")
        return row

    def _keep_busy(self, row: Addon) -> None:
        row.busy_until = self.now + self.operation_time
        self.after(self.operation_time, lambda: setattr(row, "running", True))

    def change_plan(self, who: str, called: str, row: Addon, plan: str | None) -> Addon:
        app = self.app(who, called)
        the(app.addons, row)
        refuse(NotFoundError, plan is None)
        row.plan = str(plan)
        if row.provider in DATABASES:
            self._keep_busy(row)
        app.events.append("upgrade_addon")
        return row

    def drop_addon(self, who: str, called: str, row: Addon) -> None:
        app = self.app(who, called)
        app.addons.remove(the(app.addons, row))
        app.variables = [other for other in app.variables if other.addon is not row]
        app.events.append("delete_addon")

    def database(self, who: str, called: str, row: Addon) -> Addon:
        """Return a database for somebody who has or gets a token for it, which lasts an hour."""
        if (who, called) not in row.opened:
            the(self.app(who, called).addons, row)
            row.opened.add((who, called))
        refuse(NotFoundError, not any(row in app.addons for app in self.apps))
        refuse(NotFoundError, row.provider not in DATABASES)
        return row

    def users(self, who: str, called: str, row: Addon) -> dict[str, bool]:
        self.database(who, called, row)
        refuse(BadRequestError, row.provider not in HAS_USERS)
        return row.users

    def add_user(self, who: str, called: str, row: Addon, name: str, *, read_only: bool) -> None:
        users = self.users(who, called, row)
        refuse(ValidationFailedError, name in users or not 6 <= len(name) <= 32)
        users[name] = read_only

    def drop_user(self, who: str, called: str, row: Addon, name: str) -> None:
        users = self.users(who, called, row)
        refuse(NotFoundError, name not in users)
        del users[name]

    def back_up(self, who: str, called: str, row: Addon) -> Backup:
        self.database(who, called, row)
        refuse(BadRequestError, any(backup.status != "done" for backup in row.backups))
        made = Backup()
        row.backups.append(made)

        def end() -> None:
            made.status = "done"
            for app in self.apps:
                # An addon that is gone has no app to tell.
                if row in app.addons:
                    app.events.append("database_backup_succeeded")

        self.after(self.operation_time / 5, lambda: setattr(made, "status", "running"))
        self.after(self.operation_time, end)
        return made

    def restore(self, who: str, called: str, row: Addon, backup: Backup) -> None:
        self.database(who, called, row)
        refuse(BadRequestError, the(row.backups, backup).status != "done")

    # -- notifiers -----------------------------------------------------------------------------

    @staticmethod
    def _settings(app: App, platform: str, settings: dict[str, Any]) -> dict[str, Any]:
        if platform == "email":
            settings = {"user_ids": [], "emails": [], **settings}
            refuse(ValidationFailedError, not app.members >= set(settings["user_ids"]))
            return settings
        refuse(ValidationFailedError, not settings.get("webhook_url", "").startswith("https://"))
        return settings

    def add_notifier(
        self, who: str, called: str, platform: str, name: str, settings: dict[str, Any]
    ) -> Notifier:
        app = self.app(who, called)
        refuse(NotFoundError, platform == "nothing")
        refuse(ValidationFailedError, not name)
        row = Notifier(
            name=name, platform=platform, settings=self._settings(app, platform, settings)
        )
        app.notifiers.append(row)
        app.events.append("new_notifier")
        return row

    def change_notifier(
        self, who: str, called: str, row: Notifier, *, name: str | None, active: bool | None
    ) -> Notifier:
        app = self.app(who, called)
        the(app.notifiers, row)
        row.name = row.name if name is None else name
        row.active = row.active if active is None else active
        app.events.append("edit_notifier")
        return row

    def drop_notifier(self, who: str, called: str, row: Notifier) -> None:
        app = self.app(who, called)
        app.notifiers.remove(the(app.notifiers, row))
        app.events.append("delete_notifier")
