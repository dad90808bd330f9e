"""Calls in any order, by two people, against the sandbox and against Scalingo in plain words."""

import asyncio
from contextlib import contextmanager
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)
from plain_platform import Backup, Collaborator, Domain, Notifier, Variable
from sweeps import sweep
from tables import ONLY, Cases
from two_worlds import ME, NOBODY, NOT_THERE, OTHER, TwoWorlds

from scalingo_async import UNSET

pytestmark = pytest.mark.slow

WHO = st.sampled_from([ME, ME, ME, ME, OTHER])
APP_NAMES = st.sampled_from(
    ["my-first-app", "shop-front", "shop-admin", "blog-site", "short", "Upper-Case", "a--bcde"]
)
NAMES = ["ONE", "TWO", "SUM", "DATABASE_URL"]
VARIABLE_NAMES = st.sampled_from(NAMES)
VALUES = st.sampled_from(["", "1", "zwei", "$ONE", "$TWO", "$SUM", "$", "é\n"])
VARIABLES = st.dictionaries(VARIABLE_NAMES, VALUES, min_size=1)
DOMAIN_NAMES = st.sampled_from(["www.example.org", "WWW.example.org", "api.example.org", "nodot"])
USER_NAMES = st.sampled_from(["reader", "writer-1", "tiny"])
MAYBE = st.sampled_from([None, False, True])
PICK = st.integers(0, NOT_THERE)


def unset(value: Any) -> Any:
    return UNSET if value is None else value


