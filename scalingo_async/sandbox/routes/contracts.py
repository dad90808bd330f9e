"""`contracts.*`, on the authentication API."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.catalogue.contracts import CONTRACTS, Contract
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.accounts import Acceptance

__all__ = ["routes"]

routes = Routes("auth")

_LOCALES = ("en", "fr")


def _view(call: Call, contract: Contract) -> Json:
    accepted = _acceptance(call, contract)
    name = dict(zip(_LOCALES, contract.name, strict=True))
    page = f"https://contracts.example.com/{contract.id}"
    return {
        "id": contract.id,
        "version": contract.version,
        "latest": contract.latest,
        "required_for": list(contract.required_for),
        "enroll_at": iso(contract.published_at),
        "next_version_id": contract.next_version_id,
        "depends_on_id": contract.depends_on_id,
        "documents": [
            {
                "name": name,
                "short": name,
                "web": {locale: f"{page}/{locale}" for locale in _LOCALES},
                "pdf": {locale: f"{page}/{locale}.pdf" for locale in _LOCALES},
            }
        ],
        "name": name,
        "short": name,
        "published_at": iso(contract.published_at),
        "accepted": (
            None if accepted is None else {"on": iso(accepted.on), "locale": accepted.locale}
        ),
    }


@routes("contracts.list", "GET", "/contracts")
def list_(call: Call) -> Response:
    """List the latest versions of the contracts."""
    rows = [_view(call, row) for row in CONTRACTS.values() if row.latest]
    return json_response({"contracts": rows})


@routes("contracts.history", "GET", "/contracts/history")
def history(call: Call) -> Response:
    """List all versions of the contracts."""
    return json_response({"contracts": [_view(call, row) for row in CONTRACTS.values()]})


@routes("contracts.get", "GET", "/contracts/{contract_id}")
def get(call: Call) -> Response:
    """Show a contract."""
    return json_response({"contract": _view(call, _find(call))})


@routes("contracts.accept", "POST", "/contracts/{contract_id}/accept")
def accept(call: Call) -> Response:
    """Accept a contract in a language; the body has no root key. A repeat has no effect."""
    contract = _find(call)
    locale = call.json().get("locale")
    if locale not in _LOCALES:
        raise Refusal.invalid(locale=["is not included in the list"])
    if _acceptance(call, contract) is None:
        call.user.account.contracts[contract.id] = Acceptance(call.now, str(locale))
    return json_response({"contract": _view(call, contract)})


def _find(call: Call) -> Contract:
    contract = CONTRACTS.get(call.params["contract_id"])
    if contract is None:
        raise Refusal.not_found("contract")
    return contract


def _acceptance(call: Call, contract: Contract) -> Acceptance | None:
    """Return the user's acceptance; creating an account accepts the first terms."""
    found = call.user.account.contracts.get(contract.id)
    if found is None and not contract.latest:
        return Acceptance(call.user.created_at, "en")
    return found
