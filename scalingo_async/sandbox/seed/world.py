"""The initial apps of a sandbox: realistic apps, each with a history."""

from collections.abc import Sequence
from typing import Any

from scalingo_async.sandbox.behaviour.addons import new_addon
from scalingo_async.sandbox.behaviour.backup_files import backup_file
from scalingo_async.sandbox.behaviour.backups import backup_data, backup_suffix
from scalingo_async.sandbox.behaviour.deployments import announce, write
from scalingo_async.sandbox.behaviour.validation import check_app_name
from scalingo_async.sandbox.catalogue.addons import PROVIDERS
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.seed.account import fill_account
from scalingo_async.sandbox.world.accounts import User
from scalingo_async.sandbox.world.apps import (
    App,
    Collaborator,
    Container,
    Domain,
    Formation,
    Variable,
)
from scalingo_async.sandbox.world.cron_jobs import CronJob
from scalingo_async.sandbox.world.databases import Backup
from scalingo_async.sandbox.world.deployments import Deployment
from scalingo_async.sandbox.world.logs import LogArchive
from scalingo_async.sandbox.world.state import Region, World

__all__ = ["populate"]

_SUBJECTS = (
    "billing",
    "accounts",
    "catalogue",
    "checkout",
    "customers",
    "delivery",
    "documents",
    "events",
    "inventory",
    "invoices",
    "mailing",
    "messages",
    "metrics",
    "orders",
    "partners",
    "payments",
    "pricing",
    "profile",
    "reports",
    "search",
    "sessions",
    "stock",
    "support",
    "web",
)
_KINDS = ("api", "frontend", "worker", "admin", "gateway", "importer", "site", "jobs")
_TEAM = ("ada.martin@example.com", "noor.haddad@example.com", "jules.petit@example.com")

_HOUR = 3600.0
_DAY = 24 * _HOUR
_STEPS = ("building", "pushing", "starting")


