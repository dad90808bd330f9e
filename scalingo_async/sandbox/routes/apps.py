"""`apps.*`."""

import ipaddress
from typing import Any, cast

import orjson
from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.containers import boot, running, settled_status, stop
from scalingo_async.sandbox.behaviour.embedded import app_view
from scalingo_async.sandbox.behaviour.fields import Fields
from scalingo_async.sandbox.behaviour.ownership import hand_over
from scalingo_async.sandbox.behaviour.pages import paginate
from scalingo_async.sandbox.behaviour.review_apps import close_review_app
from scalingo_async.sandbox.behaviour.validation import check_app_name
from scalingo_async.sandbox.catalogue.containers import CONTAINER_SIZES
from scalingo_async.sandbox.catalogue.stacks import STACKS, Stack
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.routes.containers import container_types_view, container_view
from scalingo_async.sandbox.routes.operations import operation_url
from scalingo_async.sandbox.server.routing import Peek, Routes
from scalingo_async.sandbox.world.apps import App, AppFirewallRule, Container, Formation
from scalingo_async.sandbox.world.compliance import AuditLog
from scalingo_async.sandbox.world.one_offs import OneOff
from scalingo_async.sandbox.world.projects import Project

__all__ = ["routes"]

routes = Routes()

_SETTINGS = ("force_https", "sticky_session", "router_logs")
_MOST_CONTAINERS = 10
_MOST_RULES = 20
_RULES = "/apps/{app}/firewall_rules"


@routes("apps.list", "GET", "/apps")
def list_(call: Call) -> Response:
    """List the apps that the user owns or collaborates on, without pagination."""
    visible = call.region.visible_to(call.user)
    apps = [app_view(call, app) for app in visible if call.of_organization(app)]
    return json_response({"apps": apps})


@routes("apps.create", "POST", "/apps")
def create(call: Call) -> Response:
    """Create an app, or only validate it (`X-Dry-Run: true`)."""
    fields = call.rooted("app")
    parent: App | None = None
    if fields.get("parent_id"):
        parent = call.region.find(str(fields["parent_id"]))
        if parent is None or call.user.id not in parent.members():
            raise Refusal.not_found("app")
    return _create(call, fields, parent)


@routes("apps.children.create", "POST", "/apps/{app}/child_apps")
def create_child(call: Call) -> Response:
    """Create a child app; its name has at most 32 characters."""
    parent = call.app()
    return _create(call, call.rooted("app"), parent, longest=32)


@routes("apps.children.list", "GET", "/apps/{app}/child_apps")
def list_children(call: Call) -> Response:
    """List the child apps of an app as summaries, paginated."""
    parent = call.app()
    page, meta = paginate(call, call.region.children(parent), per_page=20)
    rows: list[Json] = [
        {
            "id": app.id,
            "name": app.name,
            "created_at": iso(app.created_at),
            "parent_app_name": parent.name,
        }
        for app in page
    ]
    return json_response({"child_apps": rows, "meta": meta})


@routes("apps.firewall_rules.list", "GET", _RULES)
def list_rules(call: Call) -> Response:
    """List the firewall rules of an app; without rules, everybody can reach it."""
    app = call.app()
    rows = [_rule_view(app, rule) for rule in app.firewall_rules.values()]
    return json_response({"firewall_rules": rows})


@routes("apps.firewall_rules.create", "POST", _RULES)
def create_rule(call: Call) -> Response:
    """Add a firewall rule for a range of IPv4 addresses."""
    app = call.app()
    _check_not_limited(call, app)
    fields = Fields(call.rooted("firewall_rule"))
    cidr = fields.text("cidr", required=True)
    label = fields.text("label")
    if cidr is not None and not _is_ipv4_range(cidr):
        fields.wrong("cidr", "is invalid")
    if any(rule.cidr == cidr for rule in app.firewall_rules.values()):
        fields.wrong("cidr", "has already been taken")
    if len(app.firewall_rules) >= _MOST_RULES:
        fields.wrong("base", f"an application can't have more than {_MOST_RULES} firewall rules")
    fields.check()
    rule = AppFirewallRule(call.world.ids.hex(), str(cidr), label)
    app.firewall_rules[rule.id] = rule
    return json_response({"firewall_rule": _rule_view(app, rule)}, 201)


@routes("apps.firewall_rules.get", "GET", f"{_RULES}/{{rule_id}}")
def get_rule(call: Call) -> Response:
    """Show a firewall rule."""
    app = call.app()
    return json_response({"firewall_rule": _rule_view(app, _find_rule(call, app))})


