"""`databases.plans.get`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.catalogue.addons import PROVIDERS
from scalingo_async.sandbox.catalogue.databases import DatabasePlan, database_plan
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes

__all__ = ["plan_view", "routes"]

routes = Routes("database")


def plan_view(row: DatabasePlan) -> Json:
    """Serialize a plan."""
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


@routes("databases.plans.get", "GET", "/plans/{plan_name}")
def get(call: Call) -> Response:
    """Show a plan of an engine, by name or id."""
    kind = call.query("type")
    if not kind:
        raise Refusal.bad_request("type is required")
    for provider in PROVIDERS.values():
        for plan in provider.plans if provider.type_name == kind else ():
            if call.params["plan_name"] in {plan.name, plan.id}:
                return json_response({"plan": plan_view(database_plan(provider, plan))})
    raise Refusal.not_found("plan")
