"""What single resources add to the rule of `test_api.py`: other answers, checks, bound methods."""

import base64
import inspect
import json
import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from api_facts import (
    CALLS,
    FACTS,
    OPERATIONS,
    SLICE,
    FakeTransport,
    answer_to,
    arguments,
    client_of,
    endpoints,
    method_of,
)

from scalingo_async import Headers, InvalidArgumentError, Response, ResponseDecodeError
from scalingo_async.resources.base import Resource

# -- one database ------------------------------------------------------------------------------

OF_A_DATABASE = [id_ for id_ in CALLS if OPERATIONS[id_]["auth"] == "addon_token"]


def bound_method(client, id_):
    handle = client.database("a-app", "a-addon_id")
    for name in id_.split(".")[1:]:
        handle = getattr(handle, name)
    return handle


@pytest.mark.anyio
@pytest.mark.parametrize("id_", OF_A_DATABASE)
async def test_a_handle_does_what_the_resource_does(id_):
    async with client_of(transport := FakeTransport(200, answer_to(id_))) as client:
        method, bound = method_of(client, id_), bound_method(client, id_)
        ids, rest = arguments(client, id_)
        assert ids[:2] == ["a-app", "a-addon_id"]
        expected, found = await method(*ids, **rest), await bound(*ids[2:], **rest)
        names = list(inspect.signature(method).parameters)
        assert list(inspect.signature(bound).parameters) == names[2:]
        assert bound.__doc__ == method.__doc__
    first, second = transport.requests
    assert found == expected
    assert (second.method, second.url, second.content) == (first.method, first.url, first.content)
    assert second.subject == first.subject == ("a-app", "a-addon_id")


def test_a_handle_names_its_database_and_refuses_wrong_ids():
    client = client_of(FakeTransport())
    assert repr(client.database("my-app", "ad-1").users) == "<UsersHandle ad-1 of my-app>"
    for wrong in ("", "..", "a/b", None, 1):
        with pytest.raises(InvalidArgumentError, match="app"):
            client.database(wrong, "ad-1")
        with pytest.raises(InvalidArgumentError, match="addon_id"):
            client.database("my-app", wrong)


# -- answers in other forms --------------------------------------------------------------------

SHORTENED = {"addons.update", "apps.list", "apps.rename", "apps.transfer", "apps.update"}
"""Examples that the documentation shortens too far; see `test_examples_decode.py`."""

EXAMPLES = [
    pytest.param(id_, path.read_bytes(), id=path.name)
    for path in sorted((FACTS / "examples").iterdir())
    if (id_ := re.sub(r"(\.\d+)?\.(json|txt)$", "", path.name)) in {*CALLS, *SLICE} - SHORTENED
]


@pytest.mark.parametrize(("id_", "content"), EXAMPLES)
def test_every_documented_answer_decodes(id_, content):
    endpoints()[id_].decode(Response(200, Headers(), content))


USER = {"name": "u", "read_only": False, "protected": False}
DEDICATED = {"id": "1", "name": "db", "technology": "postgresql-ng", "plan": "p"}
MAINTENANCE = {"id": "m", "database_id": "d", "type": "no-op", "status": "done"}


