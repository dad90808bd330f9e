"""`addons.*`, including providers, plans, categories and log drains."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.addons import new_addon, provision, remove_variables
from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.embedded import addon_view, plan_view
from scalingo_async.sandbox.behaviour.log_drains import drain_url
from scalingo_async.sandbox.catalogue.addons import CATEGORIES, PROVIDERS, Category, Plan, Provider
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.addons import Addon
from scalingo_async.sandbox.world.apps import App

__all__ = ["routes"]

routes = Routes()

_HOUR = 3600.0
_LOG_DRAINS = "/apps/{app}/addons/{addon_id}/log_drains"


def _category_view(category: Category) -> Json:
    return {
        "id": category.id,
        "name": category.name,
        "description": category.description,
        "position": category.position,
    }


def _provider_view(call: Call, provider: Provider) -> Json:
    return {
        "id": provider.id,
        "name": provider.name,
        "logo_url": provider.logo_url,
        "short_description": provider.short_description,
        "description": f"<p>{provider.short_description}</p>",
        "category": _category_view(provider.category),
        "provider_name": "Scalingo",
        "provider_url": f"https://scalingo.com/addons/{provider.id}",
        "hds_available": provider.is_database,
        "plans": [plan_view(call, plan) for plan in provider.plans if not plan.disabled],
    }


@routes("addons.providers.list", "GET", "/addon_providers", auth="optional")
def providers(call: Call) -> Response:
    """List the addon providers, optionally of one category or on dedicated resources."""
    category = call.query("category_id")
    dedicated = call.flag("dedicated")
    rows = [
        _provider_view(call, provider)
        for provider in PROVIDERS.values()
        if category in {None, provider.category.id} and provider.dedicated == dedicated
    ]
    return json_response({"addon_providers": rows})


@routes("addons.providers.plans", "GET", "/addon_providers/{addon_provider}/plans", auth="optional")
def plans(call: Call) -> Response:
    """List the plans of a provider; `show_all` includes withdrawn ones."""
    provider = PROVIDERS.get(call.params["addon_provider"])
    if provider is None:
        raise Refusal.not_found("addon_provider")
    every = call.flag("show_all")
    rows = [plan_view(call, plan) for plan in provider.plans if every or not plan.disabled]
    return json_response({"plans": rows})


@routes("addons.categories.list", "GET", "/addon_categories", auth="optional")
def categories(call: Call) -> Response:
    """List the categories of addons."""
    _ = call
    return json_response({"addon_categories": [_category_view(row) for row in CATEGORIES]})


@routes("addons.list", "GET", "/apps/{app}/addons")
def list_(call: Call) -> Response:
    """List an app's addons."""
    app = call.app()
    return json_response({"addons": [addon_view(call, addon) for addon in app.addons.values()]})


@routes("addons.create", "POST", "/apps/{app}/addons")
def create(call: Call) -> Response:
    """Add an addon. It is provisioned over time; its variables are set at once."""
    app = call.app()
    fields = call.rooted("addon")
    for name in ("addon_provider_id", "plan_id"):
        if not fields.get(name):
            raise Refusal.bad_request(f"{name} is required")
    provider = PROVIDERS.get(str(fields["addon_provider_id"]))
    if provider is None or provider.dedicated:
        raise Refusal.not_found("addon_provider")
    plan = _plan(provider, fields["plan_id"])
    _check_trial(call, plan)
    addon, variables = new_addon(call.region, app, provider, plan, call.now)
    provision(call.world, addon)
    call.record("new_addon", _event_data(addon), app)
    message = f"{provider.name} is being provisioned"
    return json_response(_changed_view(call, addon, message, variables), 201)


@routes("addons.get", "GET", "/apps/{app}/addons/{addon_id}")
def get(call: Call) -> Response:
    """Show an addon."""
    _, addon = call.addon()
    return json_response({"addon": addon_view(call, addon)})


@routes("addons.update", "PATCH", "/apps/{app}/addons/{addon_id}", also=["PUT"])
def update(call: Call) -> Response:
    """Change an addon's plan in the time of an operation; a database is busy during it."""
    app, addon = call.addon()
    plan_id = call.rooted("addon").get("plan_id")
    if not plan_id:
        raise Refusal.bad_request("plan_id is required")
    plan = _plan(addon.provider, plan_id)
    _check_trial(call, plan)
    old, addon.plan = addon.plan, plan
    addon.updated_at = call.now
    if addon.database is not None:
        addon.database.status = "updating"
    provision(call.world, addon)
    data = _event_data(addon) | {"old_plan_name": old.name, "new_plan_name": plan.name}
    call.record("upgrade_addon", data, app)
    message = f"{addon.provider.name} is now on {plan.display_name}"
    return json_response(_changed_view(call, addon, message, []))