@routes("apps.firewall_rules.delete", "DELETE", f"{_RULES}/{{rule_id}}")
def delete_rule(call: Call) -> Response:
    """Delete a firewall rule."""
    app = call.app()
    _check_not_limited(call, app)
    del app.firewall_rules[_find_rule(call, app).id]
    return Response(status_code=204)


@routes("apps.get", "GET", "/apps/{app}")
def get(call: Call) -> Response:
    """Show an app."""
    return json_response({"app": app_view(call, call.app())})


def _update_or_transfer(peek: Peek) -> str | None:
    try:
        body: Any = orjson.loads(peek.body)
        return "apps.transfer" if "owner" in body.get("app", body) else None
    except (orjson.JSONDecodeError, AttributeError, TypeError):
        return None


@routes("apps.update", "PATCH", "/apps/{app}", other=_update_or_transfer, also=["PUT"])
def update(call: Call) -> Response:
    """Change settings of an app, or its owner: both have the same URL."""
    app = call.app()
    fields = call.rooted("app", lenient=True)
    if call.operation == "apps.transfer":
        return _transfer(call, app, fields)
    changes = {name: fields[name] for name in _SETTINGS if fields.get(name) is not None}
    for name, value in changes.items():
        if not isinstance(value, bool):
            raise Refusal.invalid(**{name: ["should be a boolean"]})
    stack = _stack(fields) or app.stack
    project = _project(call, fields) or app.project
    for name, value in changes.items():
        setattr(app, name, value)
    if changes:
        call.record("edit_app", {"force_https": changes.get("force_https")}, app)
    if stack is not app.stack:
        _change_stack(call, app, stack)
    if project is not app.project:
        _change_project(call, app, project)
    app.updated_at = call.now
    return json_response({"app": app_view(call, app)})


@routes("apps.rename", "POST", "/apps/{app}/rename")
def rename(call: Call) -> Response:
    """Rename an app. Earlier events keep the old name."""
    app = call.app()
    fields = call.json()
    _check_current_name(app, fields.get("current_name"))
    new_name = fields.get("new_name")
    old_name = app.name
    name = check_app_name(new_name, taken=new_name != old_name and call.region.taken(str(new_name)))
    call.record("rename_app", {"old_name": old_name, "new_name": name}, app)
    call.region.rename(app, name)
    app.updated_at = call.now
    return json_response({"app": app_view(call, app)})


@routes("apps.delete", "DELETE", "/apps/{app}")
def delete(call: Call) -> Response:
    """Delete an app with everything that belongs to it."""
    app = call.app()
    _check_current_name(app, call.query("current_name"))
    close_review_app(call, app)
    for child in call.region.children(app):
        call.record("delete_app", {}, child)
    call.record("delete_app", {}, app)
    call.region.remove(app)
    return Response(status_code=204)


@routes("apps.scale", "POST", "/apps/{app}/scale")
def scale(call: Call) -> Response:
    """Change amounts and sizes, in an operation if the app has been deployed."""
    app = call.app()
    wanted = [_wanted(app, row) for row in call.items("containers")]
    if all(str(row) == str(app.formation[row.name]) for row in wanted):
        raise Refusal.bad_request("no change in containers formation")
    before = {name: str(row) for name, row in app.formation.items()}
    for row in wanted:
        app.formation[row.name] = row
    after = {name: str(row) for name, row in app.formation.items()}
    call.record("scale", {"previous_containers": before, "containers": after}, app)
    if not app.deployed:
        return json_response({"containers": container_types_view(app)})
    app.status = "scaling"
    changed = {name for name, text in after.items() if before.get(name) != text}

    leaving = _adjust(call, app, changed)

    def arrive(when: float) -> None:
        stop(app, leaving, when)
        running(app, when)
        app.status = settled_status(app)

    operation = call.world.start_operation(app, "scale", [arrive])
    return json_response(
        {"containers": container_types_view(app)},
        202,
        {"Location": operation_url(call, app, operation)},
    )


@routes("apps.restart", "POST", "/apps/{app}/restart")
def restart(call: Call) -> Response:
    """Restart all containers, or those with the types and labels in `scope`."""
    app = call.app()
    scope = _scope(app, call.json().get("scope"))
    data: Json = {"scope": scope, "addon_name": None, "reason": "user_restart"}
    call.record("restart", data, app)
    status, app.status = app.status, "restarting"
    hit = [
        row
        for row in app.containers
        if row.type in app.formation
        and row.state != "stopping"
        and (not scope or row.type in scope or row.label in scope)
    ]
    for row in hit:
        row.state = "stopping"

    def arrive(when: float) -> None:
        app.status = status if status != "restarting" else "running"
        stop(app, hit, when)
        for row in hit:
            boot(call.world, app, row.type, row.index, row.size, when, state="running")

    operation = call.world.start_operation(app, "restart", [arrive])
    return Response(status_code=202, headers={"Location": operation_url(call, app, operation)})