class Calls(TwoWorlds):
    """What may be called. A subclass may leave rules out, to go deeper into the others."""

    apps = Bundle("apps")
    invitations = Bundle("invitations")
    addons = Bundle("addons")

    @initialize(target=apps, shared=st.booleans())
    def begin(self, shared):
        """Begin with an app that has something of everything, maybe for both of them."""
        if shared:
            Calls.accept(self, OTHER, Calls.invite(self, ME, self.first, OTHER, limited=False))
        Calls.update_variables(self, ME, self.first, {"ONE": "1", "TWO": "$ONE"})
        for name in ("www.example.org", "api.example.org"):
            Calls.add_domain(self, ME, self.first, name, canonical=True, letsencrypt=None)
        return self.first

    @initialize(target=addons)
    def begin_with_a_database(self):
        return Calls.add_addon(self, ME, self.first, "postgresql", 0)

    @rule(who=WHO, app=apps, name=st.one_of(st.none(), APP_NAMES))
    def look_at_an_app(self, who, app, name):
        called = name or app.id
        found, got = self.both(
            lambda: self.plain.app(who, called), lambda: self.clients[who].apps.get(called)
        )
        if found:
            self.compare_app(found, got)
            self.look(found)

    @rule(seconds=st.sampled_from([1, 2, 5, 10]))
    def wait(self, seconds):
        self.plain.wait(seconds)
        self.clock.advance(seconds)

    # -- apps -------------------------------------------------------------------------------------

    @rule(target=apps, who=WHO, name=APP_NAMES)
    def create_app(self, who, name):
        return self.create(who, name, None)

    @rule(target=apps, who=WHO, name=APP_NAMES, parent=apps, by_name=st.booleans())
    def create_child(self, who, name, parent, by_name):
        return self.create(who, name, self.called(parent, by_name=by_name))

    @rule(who=WHO, app=apps, by_name=st.booleans(), force_https=MAYBE, router_logs=MAYBE)
    def update_app(self, who, app, by_name, force_https, router_logs):
        called = self.called(app, by_name=by_name)
        switches = {"force_https": force_https, "router_logs": router_logs}
        found, got = self.both(
            lambda: self.plain.update_app(who, called, switches),
            lambda: self.clients[who].apps.update(called, **switches),
        )
        if found:
            self.compare_app(found, got)

    @rule(who=WHO, app=apps, by_name=st.booleans(), right=st.sampled_from([False, False, True]))
    def delete_app(self, who, app, by_name, right):
        called = self.called(app, by_name=by_name)
        current = app.name if right else "another-name"
        self.both(
            lambda: self.plain.delete_app(who, called, current),
            lambda: self.clients[who].apps.delete(called, current_name=current),
        )

    @rule(app=apps, to=st.sampled_from([OTHER, ME, NOBODY]))
    def transfer(self, app, to):
        owner = app.owner
        found, got = self.both(
            lambda: self.plain.transfer(owner, app.id, to),
            lambda: self.clients[owner].apps.transfer(app.id, owner=to),
        )
        if found:
            self.compare_app(found, got)

    @rule(who=WHO)
    def list_apps(self, who):
        client = self.clients[who]
        visible = self.plain.visible(who)
        assert [row.id for row in self.fetch(client.apps.list())] == [row.id for row in visible]
        people = [
            (app.id, row.email) for app in visible if app.owner == who for row in app.collaborators
        ]
        shown = self.fetch(client.collaborators.list_all())
        assert [(row.app_id, row.email) for row in shown] == people

    @rule(who=WHO, app=apps, by_name=st.booleans(), name=APP_NAMES, right=st.integers(0, 3))
    def rename_app(self, who, app, by_name, name, right):
        called = self.called(app, by_name=by_name)
        current = app.name if right else "another-name"
        found, got = self.both(
            lambda: self.plain.rename(who, called, current, name),
            lambda: self.clients[who].apps.rename(called, current_name=current, new_name=name),
        )
        if found:
            self.compare_app(found, got)

    # -- collaborators ----------------------------------------------------------------------------

    @rule(
        target=invitations,
        who=WHO,
        app=apps,
        email=st.sampled_from([OTHER, OTHER, ME, NOBODY, "nonsense"]),
        limited=st.booleans(),
    )
    def invite(self, who, app, email, limited):
        row, got = self.both(
            lambda: self.plain.invite(who, app.id, email, limited=limited),
            lambda: self.clients[who].collaborators.create(app.id, email=email, is_limited=limited),
        )
        if row is None:
            return multiple()
        row.id, row.token = got.id, got.invitation_link.partition("=")[2]
        assert (got.email, got.is_limited, got.status) == (email, limited, "pending")
        return row

    @rule(who=st.sampled_from([OTHER, OTHER, ME]), row=invitations)
    def accept(self, who, row):
        found, got = self.both(
            lambda: self.plain.accept(who, row),
            lambda: self.clients[who].collaborators.accept(row.token),
        )
        if found:
            self.compare_app(found, got)

    @rule(who=WHO, app=apps, number=PICK, limited=st.booleans())
    def limit(self, who, app, number, limited):
        row = self.pick(app, "collaborators", number, Collaborator)
        found, got = self.both(
            lambda: self.plain.limit(who, app.id, row, limited=limited),
            lambda: self.clients[who].collaborators.update(app.id, row.id, is_limited=limited),
        )
        if found:
            assert (got.id, got.is_limited) == (row.id, limited)

    @rule(who=WHO, app=apps, number=PICK)
    def dismiss(self, who, app, number):
        row = self.pick(app, "collaborators", number, Collaborator)
        self.both(
            lambda: self.plain.dismiss(who, app.id, row),
            lambda: self.clients[who].collaborators.delete(app.id, row.id),
        )

    # -- variables --------------------------------------------------------------------------------

    @rule(who=WHO, app=apps, by_name=st.booleans(), name=VARIABLE_NAMES, value=VALUES)
    def create_variable(self, who, app, by_name, name, value):
        called = self.called(app, by_name=by_name)
        row, got = self.both(
            lambda: self.plain.put_variable(who, called, name, value),
            lambda: self.clients[who].variables.create(called, name=name, value=value),
        )
        if row:
            self.compare([row], [got])
            assert (got.name, got.value) == (name, value)

    @rule(who=WHO, app=apps, values=VARIABLES)
    def update_variables(self, who, app, values):
        rows, got = self.both(
            lambda: self.plain.put_variables(who, app.id, values),
            lambda: self.clients[who].variables.bulk_update(app.id, variables=values),
        )
        if rows:
            self.compare(rows, got)
            assert {row.name: row.value for row in got} == values

    @rule(who=WHO, app=apps, values=VARIABLES, delete=st.sets(VARIABLE_NAMES))
    def set_variables(self, who, app, values, delete):
        values = {name: value for name, value in values.items() if name not in delete}
        if not values and not delete:
            return
        changes, got = self.both(
            lambda: self.plain.set_variables(who, app.id, values, delete),
            lambda: self.clients[who].variables.set(app.id, values, delete=delete),
        )
        if changes:
            assert ([row.name for row in got.updated], list(got.deleted)) == changes

    @rule(who=WHO, app=apps, number=PICK, value=VALUES)
    def update_variable(self, who, app, number, value):
        row = self.pick(app, "variables", number, Variable)
        found, got = self.both(
            lambda: self.plain.change_variable(who, app.id, row, value),
            lambda: self.clients[who].variables.update(app.id, row.id, value=value),
        )
        if found:
            assert (got.id, got.name, got.value) == (row.id, row.name, value)

    @rule(who=WHO, app=apps, number=PICK)
    def delete_variable(self, who, app, number):
        row = self.pick(app, "variables", number, Variable)
        self.both(
            lambda: self.plain.drop_variable(who, app.id, row),
            lambda: self.clients[who].variables.delete(app.id, row.id),
        )

    @rule(who=WHO, app=apps, numbers=st.lists(PICK, min_size=1, max_size=3))
    def delete_variables(self, who, app, numbers):
        rows = [self.pick(app, "variables", number, Variable) for number in numbers]
        self.both(
            lambda: self.plain.drop_variables(who, app.id, rows),
            lambda: self.clients[who].variables.bulk_delete(
                app.id, variable_ids=[row.id for row in rows]
            ),
        )

    # -- domains ----------------------------------------------------------------------------------

    @rule(who=WHO, app=apps, name=DOMAIN_NAMES, canonical=MAYBE, letsencrypt=MAYBE)
    def add_domain(self, who, app, name, canonical, letsencrypt):
        row, got = self.both(
            lambda: self.plain.add_domain(
                who, app.id, name, canonical=canonical, letsencrypt=letsencrypt
            ),
            lambda: self.clients[who].domains.create(
                app.id,
                name=name,
                canonical=unset(canonical),
                letsencrypt_enabled=unset(letsencrypt),
            ),
        )
        if row:
            row.id = got.id
            assert (got.name, got.canonical) == (row.name, row.canonical)

    @rule(who=WHO, app=apps, number=PICK, canonical=MAYBE)
    def update_domain(self, who, app, number, canonical):
        row = self.pick(app, "domains", number, Domain)
        found, got = self.both(
            lambda: self.plain.change_domain(who, app.id, row, canonical=canonical),
            lambda: self.clients[who].domains.update(app.id, row.id, canonical=canonical),
        )
        if found:
            assert (got.id, got.canonical) == (row.id, row.canonical)

    @rule(who=WHO, app=apps, number=PICK)
    def delete_domain(self, who, app, number):
        row = self.pick(app, "domains", number, Domain)
        self.both(
            lambda: self.plain.drop_domain(who, app.id, row),
            lambda: self.clients[who].domains.delete(app.id, row.id),
        )

    # -- addons and databases ---------------------------------------------------------------------

    def plan(self, provider: str, number: int) -> str | None:
        plans = self.plans.get(provider, [])
        return plans[number] if number < len(plans) else None

    @rule(
        target=addons,
        who=WHO,
        app=apps,
        provider=st.sampled_from(["postgresql", "postgresql", "redis", "watchtower"]),
        number=st.integers(0, 5),
    )
    def add_addon(self, who, app, provider, number):
        plan = self.plan(provider, number)
        row, got = self.both(
            lambda: self.plain.add_addon(who, app.id, provider, plan),
            lambda: self.clients[who].addons.create(
                app.id, addon_provider_id=provider, plan_id=plan or "nothing"
            ),
        )
        if row is None:
            return multiple()
        row.id = got.id
        came = [variable.name for variable in app.variables if variable.addon is row]
        assert (got.plan.id, got.variables) == (plan, came)
        # Nothing else tells their ids.
        self.compare(app.variables, self.fetch(self.clients[who].variables.list(app.id)))
        return app, row

    @rule(who=WHO, addon=addons, number=st.integers(0, 5))
    def change_plan(self, who, addon, number):
        app, row = addon
        plan = self.plan(row.provider, number)
        found, got = self.both(
            lambda: self.plain.change_plan(who, app.id, row, plan),
            lambda: self.clients[who].addons.update(app.id, row.id, plan_id=plan or "nothing"),
        )
        if found:
            assert (got.id, got.plan.id) == (row.id, plan)

    @rule(who=WHO, addon=addons)
    def delete_addon(self, who, addon):
        app, row = addon
        self.both(
            lambda: self.plain.drop_addon(who, app.id, row),
            lambda: self.clients[who].addons.delete(app.id, row.id),
        )

    @rule(
        who=WHO,
        addon=addons,
        by_name=st.booleans(),
        name=USER_NAMES,
        read_only=st.booleans(),
    )
    def add_user(self, who, addon, by_name, name, read_only):
        app, row = addon
        called = self.called(app, by_name=by_name)
        self.ask_database(
            who,
            called,
            row,
            lambda: self.plain.add_user(who, called, row, name, read_only=read_only) or row,
            lambda: self.clients[who].databases.users.create(
                called, row.id, name=name, read_only=read_only
            ),
        )

    @rule(who=WHO, addon=addons, name=USER_NAMES)
    def delete_user(self, who, addon, name):
        app, row = addon
        self.ask_database(
            who,
            app.id,
            row,
            lambda: self.plain.drop_user(who, app.id, row, name),
            lambda: self.clients[who].databases.users.delete(app.id, row.id, name),
        )

    @rule(who=WHO, addon=addons, by_name=st.booleans())
    def back_up(self, who, addon, by_name):
        app, row = addon
        called = self.called(app, by_name=by_name)
        made, got = self.ask_database(
            who,
            called,
            row,
            lambda: self.plain.back_up(who, called, row),
            lambda: self.clients[who].databases.backups.create(called, row.id),
        )
        if made:
            made.id = got.id
            assert got.status == "scheduled"

    @rule(who=WHO, addon=addons, number=PICK)
    def restore(self, who, addon, number):
        app, row = addon
        backup = row.backups[number] if number < len(row.backups) else Backup()
        self.ask_database(
            who,
            app.id,
            row,
            lambda: self.plain.restore(who, app.id, row, backup),
            lambda: self.clients[who].databases.backups.restore(app.id, row.id, backup.id),
        )

    # -- notifiers --------------------------------------------------------------------------------

    @rule(
        who=WHO,
        app=apps,
        platform=st.sampled_from(["email", "slack", "webhook", "nothing"]),
        user=st.sampled_from([None, ME, OTHER]),
        url=st.sampled_from([None, "https://hooks.example.com/x", "nonsense"]),
    )
    def add_notifier(self, who, app, platform, user, url):
        given: dict[str, Any] = {"user_ids": [user]} if user and platform == "email" else {}
        given |= {"webhook_url": url} if url and platform != "email" else {}
        sent = given | ({"user_ids": [self.ids[user]]} if "user_ids" in given else {})
        row, got = self.both(
            lambda: self.plain.add_notifier(who, app.id, platform, "some name", given),
            lambda: self.clients[who].notifiers.create(
                app.id,
                platform_id=self.platforms[platform],
                name="some name",
                type_data=sent or UNSET,
            ),
        )
        if row:
            row.id = got.id
            self.compare_notifier(row, got)

    @rule(who=WHO, app=apps, number=PICK, name=st.sampled_from([None, "new name"]), active=MAYBE)
    def update_notifier(self, who, app, number, name, active):
        row = self.pick(app, "notifiers", number, Notifier)
        found, got = self.both(
            lambda: self.plain.change_notifier(who, app.id, row, name=name, active=active),
            lambda: self.clients[who].notifiers.update(
                app.id, row.id, name=unset(name), active=active
            ),
        )
        if found:
            self.compare_notifier(row, got)

    @rule(who=WHO, app=apps, number=PICK)
    def delete_notifier(self, who, app, number):
        row = self.pick(app, "notifiers", number, Notifier)
        self.both(
            lambda: self.plain.drop_notifier(who, app.id, row),
            lambda: self.clients[who].notifiers.delete(app.id, row.id),
        )