@routes("addons.delete", "DELETE", "/apps/{app}/addons/{addon_id}")
def delete(call: Call) -> Response:
    """Remove an addon with its database, backups and variables."""
    app, addon = call.addon()
    del app.addons[addon.id]
    remove_variables(app, addon)
    call.record("delete_addon", _event_data(addon), app)
    return Response(status_code=204)


@routes("addons.token", "POST", "/apps/{app}/addons/{addon_id}/token")
def token(call: Call) -> Response:
    """Issue a token for the database API that is valid for this addon."""
    app, addon = call.addon()
    if call.principal is None:
        raise Refusal.unauthorized()
    secret = call.authority.addon_token(call.principal, call.region, app, addon)
    return json_response({"addon": addon_view(call, addon) | {"token": secret}})


@routes("addons.sso", "GET", "/apps/{app}/addons/{addon_id}/sso", also=["POST"])
def sso(call: Call) -> Response:
    """Issue a link to the addon's dashboard that is valid for an hour."""
    _, addon = call.addon()
    ticket = call.authority.ticket("sso", addon.id, _HOUR)
    url = (
        f"{call.origin}{call.region.prefix}/sso"
        f"?id={addon.resource_id}&token={ticket}&timestamp={int(call.now)}"
    )
    return json_response({"addon": addon_view(call, addon) | {"sso_url": url}})


@routes("addons.resume", "POST", "/apps/{app}/addons/{addon_id}/resume")
def resume(call: Call) -> Response:
    """Resume a suspended addon."""
    app, addon = call.addon()
    if addon.status != "suspended":
        raise Refusal.bad_request("the addon is not suspended")
    addon.status = "running"
    addon.updated_at = call.now
    call.record("resume_addon", _event_data(addon), app)
    message = f"{addon.provider.name} works again"
    return json_response({"addon": addon_view(call, addon), "message": message})


@routes("addons.log_drains.list", "GET", _LOG_DRAINS)
def list_log_drains(call: Call) -> Response:
    """List the log drains of an addon."""
    app, addon = _database_addon(call)
    return json_response({"drains": [{"app_id": app.id, "url": url} for url in addon.log_drains]})


@routes("addons.log_drains.create", "POST", _LOG_DRAINS)
def create_log_drain(call: Call) -> Response:
    """Add a log drain to an addon."""
    app, addon = _database_addon(call)
    url = drain_url(call.rooted("drain"))
    if url in addon.log_drains:
        raise Refusal.invalid(url=["has already been taken"])
    addon.log_drains.append(url)
    call.record("new_addon_log_drain", _log_drain_data(addon, url), app)
    return json_response({"drain": {"url": url}}, 201)


@routes("addons.log_drains.delete", "DELETE", _LOG_DRAINS)
def delete_log_drain(call: Call) -> Response:
    """Remove a log drain; the URL is in the query or in the body."""
    app, addon = _database_addon(call)
    url = call.query("url") or call.json().get("url")
    if not url:
        raise Refusal.bad_request("url is required")
    if url not in addon.log_drains:
        raise Refusal.not_found("log_drain")
    addon.log_drains.remove(url)
    call.record("delete_addon_log_drain", _log_drain_data(addon, url), app)
    return Response(status_code=204)


def _changed_view(call: Call, addon: Addon, message: str, variables: list[str]) -> Json:
    """Serialize an addon that was added or changed.

    The documentation has the message next to the addon, recorded responses have it inside.
    """
    more: Json = {"message": message, "variables": variables}
    return {"addon": addon_view(call, addon) | more, **more}


def _plan(provider: Provider, plan_id: object) -> Plan:
    plan = provider.plan(str(plan_id))
    if plan is None or plan.disabled:
        raise Refusal.not_found("plan")
    return plan


def _check_trial(call: Call, plan: Plan) -> None:
    if call.trial_exceeded and not plan.free:
        raise Refusal.free_trial("use this plan")


def _event_data(addon: Addon) -> Json:
    return {
        "addon_provider_name": addon.provider.name,
        "plan_name": addon.plan.name,
        "resource_id": addon.resource_id,
    }


def _database_addon(call: Call) -> tuple[App, Addon]:
    app, addon = call.addon()
    if addon.database is None:
        raise Refusal.bad_request("only databases can forward their logs")
    return app, addon


def _log_drain_data(addon: Addon, url: str) -> Json:
    return {"url": url, "addon_uuid": addon.id, "addon_name": addon.provider.name}
