"""`dedicated_databases.*`. Each is also an app with the same id and name, and one addon."""

import ipaddress
from typing import cast

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.addons import new_addon, provision
from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.databases import Found, dbms_of
from scalingo_async.sandbox.behaviour.embedded import addon_view, app_view
from scalingo_async.sandbox.behaviour.fields import Fields
from scalingo_async.sandbox.behaviour.validation import check_app_name
from scalingo_async.sandbox.catalogue.addons import PROVIDERS, Plan, Provider
from scalingo_async.sandbox.catalogue.databases import managed_ranges
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.addons import Addon
from scalingo_async.sandbox.world.apps import App, Variable
from scalingo_async.sandbox.world.databases import FirewallRule, NetPeering
from scalingo_async.sandbox.world.projects import Project

__all__ = ["routes"]

routes = Routes()

_PEERINGS = "/databases/{database}/net_peerings"
_DEFAULT_RANGE = "10.240.0.0/25"
_SMALLEST_PREFIX = 25


def _view(app: App, addon: Addon) -> Json:
    return {
        "id": app.id,
        "name": app.name,
        "project_id": app.project.id,
        "technology": addon.provider.id,
        "plan": addon.plan.name,
    }


@routes("dedicated_databases.list", "GET", "/databases")
def list_(call: Call) -> Response:
    """List the dedicated databases; `dashboard` includes the app and the addon of each."""
    rows = [
        (app, addon)
        for app in call.region.visible_to(call.user)
        if app.dedicated and call.of_organization(app)
        for addon in app.addons.values()
    ]
    if call.flag("dashboard"):
        views = [_whole_view(call, app, addon) for app, addon in rows]
    else:
        views = [_view(app, addon) for app, addon in rows]
    return json_response({"databases": views})


@routes("dedicated_databases.create", "POST", "/databases")
def create(call: Call) -> Response:
    """Create a database on dedicated resources; it runs after the time of an operation."""
    # The Go client sends no root key, and uses other names for the technology and the plan.
    body = call.rooted("database", lenient=True)
    provider, plan = _plan(body)
    name = check_app_name(body.get("name"), taken=call.region.taken(str(body.get("name"))))
    project = _project(call, body.get("project_id"))
    ip_range = _ip_range(body.get("ip_range"))
    given: object = body.get("post_provisioning_configuration")
    wishes = cast("Json", given) if isinstance(given, dict) else {}
    receivers = _receivers(call, wishes)
    if call.trial_exceeded:
        raise Refusal.free_trial("create a dedicated database")
    ids, now = call.world.ids, call.now
    app = App(
        id=ids.hex(),
        uuid=ids.prefixed("ap"),
        name=name,
        owner=call.user,
        project=project,
        created_at=now,
        updated_at=now,
        stack=call.world.default_stack,
        hds_resource=body.get("hds_resource") is True,
        flags={"dedicated-database": True},
    )
    call.region.add(app)
    addon, _ = new_addon(call.region, app, provider, plan, now)
    if addon.database is not None:
        addon.database.ip_range = ip_range
    call.record("new_app", {"git_source": None}, app)
    data: Json = {
        "addon_provider_name": provider.name,
        "plan_name": plan.name,
        "resource_id": addon.resource_id,
    }
    call.record("new_addon", data, app)
    open_region = wishes.get("regional_network_access") is True
    _run(call, (app, addon), receivers, open_region=open_region)
    # There is no database yet: official tools follow it with the id of the app.
    return json_response({"app": app_view(call, app), "database": {}}, 201)


@routes("dedicated_databases.get", "GET", "/databases/{database}")
def get(call: Call) -> Response:
    """Show a database, with its app and its addon."""
    app, addon, _ = _find(call)
    return json_response(_whole_view(call, app, addon))


@routes("dedicated_databases.endpoints.list", "GET", "/databases/{database}/endpoints")
def list_endpoints(call: Call) -> Response:
    """List the endpoints of a database."""
    app, addon, database = _find(call)
    rows: list[Json] = [
        {
            "id": f"{database.id}-{place}",
            "database_id": app.id,
            "hostname": f"{place}.{database.hostname}",
            "port": database.port,
            "type": kind,
        }
        for place, kind in (("public", "public-rw"), ("private", "private-peering-rw"))
    ]
    if call.flag("include_default_credentials"):
        # The private endpoint has none, as in the tests of the Terraform provider.
        user = {"username": addon.resource_id, "password": database.password}
        rows[0]["credentials"] = user
    return json_response({"endpoints": rows})


@routes(
    "dedicated_databases.network_configuration",
    "GET",
    "/databases/{database}/network_configuration",
)
def network(call: Call) -> Response:
    """Show the network of a database."""
    _, _, database = _find(call)
    configuration = {
        "outscale_account_id": f"{int(database.id[:10], 16) % 10**12:012d}",
        "outscale_net_id": f"vpc-{database.id[:8]}",
        "ip_range": database.ip_range or _DEFAULT_RANGE,
    }
    return json_response({"network_configuration": configuration})


@routes("dedicated_databases.net_peerings.list", "GET", _PEERINGS)
def list_peerings(call: Call) -> Response:
    """List the network peerings of a database."""
    app, peerings = _peerings(call)
    rows = [_peering_view(app, row) for row in peerings.values()]
    return json_response({"net_peerings": rows})


