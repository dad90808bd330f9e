"""`provider_apps.*`: the API of addon providers, with the credentials of their manifest."""

from hmac import compare_digest
from typing import cast

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.containers import boot, stop
from scalingo_async.sandbox.behaviour.pages import paginate
from scalingo_async.sandbox.behaviour.tokens import basic_credentials
from scalingo_async.sandbox.behaviour.validation import check_variable
from scalingo_async.sandbox.catalogue.addons import PROVIDERS, Provider
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.addons import Addon
from scalingo_async.sandbox.world.apps import App, Variable

__all__ = ["routes"]

routes = Routes()

_ONE = "/provider/apps/{app_id}"


def _view(app: App, addon: Addon) -> Json:
    variables = [row for row in app.variables.values() if row.addon_id == addon.id]
    return {
        "addon_provider_id": addon.provider.id,
        "id": app.id,
        "name": app.name,
        "owner_email": app.owner.email,
        "plan": addon.plan.name,
        "config": {row.name: row.value for row in variables},
    }


@routes("provider_apps.list", "GET", "/provider/apps", auth="none")
def list_(call: Call) -> Response:
    """List the apps that use the provider's addon, paginated."""
    provider = _provider(call)
    rows: list[Json] = [
        {"addon_provider_id": provider.id, "app_id": app.id, "plan": addon.plan.name}
        for app in call.region.apps.values()
        for addon in app.addons.values()
        if addon.provider is provider
    ]
    page, meta = paginate(call, rows, per_page=20)
    return json_response({"apps": page, "meta": meta})


@routes("provider_apps.get", "GET", _ONE, auth="none")
def get(call: Call) -> Response:
    """Show an app that uses the provider's addon, with the variables set by the addon."""
    return json_response({"app": _view(*_find(call))})


@routes("provider_apps.update", "PATCH", _ONE, auth="none")
def update(call: Call) -> Response:
    """Set variables that the addon's manifest declares; the app restarts. There is no root key."""
    app, addon = _find(call)
    config: object = call.json().get("config")
    if not isinstance(config, dict):
        raise Refusal.missing("config")
    rows = cast("Json", config).items()
    wanted = dict(check_variable(name, value) for name, value in rows)
    known = {row.name: row for row in app.variables.values() if row.addon_id == addon.id}
    # The manifests of the sandbox declare all names with the addon's own prefix.
    prefixes = (f"{addon.provider.id.upper()}_", f"SCALINGO_{addon.provider.id.upper()}_")
    for name in wanted:
        taken = app.variable(name) is not None and name not in known
        if taken or not (name in known or name.startswith(prefixes)):
            raise Refusal.invalid(config=[f"{name} is not declared in the manifest"])
    for name, value in wanted.items():
        row = known.get(name)
        if row is None:
            row = Variable(call.world.ids.hex(), name, value, addon.id)
            app.variables[row.id] = row
        row.value = value
    _restart(call, app, addon)
    return json_response({"app": _view(app, addon)})


def _provider(call: Call) -> Provider:
    """Return the authenticated provider: user name is its id, password is in the settings."""
    username, password = basic_credentials(call.request.headers.get("authorization"))
    provider = PROVIDERS.get(username)
    expected = call.world.settings.provider_password
    if provider is None or not compare_digest(password.encode(), expected.encode()):
        raise Refusal(401, {"error": "Invalid credentials"})
    return provider


def _find(call: Call) -> tuple[App, Addon]:
    provider = _provider(call)
    app = call.region.find(call.params["app_id"])
    for addon in () if app is None else app.addons.values():
        if app is not None and addon.provider is provider:
            return app, addon
    raise Refusal.not_found("app")


def _restart(call: Call, app: App, addon: Addon) -> None:
    """Restart the containers on behalf of the addon, not of a user."""
    data: Json = {
        "scope": [],
        "addon_name": addon.provider.name,
        "addon_provider": addon.provider.id,
        "reason": "addon_config_changed",
    }
    call.region.record("restart", data, user=None, app=app)
    hit = [row for row in app.containers if row.type in app.formation and row.state == "running"]
    stop(app, hit, call.now)
    for row in hit:
        boot(call.world, app, row.type, row.index, row.size, call.now, state="running")
