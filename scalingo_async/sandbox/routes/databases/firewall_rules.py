"""`databases.firewall_rules.*`."""

import ipaddress

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.databases import dbms_of, find_database
from scalingo_async.sandbox.behaviour.fields import Fields
from scalingo_async.sandbox.catalogue.databases import managed_ranges
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.databases import Database, FirewallRule

__all__ = ["routes"]

routes = Routes("database")

_MOST_RULES = 30
_PATH = "/databases/{addon_id}/firewall_rules"


def _view(database: Database, rule: FirewallRule) -> Json:
    return {
        "id": rule.id,
        "type": rule.type,
        "cidr": rule.cidr,
        "range_id": rule.range_id,
        "label": rule.label,
        "database_id": database.id,
        "created_at": iso(rule.created_at),
        "updated_at": iso(rule.updated_at),
    }


@routes("databases.firewall_rules.list", "GET", _PATH)
def list_(call: Call) -> Response:
    """List the firewall rules of a dedicated database."""
    database, rules = _rules(call)
    return json_response({"rules": [_view(database, rule) for rule in rules.values()]})


@routes("databases.firewall_rules.create", "POST", _PATH)
def create(call: Call) -> Response:
    """Add a rule for an address range or a managed range; it is effective at once."""
    database, rules = _rules(call)
    fields = Fields(call.rooted("firewall_rule", lenient=True))
    kind = fields.text("type", required=True, among=("custom_range", "managed_range"))
    custom = kind == "custom_range"
    cidr = fields.text("cidr", required=custom)
    range_id = fields.text("range_id", required=kind == "managed_range")
    label = fields.text("label")
    if cidr is not None and not _is_network(cidr):
        fields.wrong("cidr", "is invalid")
    if cidr is not None and not custom:
        fields.wrong("cidr", "is for custom ranges only")
    if range_id is not None and custom:
        fields.wrong("range_id", "is for managed ranges only")
    if label is not None and not custom:
        fields.wrong("label", "is for custom ranges only")
    fields.check()
    if range_id is not None and range_id not in managed_ranges(call.region.name):
        raise Refusal.not_found("managed_range")
    if len(rules) >= _MOST_RULES:
        raise Refusal.invalid(base=[f"a database can't have more than {_MOST_RULES} rules"])
    rule = FirewallRule(call.world.ids.hex(), str(kind), cidr, range_id, label, call.now, call.now)
    rules[rule.id] = rule
    return json_response({"rule": _view(database, rule)}, 201)


@routes("databases.firewall_rules.update", "PATCH", f"{_PATH}/{{rule_id}}", also=["PUT"])
def update(call: Call) -> Response:
    """Change the label of a rule: nothing else can be changed."""
    database, rules = _rules(call)
    rule = _find(call, rules)
    fields = Fields(call.rooted("firewall_rule", lenient=True))
    label = fields.text("label")
    fields.check()
    rule.label = label
    rule.updated_at = call.now
    return json_response({"rule": _view(database, rule)})


@routes("databases.firewall_rules.delete", "DELETE", f"{_PATH}/{{rule_id}}")
def delete(call: Call) -> Response:
    """Delete a rule."""
    _, rules = _rules(call)
    del rules[_find(call, rules).id]
    return Response(status_code=204)


def _rules(call: Call) -> tuple[Database, dict[str, FirewallRule]]:
    app, addon, database = find_database(call)
    if not app.dedicated:
        raise Refusal.bad_request("only dedicated databases have a firewall")
    return database, dbms_of(addon, database, call.now).firewall_rules


def _find(call: Call, rules: dict[str, FirewallRule]) -> FirewallRule:
    rule = rules.get(call.params["rule_id"])
    if rule is None:
        raise Refusal.not_found("firewall_rule")
    return rule


def _is_network(cidr: str) -> bool:
    try:
        ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        return False
    return True
