"""The mask that stands for secrets in what `to_dict` writes: nothing sends it anywhere."""

from urllib.parse import quote

import pytest
from api_facts import FakeTransport, answer_to, client_of
from tables import each
from test_argument_kinds import begin, calls, right_for

from scalingo_async import (
    APIToken,
    AsyncClient,
    BearerToken,
    ConfigurationError,
    InvalidArgumentError,
    UntrustedURLError,
    UserPassword,
    WebhookReceiver,
    bulk,
)
from scalingo_async.types import MASK, Secret

FORMS = {
    "text": lambda: MASK,
    "secret": lambda: Secret(MASK),
    "dict of texts": lambda: {"A": "b", "C": MASK},
    "list of texts": lambda: ["a", MASK],
    "list of dicts": lambda: [{"a": MASK}],
    "bytes": lambda: MASK.encode(),
}
"""What the mask may stand in, by the names of the kinds that arguments take."""

FILES = ("PathLike", "Content", "FileSource", "Sink")
"""Kinds whose texts are the names of files on this machine."""


COMPARED = {
    "addons.find(provider)",
    "addons.providers.find_plan(name)",
    "databases.backups.latest(status)",
    "databases.find(kind)",
    "databases.log_lines(filter)",
    "databases.stream_logs(filter)",
    "events.types.by_name(names)",
    "logs.lines(filter)",
    "logs.stream(filter)",
    "notification_platforms.find(name)",
    "one_offs.upload_file(name)",
}
"""Names and filters that are not sent, or only once something else was answered."""

REFUSALS = (InvalidArgumentError, UntrustedURLError, ConfigurationError)


def test_every_argument_of_every_method_refuses_it():
    transport = FakeTransport(200, answer_to("apps.get"))
    client = client_of(transport)
    wrong = []
    count = 0
    for path, parameter, call in calls(client):
        where = f"{path}({parameter.name})"
        if where in COMPARED or any(kind in parameter.annotation for kind in FILES):
            continue
        for form in right_for(parameter.annotation) & {*FORMS}:
            values = [FORMS[form]()]
            if form == "text":
                values.append(f"https://u:{MASK}@example.com/")
            for value in values:
                count += 1
                try:
                    begin(call(value))
                except REFUSALS as error:
                    if "Secret" in parameter.annotation and "masked secret" not in str(error):
                        wrong.append(f"{where} says of {form}: {error}")
                except BaseException as error:
                    wrong.append(f"{where} raises for {form}: {error!r}")
                else:
                    wrong.append(f"{where} takes {form}")
    assert wrong == []
    assert transport.requests == []
    assert count > 500


@pytest.mark.anyio
async def test_a_coroutine_function_refuses_it_when_it_is_awaited():
    transport = FakeTransport(200, b"{}")
    async with client_of(transport) as client:
        call = client.variables.set("my-app", {"A": "fine", "B": MASK})
        with pytest.raises(InvalidArgumentError, match=r"variables\['B'\] is a masked secret"):
            await call
    assert transport.requests == []


BODIES = {
    "alone": ({"a": MASK}, r"json\['a'\] is a masked"),
    "in a text": ({"a": f"postgres://me:{MASK}@db"}, r"json\['a'\] is a masked"),
    "inside of others": (
        {"a": [1, {"b": [None, MASK]}]},
        r"json\['a'\]\[1\]\['b'\]\[1\] is a masked",
    ),
    "hidden": ({"a": Secret(MASK)}, r"json\['a'\] is a masked"),
    "hidden inside of others": ({"a": {"b": Secret(MASK)}}, r"json\['a'\]\['b'\] is a masked"),
    "as a key": ({"a": {MASK: 1}}, r"a key of json\['a'\] is a masked"),
}


@each("body", BODIES)
@pytest.mark.anyio
async def test_no_body_of_a_call_of_ones_own_holds_it(body):
    data, message = BODIES[body]
    transport = FakeTransport(200, b"{}")
    async with client_of(transport) as client:
        with pytest.raises(InvalidArgumentError, match=message):
            await client.request("POST", "/apps", json=data)
    assert transport.requests == []


@pytest.mark.anyio
async def test_no_path_query_or_header_holds_it():
    transport = FakeTransport(200, b"{}")
    async with client_of(transport) as client:
        for call in (
            lambda: client.request("GET", f"/apps/{quote(MASK)}"),
            lambda: client.request("GET", "/apps", query={"q": MASK}),
            lambda: client.apps.get("my-app", headers={"x-mine": f"a {MASK}"}),
            lambda: client.apps.get(MASK),
            lambda: client.logs.stream_sse(f"https://logs.scalingo.com/?token={quote(MASK)}"),
        ):
            with pytest.raises((InvalidArgumentError, UntrustedURLError), match="masked secret"):
                begin(call())
    assert transport.requests == []


SETTINGS = {
    "an API token": lambda: APIToken(MASK),
    "a bearer token": lambda: BearerToken(Secret(MASK)),
    "a password": lambda: UserPassword("me", MASK),
    "a user name": lambda: UserPassword(MASK, "password"),
    "the token of a client": lambda: AsyncClient(MASK),
    "a header of a client": lambda: AsyncClient("tk-us-x", headers={"x-mine": MASK}),
    "a URL of a client": lambda: AsyncClient("tk-us-x", auth_url=f"https://x.fr/{quote(MASK)}"),
    "the secret of a webhook": lambda: WebhookReceiver(["a" * 16, MASK]),
}


@each("setting", SETTINGS)
def test_no_setting_takes_it(setting):
    with pytest.raises((InvalidArgumentError, ConfigurationError), match="masked secret"):
        SETTINGS[setting]()


@pytest.mark.anyio
async def test_bulk_work_refuses_it_before_anything_is_called():
    transport = FakeTransport(200, b"{}")
    async with client_of(transport) as client:
        call = client.variables.bulk_update
        for dry_run in (True, False):
            with pytest.raises(InvalidArgumentError, match=r"variables\['A'\] is a masked secret"):
                await bulk.map(call, ["shop"], variables={"A": MASK}, dry_run=dry_run)

        async def own(app: str, text: str) -> str:
            return text

        assert (await bulk.map(own, ["shop"], text=MASK))[0].unwrap() == MASK
    assert transport.requests == []