@pytest.mark.parametrize(
    ("id_", "answer", "expected"),
    [
        ("referrals.stats", {"clicks": "165"}, {"clicks": 165}),
        ("referrals.stats", {"clicks": 165}, {"clicks": 165}),
        ("databases.users.create", USER, {"name": "u"}),
        ("databases.users.create", {"database_user": USER}, {"name": "u"}),
        ("databases.users.reset_password", USER, {"name": "u"}),
        ("databases.maintenances.get", MAINTENANCE, {"id": "m"}),
        ("databases.maintenances.get", {"maintenance": MAINTENANCE}, {"id": "m"}),
        ("databases.pitr_restore", {"operation_id": "o"}, {"id": "o", "status": None}),
        (
            "databases.pitr_restore",
            {"operation": {"id": "o", "status": "pending"}, "operation_id": "x"},
            {"id": "o", "status": "pending"},
        ),
        ("dedicated_databases.list", {"databases": [DEDICATED]}, {"name": "db", "app": None}),
        ("dedicated_databases.list", [{"database": DEDICATED}], {"name": "db"}),
        (
            "dedicated_databases.list",
            {"databases": [{"database": DEDICATED, "addon": {"id": "ad"}}]},
            {"name": "db", "database": None, "addon.id": "ad"},
        ),
        (
            "dedicated_databases.get",
            {"database": DEDICATED, "app": {"id": "a", "name": "n"}, "addon": {"id": "ad"}},
            {"name": "db", "app.name": "n", "addon.id": "ad"},
        ),
        ("billing.usage", {"usage": {"app": "a"}}, {"app": "a"}),
        ("private_networks.domain_names.list", {"domain_names": ["a."]}, {}),
    ],
)
def test_answers_of_another_known_form_decode(id_, answer, expected):
    if id_ == "referrals.stats":
        answer = {"referral_stats": {**answer, "signups": 1, "amount_earned": 1, "url": "u"}}
    value = endpoints()[id_].decode(Response(200, Headers(), json.dumps(answer).encode()))
    if isinstance(value, list):
        (value,) = value
    for path, wanted in expected.items():
        found = value
        for name in path.split("."):
            found = getattr(found, name)
        assert (found, type(found)) == (wanted, type(wanted))


class Pages(FakeTransport):
    """Answers with one page after the other, the last one again and again."""

    def __init__(self, *pages):
        super().__init__()
        self.pages = pages

    async def send(self, request):
        content = self.pages[min(len(self.requests), len(self.pages) - 1)]
        self.requests.append(request)
        return Response(200, Headers(), json.dumps(content).encode())


@pytest.mark.anyio
async def test_a_page_that_is_nested_in_its_root_leads_to_the_next():
    def page(number, name):
        meta = {"current_page": number, "prev_page": 1, "next_page": 2}
        meta |= {"total_pages": 2, "total_count": 2, "per_page": 1}
        return {"domain_names": {"data": [name], "meta": meta}}

    transport = Pages(page(1, "a."), page(2, "b."))
    async with client_of(transport) as client:
        names = client.private_networks.domain_names.list("my-app", per_page=1)
        assert [name async for name in names] == ["a.", "b."]
        assert (await names).meta.total_count == 2
    # The last page names itself as the next one: that is no reason to ask again.
    queries = [urlsplit(request.url).query for request in transport.requests]
    assert queries == ["per_page=1", "page=2&per_page=1", "per_page=1"]


@pytest.mark.anyio
@pytest.mark.parametrize("told", ["in the answer", "in the header", "nowhere"])
async def test_an_upgrade_knows_its_operation(told):
    answer = {"message": "soon"} | ({"operation_id": "op-1"} if told == "in the answer" else {})
    headers = {"location": "https://db/api/operations/op-1"} if told == "in the header" else {}
    async with client_of(FakeTransport(202, json.dumps(answer).encode(), **headers)) as client:
        upgrade = await client.databases.upgrade("my-app", "ad-1")
    assert upgrade.operation_id == (None if told == "nowhere" else "op-1")


@pytest.mark.anyio
@pytest.mark.parametrize("location", ["https://files.example.com/i.pdf?token=secret", None])
async def test_an_invoice_is_where_its_redirect_leads(location):
    headers = {"location": location} if location else {}
    async with client_of(FakeTransport(302, **headers)) as client:
        if location is None:
            with pytest.raises(ResponseDecodeError, match="where the file is"):
                await client.billing.invoices.download_url("i")
            return
        url = await client.billing.invoices.download_url("i")
    assert url.reveal() == location
    assert "secret" not in repr(url)


# -- arguments ---------------------------------------------------------------------------------