@routes("apps.run", "POST", "/apps/{app}/run")
def run(call: Call) -> Response:
    """Start a one-off container."""
    app = call.app()
    fields = call.json()
    command = fields.get("command")
    if not isinstance(command, str) or not command.strip():
        raise Refusal.invalid(command=["can't be blank"])
    size = _size(fields.get("size") or "M")
    env = _env(fields.get("env"))
    detached = fields.get("detached") is True
    app.one_offs_started += 1
    container = boot(
        call.world, app, "one-off", app.one_offs_started, size, call.now, command=command
    )
    log = _audit_log(call, app, command)
    # The size is final when the container has ended; until then it grows.
    call.record("run", lambda: _run_data(log, command, detached=detached), app)

    def arrive(when: float) -> None:
        if container.state == "booting":
            container.state = "running"
        log.entries.append((when, "output", f"$ {command}\r\n"))
        if detached:
            # No client attaches, so it runs at once and ends.
            app.log(when, container.label, f"$ {command}")
            stop(app, [container], when)

    operation = call.world.start_operation(app, "start-one-off", [arrive])
    operation.container = container
    if not detached:
        call.region.add_one_off(OneOff(app, container, env))
    url = operation_url(call, app, operation)
    view = container_view(call, app, container)
    view["app"] = {"id": app.id, "name": app.name}
    view["memory"] = float(CONTAINER_SIZES[size].memory)
    body: Json = {"container": view, "operation": operation.id, "operation_url": url}
    return json_response(body, 200, {"Location": url})


def _create(call: Call, fields: Json, parent: App | None, longest: int = 48) -> Response:
    name = check_app_name(
        fields.get("name"), taken=call.region.taken(str(fields.get("name"))), longest=longest
    )
    stack = _stack(fields) or call.world.default_stack
    project = _project(call, fields) or (
        parent.project if parent is not None else call.region.project_of(call.user)
    )
    if call.trial_exceeded:
        raise Refusal.free_trial("create a new app")
    now = call.now
    source = fields.get("git_source")
    app = App(
        id=call.world.ids.hex(),
        uuid=call.world.ids.prefixed("ap"),
        name=name,
        owner=call.user,
        project=project,
        created_at=now,
        updated_at=now,
        stack=stack,
        git_source=source if isinstance(source, str) else None,
        parent_id=None if parent is None else parent.id,
        hds_resource=fields.get("hds_resource") is True,
    )
    app.formation["web"] = Formation("web", 1, "M")
    if call.request.headers.get("x-dry-run", "").lower() != "true":
        call.region.add(app)
        call.record("new_app", {"git_source": app.git_source}, app)
    return json_response({"app": app_view(call, app)}, 201)


def _transfer(call: Call, app: App, fields: Json) -> Response:
    email = fields.get("owner")
    current_name = call.query("current_name") or call.json().get("current_name")
    if current_name is not None:
        _check_current_name(app, current_name)
    row = next(
        (
            row
            for row in app.collaborators.values()
            if row.user is not None and email in {row.email, row.user.email}
        ),
        None,
    )
    if row is None or row.user is None:
        raise Refusal.invalid(owner=[f"Sorry, {email} should be part of the collaborators"])
    data = hand_over(call.region, app, row.user, call.region.project_of(row.user))
    call.record("transfer_app", data, app)
    return json_response({"app": app_view(call, app)})


def _check_current_name(app: App, name: object) -> None:
    if not name:
        raise Refusal.invalid(current_name=["missing field"])
    if name != app.name:
        raise Refusal.invalid(current_name=["Provided name does not match app name"])


def _rule_view(app: App, rule: AppFirewallRule) -> Json:
    return {"id": rule.id, "app_id": app.id, "cidr": rule.cidr, "label": rule.label}


def _find_rule(call: Call, app: App) -> AppFirewallRule:
    rule = app.firewall_rules.get(call.params["rule_id"])
    if rule is None:
        raise Refusal.not_found("firewall_rule")
    return rule


def _check_not_limited(call: Call, app: App) -> None:
    rows = app.collaborators.values()
    if any(row.user is call.user and row.is_limited for row in rows):
        raise Refusal(403, {"error": "limited collaborators can't change firewall rules"})


