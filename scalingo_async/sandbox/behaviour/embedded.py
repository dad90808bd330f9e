"""Serialization of objects that several families of routes return."""

from scalingo_async.sandbox.behaviour.call import Call
from scalingo_async.sandbox.behaviour.networks import network_id
from scalingo_async.sandbox.catalogue.addons import Plan
from scalingo_async.sandbox.catalogue.containers import CONTAINER_SIZES
from scalingo_async.sandbox.clock import iso, iso_or_none
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.world.accounts import User
from scalingo_async.sandbox.world.addons import Addon
from scalingo_async.sandbox.world.apps import App
from scalingo_async.sandbox.world.compliance import Consent, HDSContact

__all__ = [
    "addon_view",
    "app_view",
    "consent_view",
    "hds_contact_view",
    "person",
    "plan_view",
    "size_view",
]

_CPU = {"S": "low", "M": "standard", "L": "standard"}


def person(user: User) -> Json:
    """Serialize a user for others."""
    return {"username": user.username, "email": user.email, "id": user.id}


def app_view(call: Call, app: App) -> Json:
    """Serialize an app."""
    region = call.region
    parent = region.apps.get(app.parent_id or "")
    url = f"https://{app.name}.{region.name}.scalingo.io"
    stream = call.origin.replace("http", "ws", 1) + region.prefix
    return {
        "id": app.id,
        "uuid": app.uuid,
        "name": app.name,
        "region": region.name,
        "status": app.status,
        "created_at": iso(app.created_at),
        "updated_at": iso(app.updated_at),
        "git_url": f"git@ssh.{region.name}.scalingo.com:{app.name}.git",
        "git_source": app.git_source,
        "owner": {**person(app.owner), "flags": {}},
        "project": {"id": app.project.id, "name": app.project.name},
        "url": url,
        "base_url": url,
        "links": {"deployments_stream": f"{stream}/deployments/apps/{app.name}"},
        "force_https": app.force_https,
        "sticky_session": app.sticky_session,
        "router_logs": app.router_logs,
        "flags": app.flags,
        "last_deployed_at": None if app.last_deployed_at is None else iso(app.last_deployed_at),
        "last_deployed_by": app.last_deployed_by,
        "last_deployment_id": app.last_deployment_id,
        "stack_id": app.stack.id,
        "parent_app_name": parent.name if parent is not None else "",
        "data_access_consent": None if app.consent is None else consent_view(app, app.consent),
        "hds_resource": app.hds_resource,
        "hds_contact": None if app.hds_contact is None else hds_contact_view(app.hds_contact),
        "private_networks_ids": [network_id(app.project)],
        "limits": app.limits,
    }


def size_view(region: str, name: str) -> Json:
    """Serialize a container size."""
    size = CONTAINER_SIZES[name]
    hourly = 20 * size.memory // CONTAINER_SIZES["M"].memory
    return {
        "id": size.id,
        "name": size.name,
        "human_name": size.name,
        "human_cpu": f"{_CPU.get(name, 'high')} CPU priority",
        "memory": size.memory,
        "ordinal": size.ordinal,
        "hourly_price": hourly,
        "thirtydays_price": 72 * hourly,
        "pids_limit": 0,
        "swap": 0,
        "sku": f"{region}-app-{size.name}",
        "pricings": {
            "default": {"price": size.price_per_minute, "currency": "EUR", "period": "minute"}
        },
    }


def plan_view(call: Call, plan: Plan, *, short: bool = False) -> Json:
    """Serialize a plan of an addon provider; `short` is the form inside an addon."""
    view: Json = {
        "id": plan.id,
        "name": plan.name,
        "display_name": plan.display_name,
        "price": plan.price,
        "description": f"<p>{plan.display_name}</p>\n",
        "position": plan.position,
        "on_demand": False,
        "disabled": plan.disabled,
        "disabled_alternative_plan_id": None,
        "sku": f"{call.region.name}-{plan.name}",
    }
    if not short:
        price = f"{plan.price / 43_200:.10f}"
        view["pricings"] = {"default": {"price": price, "currency": "EUR", "period": "minute"}}
        view["hds_available"] = not plan.free
    return view


def addon_view(call: Call, addon: Addon) -> Json:
    """Serialize an addon."""
    provider = addon.provider
    return {
        "id": addon.id,
        "app_id": addon.app_id,
        "resource_id": addon.resource_id,
        "status": addon.status,
        "plan": plan_view(call, addon.plan, short=True),
        "addon_provider": {
            "id": provider.id,
            "name": provider.name,
            "logo_url": provider.logo_url,
        },
        "provisioned_at": iso(addon.provisioned_at),
        "deprovisioned_at": None,
        "updated_at": iso(addon.updated_at),
        "hds_resource": False,
    }


def consent_view(app: App, consent: Consent) -> Json:
    """Serialize until when Scalingo's staff may access an app."""
    return {
        "app_id": app.uuid,
        "user_id": consent.user_id,
        "databases_until": iso_or_none(consent.databases_until),
        "containers_until": iso_or_none(consent.containers_until),
    }


def hds_contact_view(contact: HDSContact) -> Json:
    """Serialize the contact for an app with health data."""
    return {
        "id": contact.id,
        **contact.fields,
        "updated_at": iso(contact.updated_at),
        "up_to_date": True,
    }
