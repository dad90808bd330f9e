"""`domains.*`."""

import re

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.apps import App, Domain

__all__ = ["routes"]

routes = Routes()

_MOST_DOMAINS = 20
_MONTHS_3 = 90 * 86_400
_HOST = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


def _view(app: App, domain: Domain) -> Json:
    ssl = domain.tlscert is not None
    return {
        "id": domain.id,
        "app_id": app.id,
        "name": domain.name,
        "created_at": iso(domain.created_at),
        "ssl": ssl,
        "ssl_status": "success" if ssl else None,
        "tlscert": domain.tlscert,
        "tlskey": domain.tlskey,
        "validity": None if domain.validity is None else iso(domain.validity),
        "canonical": domain.canonical,
        "letsencrypt_enabled": domain.letsencrypt_enabled,
        "letsencrypt": domain.letsencrypt,
        "letsencrypt_status": domain.letsencrypt_status,
        "acme_dns_fqdn": None,
        "acme_dns_value": None,
        "acme_dns_error": {},
        "acme_challenge_error": None,
    }


@routes("domains.list", "GET", "/apps/{app}/domains")
def list_(call: Call) -> Response:
    """List an app's domains."""
    app = call.app()
    return json_response({"domains": [_view(app, domain) for domain in app.domains.values()]})


@routes("domains.create", "POST", "/apps/{app}/domains")
def create(call: Call) -> Response:
    """Add a domain; Let's Encrypt issues a certificate after the time of an operation."""
    app = call.app()
    fields = call.rooted("domain")
    name = _name(call, fields.get("name"))
    if len(app.domains) >= _MOST_DOMAINS:
        raise Refusal.invalid(base=[f"an application can't have more than {_MOST_DOMAINS} domains"])
    domain = Domain(call.world.ids.hex(), name, call.now)
    _change(call, app, domain, fields)
    app.domains[domain.id] = domain
    if domain.letsencrypt_enabled:
        call.world.after(call.world.settings.operation_time, lambda when: _certify(domain, when))
    data: Json = {"hostname": name, "ssl": domain.tlscert is not None}
    call.record("new_domain", data, app)
    return json_response({"domain": _view(app, domain)}, 201)


@routes("domains.get", "GET", "/apps/{app}/domains/{domain_id}")
def get(call: Call) -> Response:
    """Show a domain."""
    app, domain = _find(call)
    return json_response({"domain": _view(app, domain)})


@routes("domains.update", "PATCH", "/apps/{app}/domains/{domain_id}", also=["PUT"])
def update(call: Call) -> Response:
    """Change a domain's certificate, or whether it is the canonical one."""
    app, domain = _find(call)
    before = domain.tlscert is not None
    _change(call, app, domain, call.rooted("domain"))
    data: Json = {
        "hostname": domain.name,
        "ssl": domain.tlscert is not None,
        "old_ssl": before,
    }
    call.record("edit_domain", data, app)
    return json_response({"domain": _view(app, domain)})


@routes("domains.delete", "DELETE", "/apps/{app}/domains/{domain_id}")
def delete(call: Call) -> Response:
    """Remove a domain."""
    app, domain = _find(call)
    del app.domains[domain.id]
    call.record("delete_domain", {"hostname": domain.name}, app)
    return Response(status_code=204)


def _find(call: Call) -> tuple[App, Domain]:
    app = call.app()
    domain = app.domains.get(call.params["domain_id"])
    if domain is None:
        raise Refusal.not_found("domain")
    return app, domain


def _name(call: Call, name: object) -> str:
    if not isinstance(name, str) or not name:
        raise Refusal.invalid(name=["can't be blank"])
    if not _HOST.fullmatch(name.lower()):
        raise Refusal.invalid(name=["is invalid"])
    name = name.lower()
    for app in call.region.apps.values():
        if any(domain.name == name for domain in app.domains.values()):
            raise Refusal.invalid(name=["has already been taken"])
    return name


def _check_certificate(cert: object, key: object) -> None:
    errors: dict[str, list[str]] = {}
    if not isinstance(cert, str) or "-----BEGIN CERTIFICATE-----" not in cert:
        errors["tlscert"] = ["is invalid"]
    if not key:
        errors["tlskey"] = ["can't be blank"]
    elif not isinstance(key, str) or "PRIVATE KEY-----" not in key:
        errors["tlskey"] = ["is invalid"]
    if errors:
        raise Refusal.invalid(**errors)


def _change(call: Call, app: App, domain: Domain, fields: Json) -> None:
    """Change a domain: all fields, or none if one is invalid."""
    cert, key = fields.get("tlscert"), fields.get("tlskey")
    if cert or key:
        _check_certificate(cert, key)
        # The values read back differ from those that were written.
        domain.tlscert = f"/C=FR/O=Example/CN={domain.name}"
        domain.tlskey = "RSA private key - 2048 bytes"
        domain.validity = call.now + _MONTHS_3
    elif cert == "" and key == "":
        domain.tlscert = domain.tlskey = domain.validity = None
    if isinstance(fields.get("letsencrypt_enabled"), bool):
        domain.letsencrypt_enabled = fields["letsencrypt_enabled"]
    if isinstance(fields.get("canonical"), bool):
        if fields["canonical"]:
            for other in app.domains.values():
                other.canonical = False
        domain.canonical = fields["canonical"]


def _certify(domain: Domain, when: float) -> None:
    if domain.letsencrypt_enabled:
        domain.letsencrypt = True
        domain.letsencrypt_status = "created"
        if domain.validity is None:
            domain.validity = when + _MONTHS_3
