"""`databases.plan`, `.plans.get`, `.types.*`, `.type_versions.get` and `.ca_certificate`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.databases import find_database
from scalingo_async.sandbox.catalogue.addons import PROVIDERS, Provider
from scalingo_async.sandbox.catalogue.databases import (
    CA_CERTIFICATE,
    ENGINES,
    VERSIONS,
    DatabasePlan,
    Version,
    database_plan,
)
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes

__all__ = ["routes"]

routes = Routes("database")

_SINCE = "2020-07-29T13:41:14.326Z"


@routes("databases.plan", "GET", "/databases/{addon_id}/plan")
def get_plan(call: Call) -> Response:
    """Show what the plan of a database holds."""
    _, addon, _ = find_database(call)
    return json_response({"plan": _plan_view(database_plan(addon.provider, addon.plan))})


@routes("databases.plans.get", "GET", "/plans/{plan_name}")
def get_plan_by_name(call: Call) -> Response:
    """Show what a plan of an engine holds, by its name or its id."""
    kind = call.query("type")
    if not kind:
        raise Refusal.bad_request("type is required")
    for provider in PROVIDERS.values():
        for plan in provider.plans if provider.type_name == kind else ():
            if call.params["plan_name"] in {plan.name, plan.id}:
                return json_response({"plan": _plan_view(database_plan(provider, plan))})
    raise Refusal.not_found("plan")


@routes("databases.types.list", "GET", "/database_types")
def list_types(call: Call) -> Response:
    """List the engines."""
    _ = call
    return json_response({"database_types": [_type_view(row) for row in ENGINES.values()]})


@routes("databases.types.get", "GET", "/database_types/{database_type_id}")
def get_type(call: Call) -> Response:
    """Show an engine."""
    engine = ENGINES.get(call.params["database_type_id"])
    if engine is None:
        raise Refusal.not_found("database_type")
    return json_response({"database_type": _type_view(engine)})


@routes("databases.type_versions.get", "GET", "/database_type_versions/{version_id}")
def get_version(call: Call) -> Response:
    """Show a version of an engine, with the whole of the next one."""
    version = VERSIONS.get(call.params["version_id"])
    if version is None:
        raise Refusal.not_found("database_type_version")
    return json_response({"database_type_version": _version_view(version)})


@routes("databases.ca_certificate", "GET", "/ca_certificate", auth="none")
def ca_certificate(call: Call) -> Response:
    """Give the certificate of the authority; it is well-formed, but signs nothing."""
    _ = call
    return Response(CA_CERTIFICATE, 200, {"content-type": "application/x-pem-file"})


def _plan_view(row: DatabasePlan) -> Json:
    return {
        "id": row.plan.id,
        "name": row.plan.name,
        "backup": True,
        "disk": row.disk,
        "memory": row.memory,
        "manual_backups_count": 10,
        "daily_scheduled_backups": row.daily_backups,
        "weekly_scheduled_backups": 4,
        "monthly_scheduled_backups": 1,
        "pitr_backup_days": row.pitr_days,
        "gateway_nodes": 0,
    }


def _type_view(engine: Provider) -> Json:
    return {
        "id": engine.type_id,
        "name": engine.type_name,
        "logo_url": engine.logo_url,
        "short_description": engine.short_description,
        "description": f"<p>{engine.short_description}</p>",
        "created_at": _SINCE,
        "updated_at": _SINCE,
    }


def _version_view(version: Version) -> Json:
    major, minor, patch, build = version.numbers
    following = VERSIONS.get(version.next_id or "")
    return {
        "id": version.id,
        "database_type_id": version.type_id,
        "created_at": _SINCE,
        "updated_at": _SINCE,
        "features": ["tls"],
        "next_upgrade": None if following is None else _version_view(following),
        "allowed_plugins": [] if ENGINES[version.type_id].id == "elasticsearch" else None,
        "major": major,
        "minor": minor,
        "patch": patch,
        "build": build,
    }