NAIVE = datetime(2030, 1, 2)  # noqa: DTZ001 - that is the mistake
AWARE = datetime(2030, 1, 2, tzinfo=UTC)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("id_", "ids", "rest", "message"),
    [
        ("databases.pitr_restore", 2, {"restore_time": NAIVE}, "restore_time has no time zone"),
        ("databases.pitr_restore", 2, {"restore_time": "2030"}, "restore_time must be a datetime"),
        ("data_access_consents.create", 1, {"databases_until": NAIVE}, "databases_until has no"),
        ("data_access_consents.update", 1, {"containers_until": NAIVE}, "containers_until has no"),
        ("databases.update", 2, {"periodic_backups_scheduled_at": 24}, "from 0 to 23"),
        ("databases.update", 2, {"periodic_backups_scheduled_at": True}, "from 0 to 23"),
        ("databases.update", 2, {"maintenance_window": {"weekday_utc": 7}}, "from 0 to 6"),
        ("databases.update", 2, {"maintenance_window": {"starting_hour_utc": -1}}, "from 0 to 23"),
        ("containers.kill", 2, {"signal": "SIGKILL"}, "SIGUSR1 or SIGUSR2"),
    ],
)
async def test_what_cannot_be_right_is_refused_before_anything_is_sent(id_, ids, rest, message):
    async with client_of(transport := FakeTransport()) as client:
        with pytest.raises(InvalidArgumentError, match=message):
            await method_of(client, id_)(*["a"] * ids, **rest)
    assert transport.requests == []


@pytest.mark.anyio
async def test_dates_of_a_consent_may_be_left_out_or_null():
    async with client_of(
        transport := FakeTransport(200, answer_to("data_access_consents.create"))
    ) as client:
        await client.data_access_consents.create("a", databases_until=AWARE, containers_until=None)
        await client.data_access_consents.update("a", databases_until=AWARE)
    sent = [json.loads(r.content)["data_access_consent"] for r in transport.requests]
    when = "2030-01-02T00:00:00+00:00"
    assert sent == [
        {"databases_until": when, "containers_until": None},
        {"databases_until": when},
    ]


@pytest.mark.anyio
async def test_numbers_in_paths_may_be_numbers():
    async with client_of(transport := FakeTransport(200, b"[]")) as client:
        await client.metrics.get_for_container("my-app", "cpu", "web", 1)
        await client.metrics.get_for_container("my-app", "cpu", "web", "1")
        for wrong in (True, None, "..", 1.5):
            with pytest.raises(InvalidArgumentError, match="container_index"):
                client.metrics.get_for_container("my-app", "cpu", "web", wrong)
            with pytest.raises(InvalidArgumentError, match="number"):
                await client.scm_repo_links.get_pull("my-app", wrong)
    first, second = transport.requests
    assert urlsplit(first.url).path == "/v1/apps/my-app/stats/cpu/web/1"
    assert second.url == first.url


@pytest.mark.anyio
async def test_the_provider_api_takes_the_credential_of_the_manifest():
    async with client_of(transport := FakeTransport(200, b'{"apps": []}')) as client:
        await client.provider_apps.list(username="me", password="canary")
    (request,) = transport.requests
    kind, _, code = request.headers["authorization"].partition(" ")
    assert (kind, base64.b64decode(code)) == ("Basic", b"me:canary")
    assert "canary" not in repr(request)
    assert code not in repr(request)


@pytest.mark.anyio
async def test_a_notifier_is_active_unless_it_is_said_otherwise():
    async with client_of(transport := FakeTransport(201, answer_to("notifiers.create"))) as client:
        settings = {"webhook_url": "https://example.com/?token=t", "emails": ["a@b.c"]}
        await client.notifiers.create("a", platform_id="p", name="n", type_data=settings)
    (request,) = transport.requests
    assert json.loads(request.content)["notifier"] == {
        "platform_id": "p",
        "name": "n",
        "active": True,
        "type_data": settings,
    }


def test_resources_hold_nothing_but_their_session():
    pending = [Resource]
    while pending:
        kind = pending.pop()
        pending += kind.__subclasses__()
        assert not hasattr(kind, "__dict__") or "__dict__" not in kind.__dict__, kind