@routes("dedicated_databases.net_peerings.create", "POST", _PEERINGS)
def create_peering(call: Call) -> Response:
    """Create a network peering; it is active at once."""
    app, peerings = _peerings(call)
    fields = Fields(call.rooted("net_peering", lenient=True))
    name = fields.text("outscale_net_peering_id", required=True)
    if any(row.outscale_net_peering_id == name for row in peerings.values()):
        fields.wrong("outscale_net_peering_id", "has already been taken")
    fields.check()
    ids = call.world.ids
    row = NetPeering(ids.hex(), str(name), f"vpc-{ids.hex(8)}", ids.hex(12), call.now)
    peerings[row.id] = row
    return json_response({"net_peering": _peering_view(app, row)}, 201)


@routes("dedicated_databases.net_peerings.get", "GET", f"{_PEERINGS}/{{net_peering_id}}")
def get_peering(call: Call) -> Response:
    """Show a network peering."""
    app, peerings = _peerings(call)
    return json_response({"net_peering": _peering_view(app, _find_peering(call, peerings))})


@routes("dedicated_databases.net_peerings.delete", "DELETE", f"{_PEERINGS}/{{net_peering_id}}")
def delete_peering(call: Call) -> Response:
    """Delete a network peering."""
    _, peerings = _peerings(call)
    del peerings[_find_peering(call, peerings).id]
    return Response(status_code=204)


def _whole_view(call: Call, app: App, addon: Addon) -> Json:
    return {
        "database": _view(app, addon),
        "app": app_view(call, app),
        "addon": addon_view(call, addon),
    }


def _peering_view(app: App, row: NetPeering) -> Json:
    return {
        "id": row.id,
        "database_id": app.id,
        "status": row.status,
        "outscale_net_peering_id": row.outscale_net_peering_id,
        "outscale_source_net_id": row.outscale_source_net_id,
        "outscale_source_net_ip_range": "10.0.0.0/16",
        "outscale_source_account_id": row.outscale_source_account_id,
        "created_at": iso(row.created_at),
        "updated_at": iso(row.created_at),
    }


def _find(call: Call) -> Found:
    """Return the database in the path, by id or name."""
    app = call.region.find(call.params["database"])
    if app is not None and app.dedicated and call.user.id in app.members():
        for addon in app.addons.values():
            if addon.database is not None:
                return app, addon, addon.database
    raise Refusal(404, {"error": "Database not found"})


def _peerings(call: Call) -> tuple[App, dict[str, NetPeering]]:
    app, addon, database = _find(call)
    return app, dbms_of(addon, database, call.now).net_peerings


def _find_peering(call: Call, peerings: dict[str, NetPeering]) -> NetPeering:
    row = peerings.get(call.params["net_peering_id"])
    if row is None:
        raise Refusal.not_found("net_peering")
    return row


def _plan(body: Json) -> tuple[Provider, Plan]:
    technology = body.get("technology") or body.get("addon_provider_id")
    wanted = body.get("plan") or body.get("plan_id")
    errors = {
        name: ["can't be blank"]
        for name, value in (("technology", technology), ("plan", wanted))
        if not value
    }
    if errors:
        raise Refusal.invalid(**errors)
    provider = PROVIDERS.get(str(technology))
    if provider is None or not provider.dedicated:
        raise Refusal.not_found("addon_provider")
    for plan in provider.plans:
        if wanted in {plan.id, plan.name}:
            return provider, plan
    raise Refusal.not_found("plan")


def _project(call: Call, project_id: object) -> Project:
    if not project_id:
        return call.region.project_of(call.user)
    project = call.region.projects.get(str(project_id))
    if project is None or project.owner is not call.user:
        raise Refusal.not_found("project")
    return project


def _ip_range(given: object) -> str | None:
    if not given:
        return None
    try:
        network = ipaddress.ip_network(str(given))
    except ValueError:
        raise Refusal.invalid(ip_range=["is invalid"]) from None
    if network.prefixlen > _SMALLEST_PREFIX:
        raise Refusal.invalid(ip_range=[f"should be at least a /{_SMALLEST_PREFIX}"])
    return str(network)


def _receivers(call: Call, wishes: Json) -> list[App]:
    """Return the apps that get the variable with the database's URL."""
    given: object = wishes.get("app_ids") or []
    names = cast("list[object]", given) if isinstance(given, list) else []
    apps = [app for name in names if (app := call.region.find(str(name))) is not None]
    if len(apps) < len(names) or any(call.user.id not in app.members() for app in apps):
        raise Refusal.not_found("app")
    return apps


def _run(call: Call, made: tuple[App, Addon], receivers: list[App], *, open_region: bool) -> None:
    """Make a database run after the time of an operation, then apply the requested settings."""
    (app, addon), region = made, call.region
    source = next(row for row in app.variables.values() if row.addon_id == addon.id)

    def done(when: float) -> None:
        ids = region.world.ids
        if open_region and addon.database is not None:
            rules = dbms_of(addon, addon.database, when).firewall_rules
            for range_id in managed_ranges(region.name):
                rule = FirewallRule(ids.hex(), "managed_range", None, range_id, None, when, when)
                rules[rule.id] = rule
        for receiver in receivers:
            if receiver.variable(source.name) is None:
                variable = Variable(ids.hex(), source.name, source.value)
                receiver.variables[variable.id] = variable

    provision(region.world, addon, done)
