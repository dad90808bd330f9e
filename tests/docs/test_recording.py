"""What the page on testing records with VCR holds no secret: the filters of the page itself."""

import base64
import gzip
import json

import httpx
import pytest
from api_facts import answer_to
from docs_pages import DOCS, python
from platform_routes import connected
from tables import each

pytestmark = pytest.mark.anyio

(FILTERS,) = [
    block.source
    for block in python(DOCS / "how-to" / "testing.md")
    if "use_cassette" in block.source
]

SECRET = "canary-4e1f"
LOGS_URL = f"https://logs.osc-fr1.scalingo.com/apps/shop/logs?token={SECRET}"
VARIABLES = [
    {"id": "v-1", "name": "DATABASE_URL", "value": f"postgres://u:{SECRET}@db.example.com"}
]

ANSWERS = {
    "tokens.exchange": {"token": SECRET},
    "addons.token": {"addon": {"id": "ad-1", "app_id": "a-1", "token": SECRET}},
    "databases.get": json.loads(answer_to("databases.get")),
    "logs.get_url": {"app": {"id": "a-1", "name": "shop"}, "logs_url": LOGS_URL},
    "variables.bulk_update": {"variables": VARIABLES},
    "variables.list": {"variables": VARIABLES},
    # At any URL, and so the last one.
    "logs.dump": "one line",
}


@pytest.fixture
def secretive(platform):
    """A platform whose answers are full of secrets, and compressed as the real ones are."""

    def answer(data):
        content = gzip.compress(json.dumps(data).encode())
        headers = {"content-encoding": "gzip", "content-type": "application/json"}
        return lambda _: httpx.Response(200, headers=headers, content=content)

    for id_, data in ANSWERS.items():
        platform.also(id_, answer(data))
    return platform


def recorder(folder, source=FILTERS):
    space = {"__name__": "example"}
    exec(source, space)
    space["recorder"].cassette_library_dir = str(folder)
    return space["recorder"]


async def calls():
    async with connected(bearer_token=None, api_token=SECRET) as client:
        await client.logs.get_url("shop")
        await client.logs.dump(LOGS_URL)
        await client.variables.set("shop", {"DATABASE_URL": VARIABLES[0]["value"]})
        await client.databases.get("shop", "ad-1")
        return list(await client.variables.as_dict("shop"))


def leaks(recorded):
    """Return what a cassette shows: a secret, a credential, or what no filter could read."""
    basic = base64.b64encode(f":{SECRET}".encode()).decode()
    return [what for what in (SECRET, basic, "Bearer", "!!binary") if what in recorded]


async def test_a_cassette_holds_no_secret_and_plays_back(secretive, tmp_path):
    with recorder(tmp_path).use_cassette("all.yaml"):
        assert await calls() == ["DATABASE_URL"]
    sent = len(secretive.mock.calls)
    assert sent == len(ANSWERS)
    recorded = (tmp_path / "all.yaml").read_text("utf-8")
    assert recorded.count("- request:") == sent
    assert leaks(recorded) == []
    with recorder(tmp_path).use_cassette("all.yaml", record_mode="none"):
        assert await calls() == ["DATABASE_URL"]
    assert len(secretive.mock.calls) == sent


GUARDS = [
    'filter_headers=["authorization"],',
    'filter_query_parameters=["token"],',
    "before_record_request=without_secrets_in_its_body,",
    "before_record_response=without_secrets,",
    "decode_compressed_response=True,",
]


@each("guard", GUARDS)
async def test_each_filter_of_the_page_is_needed(guard, secretive, tmp_path):
    assert FILTERS.count(guard) == 1
    with recorder(tmp_path, FILTERS.replace(guard, "")).use_cassette(f"{GUARDS.index(guard)}.yaml"):
        await calls()
    assert leaks((tmp_path / f"{GUARDS.index(guard)}.yaml").read_text("utf-8"))