def populate(world: World, user: User, apps: int, names: Sequence[str] = ()) -> None:
    """Fill a new world: `apps` apps in the first region, a fifth of that in each other region.

    The first apps of the first region have the given names.
    """
    if apps < 0:
        raise ValueError("The number of apps can't be negative")
    if len(set(names)) < len(names):
        raise ValueError(f"App names must be unique: {', '.join(names)}")
    for name in names:
        _check_name(name)
    fill_account(user)
    team = [world.add_user(email) for email in _TEAM]
    # All archives with the same amount of data have the same size: one is enough to know it.
    size = backup_file(Backup("", "", "periodic", world.settings.backup_size, 0)).size
    for region in world.regions.values():
        region.project_of(user)
        given = names if region.default else ()
        made_up = _names(world, (apps if region.default else apps // 5) - len(given), given)
        for number, name in enumerate((*given, *made_up)):
            _AppMaker(region, user, team, number, size).make(name)


def _check_name(name: str) -> None:
    try:
        check_app_name(name, taken=False)
    except Refusal as refusal:
        body: Any = refusal.body
        reasons = ", ".join(body["errors"]["name"])
        raise ValueError(f"{name!r} is not a valid app name: it {reasons}") from None


def _names(world: World, count: int, given: Sequence[str]) -> list[str]:
    every = [f"{subject}-{kind}" for subject in _SUBJECTS for kind in _KINDS]
    every = [name for name in every if name not in given]
    world.ids.random.shuffle(every)
    return [
        every[number % len(every)]
        + (f"-{number // len(every) + 1:02d}" if number >= len(every) else "")
        for number in range(count)
    ]


class _AppMaker:
    """Creates one app with its history. Its number determines its contents; nothing is random."""

    def __init__(
        self, region: Region, user: User, team: list[User], number: int, archive_size: int
    ) -> None:
        self.region = region
        self.world = region.world
        self.ids = region.world.ids
        self.now = region.world.clock.time()
        self.user = user
        self.team = team
        self.number = number
        self.archive_size = archive_size

    def make(self, name: str) -> None:
        """Create the app: every tenth one has never been deployed."""
        created = self.now - (30 + self.number % 300) * _DAY
        app = App(
            id=self.ids.hex(),
            uuid=self.ids.prefixed("ap"),
            name=name,
            owner=self.user,
            project=self.region.project_of(self.user),
            created_at=created,
            updated_at=created,
            stack=self.world.default_stack,
            force_https=self.number % 2 == 0,
            router_logs=self.number % 4 == 0,
        )
        app.formation["web"] = Formation("web", 1, "M")
        self.region.add(app)
        self._record(app, "new_app", {"git_source": None}, created)
        self._variables(app, created + 60)
        self._collaborators(app, created + _HOUR)
        if self.number % 10 == 9:
            return
        self._domains(app, created + 2 * _HOUR)
        self._addons(app, created + 3 * _HOUR)
        self._deployments(app)
        self._containers(app)
        self._restarts(app)
        self._logs(app)

    def _record(self, app: App, kind: str, data: Json, when: float) -> None:
        self.region.record(kind, data, user=self.user, app=app, at=when)

    def _variables(self, app: App, when: float) -> None:
        rows = {
            "APP_ENV": "production",
            "LOG_LEVEL": ("info", "debug", "warning")[self.number % 3],
            "SECRET_KEY": self.ids.secret(40),
            "PUBLIC_URL": f"https://{app.name}.{self.region.name}.scalingo.io",
        }
        for name, value in rows.items():
            variable = Variable(self.ids.hex(), name, value)
            app.variables[variable.id] = variable
        added = [{"name": name, "value": value} for name, value in rows.items()]
        data = {"new_vars": added, "updated_vars": [], "deleted_vars": []}
        self._record(app, "edit_variables", data, when)

    def _collaborators(self, app: App, when: float) -> None:
        members: list[User | None] = [*self.team[: (self.number + 1) % 4], None]
        for turn, member in enumerate(members):
            email = f"guest-{self.number}@example.com" if member is None else member.email
            row = Collaborator(
                self.ids.hex(), email, member is None, self.ids.hex(40), self.user, member
            )
            app.collaborators[row.id] = row
            data = {"collaborator": {"email": email, "is_limited": row.is_limited}}
            self._record(app, "new_collaborator", data, when + turn)

    def _domains(self, app: App, when: float) -> None:
        for turn, prefix in enumerate(("www", "api")[: (self.number + 2) % 3]):
            domain = Domain(
                self.ids.hex(),
                f"{prefix}.{app.name}.example.com",
                when + turn,
                canonical=turn == 0,
                letsencrypt=True,
                letsencrypt_status="created",
                validity=self.now + 60 * _DAY,
            )
            app.domains[domain.id] = domain
            self._record(app, "new_domain", {"hostname": domain.name, "ssl": False}, when + turn)

    def _addons(self, app: App, when: float) -> None:
        names = [
            name for name, every in (("postgresql", 2), ("redis", 3)) if self.number % every == 0
        ]
        for turn, name in enumerate(names):
            provider = PROVIDERS[name]
            plan = provider.plans[(self.number + turn) % 3]
            addon, _ = new_addon(self.region, app, provider, plan, when + turn)
            addon.status = "running"
            data: Json = {
                "addon_provider_name": provider.name,
                "plan_name": plan.name,
                "resource_id": addon.resource_id,
            }
            self._record(app, "new_addon", data, when + turn)
            database = addon.database
            if database is None:
                continue
            database.status = "running"
            database.features["force-ssl"] = "ACTIVATED"
            for days in (3, 2, 1):
                started = self.now - days * _DAY
                backup = Backup(
                    self.ids.hex(),
                    f"{iso(started)[:10].replace('-', '')}030000_{addon.resource_id}",
                    "periodic",
                    self.world.settings.backup_size,
                    started,
                    "error" if days == 2 and self.number % 6 == 0 else "done",
                    started + 60,
                )
                backup.suffix = backup_suffix(addon)
                backup.size = self.archive_size if backup.status == "done" else 0
                database.backups[backup.id] = backup
                kind = "succeeded" if backup.status == "done" else "failed"
                payload = backup_data(addon, backup, started + 120)
                self._record(app, f"database_backup_{kind}", payload, started + 120)

    def _deployments(self, app: App) -> None:
        """Deploy several times, finally with success; the first app has two pages of them."""
        count = 45 if self.number == 0 else 1 + self.number % 4
        before: str | None = None
        for left in range(count - 1, -1, -1):
            when = self.now - (left * 0.5 + 0.2) * _DAY
            failure = "build-error" if left % 7 == 3 else None
            deployment = Deployment(
                id=self.ids.uuid(),
                event_id=self.ids.hex(),
                app_id=app.id,
                created_at=when,
                pusher=self.user,
                git_ref=self.ids.hex(40),
                previous_git_ref=before,
                type="git",
                stack=app.stack,
                failure=failure,
            )
            for status in (*(_STEPS if failure is None else _STEPS[:1]), failure or "success"):
                deployment.status = status
                write(self.region, app, deployment)
            deployment.finished_at = when + 40 + left % 50
            app.deployments[deployment.id] = deployment
            announce(self.region, app, deployment)
            if failure is None:
                before = deployment.git_ref
                deployment.image_size = 104_857_600
                app.last_deployment_id = deployment.id
                app.last_deployed_at = app.updated_at = when
                app.last_deployed_by = self.user.username
                app.status = "running"

    def _containers(self, app: App) -> None:
        before = {name: str(row) for name, row in app.formation.items()}
        app.formation["web"].amount = 1 + self.number % 3
        if self.number % 2 == 0:
            app.formation["worker"] = Formation("worker", 1, "S", "python worker.py")
            app.cron_jobs.append(CronJob("0 5 * * * python jobs.py import:orders", "M"))
        after = {name: str(row) for name, row in app.formation.items()}
        started = self.now - 0.2 * _DAY + 120
        if after != before:
            data = {"previous_containers": before, "containers": after}
            self._record(app, "scale", data, started)
        for row in app.formation.values():
            for index in range(1, row.amount + 1):
                app.containers.append(Container(self.ids.hex(), row.name, index, row.size, started))

    def _restarts(self, app: App) -> None:
        """Every fifth app has been restarted so often that its events fill several pages."""
        for left in range(60 if self.number == 0 else 20 if self.number % 5 == 0 else 1, 0, -1):
            data: Json = {"scope": [], "addon_name": None, "reason": "user_restart"}
            self._record(app, "restart", data, self.now - left * 0.6 * _HOUR)

    def _logs(self, app: App) -> None:
        sources = [container.label for container in app.containers]
        start = self.now - _HOUR
        for turn in range(20):
            source = sources[turn % len(sources)]
            app.log(start + turn * 60, source, f"GET /items/{turn} served in {10 + turn}ms")
        app.log(
            start + 1300, "router", f'method=GET path="/" host={app.name}.scalingo.io status=200'
        )
        for back in range((15 + 7 * self.number) % 24):
            until = self.now - (back + 1) * 2 * _DAY
            app.log_archives.append(LogArchive(self.ids.hex(), until - 2 * _DAY, until, 100))