def _is_ipv4_range(cidr: str) -> bool:
    try:
        ipaddress.IPv4Network(cidr, strict=False)
    except ValueError:
        return False
    return "/" in cidr


def _stack(fields: Json) -> Stack | None:
    stack_id = fields.get("stack_id")
    if stack_id is None:
        return None
    stack = STACKS.get(str(stack_id))
    if stack is None:
        raise Refusal.not_found("stack")
    return stack


def _project(call: Call, fields: Json) -> Project | None:
    project_id = fields.get("project_id")
    if project_id is None:
        return None
    project = call.region.projects.get(str(project_id))
    if project is None or project.owner is not call.user:
        raise Refusal.not_found("project")
    return project


def _change_stack(call: Call, app: App, stack: Stack) -> None:
    data: Json = {
        "previous_stack_id": app.stack.id,
        "current_stack_id": stack.id,
        "previous_stack_name": app.stack.name,
        "current_stack_name": stack.name,
    }
    app.stack = stack
    call.record("stack_changed", data, app)


def _change_project(call: Call, app: App, project: Project) -> None:
    data: Json = {
        "old_project_id": app.project.id,
        "old_project_name": app.project.name,
        "new_project_id": project.id,
        "new_project_name": project.name,
    }
    app.project = project
    call.record("update_app_project", data, app)


def _wanted(app: App, row: object) -> Formation:
    fields = cast("Json", row) if isinstance(row, dict) else {}
    name, amount = fields.get("name"), fields.get("amount")
    if not isinstance(name, str) or not name:
        raise Refusal.invalid(name=["can't be blank"])
    known = app.formation.get(name)
    if known is None:
        raise Refusal.not_found("container_type")
    if not isinstance(amount, int) or isinstance(amount, bool):
        raise Refusal.invalid(amount=["is not a number"])
    if amount < 0:
        raise Refusal.invalid(amount=["must be greater than or equal to 0"])
    if amount > _MOST_CONTAINERS:
        words = (
            f"can't scale over {_MOST_CONTAINERS} containers, contact us at support@scalingo.com "
            "if you need more"
        )
        raise Refusal.invalid(**{f"container-{name}-amount": [words]})
    return Formation(name, amount, _size(fields.get("size") or known.size), known.command)


def _size(name: object) -> str:
    if not isinstance(name, str) or name not in CONTAINER_SIZES:
        raise Refusal.not_found("container_size")
    return name


def _adjust(call: Call, app: App, changed: set[str]) -> list[Container]:
    """Boot missing containers and mark excess ones; returns those to stop."""
    leaving: list[Container] = []
    for name in sorted(changed):
        formation = app.formation[name]
        alive = [row for row in app.containers if row.type == name and row.state != "stopping"]
        for row in alive:
            if row.index > formation.amount or row.size != formation.size:
                row.state = "stopping"
                leaving.append(row)
        kept = {row.index for row in alive if row.state != "stopping"}
        for index in range(1, formation.amount + 1):
            if index not in kept:
                boot(call.world, app, name, index, formation.size, call.now)
    return leaving


def _scope(app: App, scope: object) -> list[str]:
    given = [scope] if isinstance(scope, str) else scope or []
    if not isinstance(given, list):
        raise Refusal.invalid(scope=["should be an array"])
    names = cast("list[object]", given)
    wrong = [
        f"'{name}' → no such process type"
        for name in names
        if str(name) not in app.formation and not _runs(app, str(name))
    ]
    if wrong:
        raise Refusal.invalid(scope=wrong)
    return [str(name) for name in names]


def _runs(app: App, label: str) -> bool:
    return any(row.label == label and row.type in app.formation for row in app.containers)


def _env(variables: object) -> dict[str, str]:
    if variables is not None and not isinstance(variables, dict):
        raise Refusal.invalid(env=["is not an object"])
    env = cast("dict[str, object]", variables or {})
    if not all(isinstance(value, str) and "\0" not in value for value in env.values()):
        raise Refusal.invalid(env=["values have to be text"])
    return cast("dict[str, str]", env)


def _audit_log(call: Call, app: App, command: str) -> AuditLog:
    """Start the audit log of a one-off container."""
    banner = "You are in a \x1b[1;34mone-off container\x1b[0m.\r\n"
    entries = [(call.now, "output", banner), (call.now, "input", f"{command}\r\n")]
    log = AuditLog(call.world.ids.uuid(), entries)
    app.audit_logs[log.id] = log
    return log


def _run_data(log: AuditLog, command: str, *, detached: bool) -> Json:
    return {
        "command": command,
        "audit_log_id": log.id,
        "audit_log_size": log.size,
        "detached": detached,
    }
