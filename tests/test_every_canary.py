"""Everything that can be awaited is hunted for canaries: in arguments and answers, whatever happens."""

import inspect
import re
from functools import partial

import pytest
from api_facts import FakeTransport, client_of, methods
from instruments.canaries import API_TOKEN, COOKIE, NEW_TOKEN, OTP, VALUE, hunt
from instruments.platform import Platform
from instruments.reporters import as_printers_do
from instruments.scenarios import FAILING, MORE, ON_ASYNCIO, SCENARIOS, script_more
from instruments.surface import answer_with_canaries, calls_of_methods, is_secret
from sweeps import sweep
from tables import Cases

from scalingo_async.bulk import journal as journals
from scalingo_async.waiting import polling

pytestmark = pytest.mark.anyio

METHODS = calls_of_methods(VALUE)

SPOILED = f'{{"token": "{NEW_TOKEN}", "value": {VALUE}'.encode()
OUTCOMES = {
    "success": None,
    "no JSON": (200, SPOILED),
    "a wrong shape": (200, {"id": [[VALUE]], "token": [NEW_TOKEN]}),
    "status 500": (500, {"error": "no"}, {"set-cookie": f"s={COOKIE}"}),
    "a connection that is cut": "cut",
}


@pytest.fixture(autouse=True)
def in_no_time(monkeypatch):
    """Wait for nothing that is slow on purpose."""
    monkeypatch.setattr(polling, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(journals, "_ROUNDS", 1)


def mine(names, backend):
    """Return those that are for this event loop: they take turns."""
    turns = sweep("event loops of a call that is cancelled")
    return list(names)[(backend == "trio") % turns :: turns]


def scripted(tmp_path):
    platform = Platform()
    script_more(platform)
    platform.folder = tmp_path
    platform.fallback = answer_with_canaries
    return platform


def make(platform):
    return platform.client(api_token=API_TOKEN, headers={"x-authorization-otp": OTP}, max_retries=0)


@pytest.mark.sweep
async def test_no_method_shows_a_secret(spy, tmp_path, anyio_backend_name):
    """All arguments that are hidden are canaries, and so are all fields of answers that are."""
    run = Cases()
    platform = scripted(tmp_path)
    async with make(platform) as client:
        await client.apps.get("my-app")
        for number, path in enumerate(mine(METHODS, anyio_backend_name)):
            for outcome, answer in outcomes(number):
                platform.unscripted = answer
                with run(f"{path}, {outcome}"):
                    returned, raised = await hunted(spy, partial(METHODS[path], client, platform))
                    if answer is None:
                        assert raised is None, repr(raised)
                        for how, text in as_printers_do(returned):
                            spy.add(f"the result{how}", text)
                    found = spy.take()
                    assert not found, "\n".join(found)
    run.check()
    assert platform.left_open() == []


def outcomes(number):
    """Return what becomes of a call: success, and failures that take turns."""
    failures = [each for each in OUTCOMES.items() if each[1] is not None]
    most = sweep("outcomes of every method that may leak") or len(failures)
    start = number % len(failures)
    return [("success", None), *(failures[start:] + failures[:start])[:most]]


async def hunted(spy, call):
    """Return what a call returned, and what it raised."""
    returned = []

    async def keeping():
        returned.append(await call())
        return returned[0]

    raised = await hunt(spy, keeping)
    return (returned[0] if returned else None), raised


@pytest.mark.sweep
async def test_no_scenario_shows_a_secret(spy, tmp_path, anyio_backend_name):
    """That none of them is missing is held by test_every_tick.py, for both."""
    run = Cases()
    for name in SCENARIOS:
        if name in ON_ASYNCIO and anyio_backend_name == "trio":
            continue
        folder = tmp_path / str(run.count)
        folder.mkdir()
        platform = scripted(folder)
        with run(name):
            async with make(platform) as client:
                raised = await hunt(spy, partial(SCENARIOS[name], client, platform))
                assert isinstance(raised, FAILING.get(name, type(None))), repr(raised)
                if name in MORE:
                    # Those with failures of their own are in test_secrets.py.
                    platform.unscripted = OUTCOMES["a wrong shape"]
                    await hunt(spy, partial(SCENARIOS[name], client, platform))
            found = spy.take()
            assert not found, "\n".join(found)
    run.check()


# -- which arguments are secret ------------------------------------------------------------------

SOUNDS = re.compile(
    r"token|secret|passw|key|otp|url|value|variab|env|code|cred|config|content|data|input"
)

NO_SECRETS = {
    "content",
    "database",
    "database_id",
    "database_type_id",
    "databases_until",
    "deployments_stream_url",
    "include_default_credentials",
    "key_id",
    "operation_url",
    "post_provisioning_configuration",
    "status_code",
    "token_id",
    "type_data",
    "url",
    "variable_id",
    "variable_ids",
}
"""Names of arguments that are shown: ids, flags, and what is public; bytes show their number."""


def test_an_argument_that_sounds_secret_is_hidden_or_said_not_to_be():
    sounding = {
        name
        for path, method in methods(client_of(FakeTransport()))
        for name in inspect.signature(method).parameters
        if SOUNDS.search(name) and name != "options" and not is_secret(path, name)
    }
    assert sounding == NO_SECRETS