PEOPLE = {
    "accept", "create_app", "create_child", "delete_app", "dismiss", "invite", "limit",
    "list_apps", "rename_app", "transfer", "update_app",
}  # fmt: skip
DATABASES = {
    "add_addon", "add_user", "back_up", "change_plan", "delete_addon", "delete_user", "restore",
}  # fmt: skip
POSSESSIONS = {
    "add_domain", "add_notifier", "create_variable", "delete_domain", "delete_notifier",
    "delete_variable", "delete_variables", "set_variables", "update_domain", "update_notifier",
    "update_variable", "update_variables",
}  # fmt: skip
EVERYTHING = PEOPLE | DATABASES | POSSESSIONS
SUBJECTS = {
    "everything": EVERYTHING,
    "apps and their people": PEOPLE,
    "databases": DATABASES,
    "what apps have": POSSESSIONS,
}
"""Which calls take turns: with fewer of them, what takes several in a row comes up more often."""


class Portal:
    """Leads into a loop of asyncio in the same thread: going to another thread costs more."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._run = runner.run

    def call(self, function: Any, *args: Any) -> Any:
        return self._run(function(*args))


@contextmanager
def portal_to(backend: str):
    if backend == "trio":
        with start_blocking_portal("trio") as portal:
            yield portal
    else:
        with asyncio.Runner() as runner:
            yield Portal(runner)


@pytest.mark.sweep
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_calls_in_any_order_do_what_they_say(backend):
    """Which calls take turns, and then which loop, is the name of a case (tests/tables.py)."""
    run = Cases()
    for subject in sweep("loops of calls in any order").get(backend, SUBJECTS):
        if ONLY not in subject:
            continue
        left_out = dict.fromkeys(EVERYTHING - SUBJECTS[subject])
        with run(subject), portal_to(backend) as portal:
            machine = type("Calls", (Calls,), {"portal": portal, **left_out})
            run_state_machine_as_test(
                machine,
                settings=settings(
                    derandomize=True,
                    deadline=None,
                    max_examples=20,
                    stateful_step_count=60,
                    report_multiple_bugs=False,
                    suppress_health_check=list(HealthCheck),
                ),
            )
    run.check()
