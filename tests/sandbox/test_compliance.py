"""Who may look into an app, whom to ask about it, and what happened in its containers."""

import pytest

from .bare_client import latest_event
from .shapes import check_model

pytestmark = pytest.mark.anyio

SOON, LATER, TOO_LATE = "2025-10-20T00:00:00Z", "2025-11-01T12:00:00+02:00", "2025-11-10T00:00:00Z"


def consent(**fields):
    return {"data_access_consent": fields}


async def shown(api, path, key):
    return (await api.ok("GET", path))["app"][key]


async def test_a_consent_is_given_changed_and_taken_back(sandbox, api, path):
    where = f"{path}/data_access_consent"
    assert await shown(api, path, "data_access_consent") is None
    body = consent(databases_until=SOON, containers_until=None)
    given = (await api.ok("POST", where, body))["data_access_consent"]
    assert given["app_id"] == await shown(api, path, "uuid")
    assert given["user_id"] == sandbox.user.id
    assert (given["databases_until"], given["containers_until"]) == (
        "2025-10-20T00:00:00.000Z",
        None,
    )
    event = {"end_at": "2025-10-20T00:00:00.000Z", "databases": True, "containers": False}
    assert await latest_event(api) == ("create_data_access_consent", event)
    # What isn't named stays.
    changed = await api.ok("PATCH", where, consent(containers_until=LATER))
    changed = changed["data_access_consent"]
    assert changed == given | {"containers_until": "2025-11-01T10:00:00.000Z"}
    assert await shown(api, path, "data_access_consent") == changed
    changed = await api.ok("PATCH", where, consent(databases_until=None))
    assert changed["data_access_consent"]["databases_until"] is None
    assert (await api.send("DELETE", where)).status_code == 204
    assert await shown(api, path, "data_access_consent") is None
    for method in ("PATCH", "DELETE"):
        answer = await api.send(method, where, consent())
        assert answer.json() == {"resource": "data_access_consent", "error": "not found"}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, {"databases_until", "containers_until"}),
        ({"databases_until": TOO_LATE, "containers_until": SOON}, {"databases_until"}),
        ({"databases_until": "2025-10-01T00:00:00Z"}, {"databases_until"}),
        ({"containers_until": "tomorrow"}, {"containers_until"}),
    ],
)
async def test_a_consent_ends_within_thirty_days(api, path, fields, wrong):
    answer = await api.send("POST", f"{path}/data_access_consent", consent(**fields))
    assert (answer.status_code, set(answer.json()["errors"])) == (422, wrong)
    assert await shown(api, path, "data_access_consent") is None


async def test_a_contact_keeps_what_is_not_named(api, path):
    where = f"{path}/hds_contact"
    assert await shown(api, path, "hds_contact") is None
    first = {"org_type": "non-profit", "name": "Ada", "email": "ada@example.com"}
    await api.ok("PUT", where, {"hds_contact": first})
    body = {"hds_contact": {"name": "Noor", "phone_number": "06", "orgType": "company"}}
    contact = (await api.ok("PUT", where, body))["hds_contact"]
    assert contact.items() >= (first | {"name": "Noor", "phone_number": "06"}).items()
    assert await shown(api, path, "hds_contact") == contact
    kind, data = await latest_event(api)
    assert (kind, data["name"], data["email"]) == ("edit_hds_contact", "Noor", "ada@example.com")
    answer = await api.send("PUT", where, {"hds_contact": {"org_type": "club", "name": 1}})
    assert (answer.status_code, set(answer.json()["errors"])) == (422, {"org_type", "name"})
    assert await shown(api, path, "hds_contact") == contact


async def test_what_happens_in_a_container_is_written_down(api, path, clock):
    body = {"command": "rake db:migrate", "detached": True}
    await api.ok("POST", f"{path}/run", body)
    kind, before = await latest_event(api)
    assert kind == "run"
    clock.advance(1)
    log = await api.ok("GET", f"{path}/audit_logs/{before['audit_log_id']}")
    for entry in log:
        check_model(entry, "AuditLogEntry")
    assert [row["type"] for row in log] == ["output", "input", "output"]
    assert log[1]["content"] == "rake db:migrate\r\n"
    # The event knows how large it has become.
    _, after = await latest_event(api)
    size = sum(len(row["content"]) for row in log)
    assert before["audit_log_size"] < after["audit_log_size"] == size
    answer = await api.get(f"{path}/audit_logs/none")
    assert answer.json() == {"resource": "audit_log", "error": "not found"}
