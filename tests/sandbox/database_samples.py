"""What `test_operations` sends for databases and for what watches over apps."""

from .bare_client import bearer

BODIES = {
    "alerts.create": {"alert": {"container_type": "web", "metric": "cpu", "limit": 0.8}},
    "alerts.update": {"alert": {"limit": 0.5, "disabled": True}},
    "autoscalers.create": {
        "autoscaler": {
            "container_type": "worker",
            "min_containers": 1,
            "max_containers": 3,
            "metric": "cpu",
            "target": 0.7,
        }
    },
    "autoscalers.update": {"autoscaler": {"target": 0.6}},
    "containers.kill": {"signal": "SIGUSR1"},
    "data_access_consents.create": {
        "data_access_consent": {"databases_until": "2025-10-20T00:00:00Z", "containers_until": None}
    },
    "data_access_consents.update": {"data_access_consent": {"databases_until": None}},
    "hds_contacts.update": {"hds_contact": {"org_type": "company", "name": "Ada"}},
    "log_drains.create": {"drain": {"type": "papertrail", "host": "logs.org", "port": "5"}},
    "databases.action": {"action_name": "list-extensions"},
    "databases.enable_feature": {"feature": {"name": "publicly-available"}},
    "databases.firewall_rules.create": {
        "firewall_rule": {"type": "custom_range", "cidr": "203.0.113.0/24", "label": "office"}
    },
    "databases.firewall_rules.update": {"firewall_rule": {"label": "other"}},
    "databases.pitr_restore": {"restore_time": "2025-10-09T08:00:00Z"},
    "databases.ping": {},
    "databases.update": {"database": {"periodic_backups_scheduled_at": 5}},
    "databases.upgrade": {},
    "databases.users.create": {"database_user": {"name": "metabase", "read_only": True}},
    "databases.users.update": {
        "database_user": {"password": "p" * 24, "password_confirmation": "p" * 24}
    },
    "dedicated_databases.create": {
        "database": {
            "name": "another-database",
            "technology": "postgresql-ng",
            "plan": "postgresql-dr-starter-4096",
        }
    },
    "dedicated_databases.net_peerings.create": {"outscale_net_peering_id": "pcx-2"},
}

QUERIES = {
    "databases.disable_feature": {"feature": "force-ssl"},
    "databases.plans.get": {"type": "redis"},
    "log_drains.delete": {"url": "papertrail://old.org:1"},
    "metrics.recommended_value": {"container_type": "web"},
}

# Other ids than the usual ones.
INSTEAD = {
    "metrics.get": {"metric": "router"},
    "databases.health": {"addon_id": "{search_id}", "addon_token": "{search_token}"},
    "apps.firewall_rules.get": {"rule_id": "{app_rule_id}"},
    "apps.firewall_rules.delete": {"rule_id": "{app_rule_id}"},
    "databases.operations.get": {"operation_id": "{database_operation_id}"},
    **{
        f"databases.{name}": {"addon_id": "{dedicated_id}", "addon_token": "{dedicated_token}"}
        for name in (
            "firewall_rules.list",
            "firewall_rules.create",
            "firewall_rules.update",
            "firewall_rules.delete",
            "firewall_managed_ranges.list",
        )
    },
}


async def make(api, app, addon):
    """Make what the operations are about; returns the ids."""
    made = f"/v1/apps/{app.id}"
    app.log_drains.append("papertrail://old.org:1")
    addon.plan = addon.provider.plans[1]
    scaler = {"autoscaler": BODIES["autoscalers.create"]["autoscaler"] | {"container_type": "web"}}
    run = await api.ok("POST", f"{made}/run", {"command": "bash"})
    await api.ok("POST", f"{made}/data_access_consent", BODIES["data_access_consents.create"])
    allowed = {"firewall_rule": {"cidr": "198.51.100.0/24", "label": "office"}}
    allowed = await api.ok("POST", f"{made}/firewall_rules", allowed)
    search = {"addon_provider_id": "elasticsearch", "plan_id": "5cc45d3e3e6b3b0012495001"}
    search = (await api.ok("POST", f"{made}/addons", {"addon": search}))["addon"]["id"]
    token = await api.addon_token(app.id, addon.id)
    where = f"/api/databases/{addon.id}"

    async def at_database(method, path, body=None):
        return await api.ok(method, f"{where}/{path}", body, headers=bearer(token))

    user = {"database_user": {"name": "reporting"}}
    await at_database("POST", "users", user)
    restored = await at_database("POST", "pitr/restore", BODIES["databases.pitr_restore"])
    database = BODIES["dedicated_databases.create"]["database"] | {"name": "first-database"}
    body = {"database": database}
    dedicated = (await api.ok("POST", "/v1/databases", body))["app"]["id"]
    whole = await api.ok("GET", f"/v1/databases/{dedicated}")
    dedicated_token = await api.addon_token(dedicated, whole["addon"]["id"])
    rule = await api.ok(
        "POST",
        f"/api/databases/{whole['addon']['id']}/firewall_rules",
        BODIES["databases.firewall_rules.create"],
        headers=bearer(dedicated_token),
    )
    peering = {"outscale_net_peering_id": "pcx-1"}
    peering = await api.ok("POST", f"/v1/databases/{dedicated}/net_peerings", peering)
    return {
        "alert_id": (await api.ok("POST", f"{made}/alerts", BODIES["alerts.create"]))["alert"][
            "id"
        ],
        "autoscaler_id": (await api.ok("POST", f"{made}/autoscalers", scaler))["autoscaler"]["id"],
        "audit_log_id": next(iter(app.audit_logs)),
        "container_id": run["container"]["id"],
        "container_index": "1",
        "container_type": "web",
        "database": dedicated,
        "database_operation_id": restored["operation"]["id"],
        "database_type_id": addon.provider.type_id,
        "dedicated_id": whole["addon"]["id"],
        "dedicated_token": dedicated_token,
        "instance_id": addon.database.instance_id,
        "maintenance_id": (await at_database("GET", "maintenance"))["maintenance"][0]["id"],
        "metric": "memory",
        "net_peering_id": peering["net_peering"]["id"],
        "plan_name": "redis-starter-512",
        "rule_id": rule["rule"]["id"],
        "app_rule_id": allowed["firewall_rule"]["id"],
        "search_id": search,
        "search_token": await api.addon_token(app.id, search),
        "username": "reporting",
        "version_id": addon.provider.version_id,
    }
