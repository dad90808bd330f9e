"""One-off containers that run real commands, at a pseudo-terminal of this machine."""

import os
import subprocess
import sys
from contextlib import AsyncExitStack

import anyio
import pytest

from scalingo_async.sandbox import Sandbox
from scalingo_async.sandbox.__main__ import main

from .bare_client import Api
from .one_offs import start

pytestmark = pytest.mark.anyio


@pytest.fixture
async def sandbox():
    sandbox = Sandbox(apps=2, rate_limit=None, operation_time=0, exec=True)
    async with sandbox.serve():
        yield sandbox


@pytest.fixture
async def api(sandbox):
    async with Api(sandbox, over_socket=True) as api:
        await api.sign_in()
        yield api


async def is_gone(pid):
    """Wait until there is no process of an id, not even one that nobody has reaped."""
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        await anyio.sleep(0.01)


@pytest.mark.parametrize(
    ("command", "output", "code"),
    [
        ("printf 'one\\ntwo\\r\\n'", b"one\ntwo\r\n", 0),
        ("echo out; echo err >&2; exit 9", b"out\nerr\n", 9),
        ("kill -9 $$", b"", 137),
        ("tty -s && stty size </dev/tty", b"24 80\n", 0),
        ("no-such-command 2>/dev/null", b"", 127),
        # What is left in the background goes with the container.
        ("sleep 3600 & echo left", b"left\n", 0),
        ("setsid sleep 2 & echo daemon", b"daemon\n", 0),
    ],
)
async def test_a_command_runs_and_its_bytes_come_unchanged(api, command, output, code):
    one_off = await start(api, command)
    assert await one_off.output() == output
    assert await one_off.wait() == (200, {"exit_code": code})


async def test_a_megabyte_comes_whole(api):
    command = f"""{sys.executable} -c 'import sys
for _ in range(4096): sys.stdout.buffer.write(bytes(range(256)))'"""
    assert await (await start(api, command)).output() == bytes(range(256)) * 4096


async def test_it_has_its_files_its_variables_and_a_folder_of_its_own(api):
    one_off = await start(
        api, 'pwd; echo "$APP $COLOUR"; cat "$UPLOADS/a b.txt"', env={"COLOUR": "blue", "A=B": "x"}
    )
    await one_off.upload("a b.txt", b"content\n")
    folder, variables, content = (await one_off.output()).decode().splitlines()
    assert variables == f"{api.sandbox.apps()[0].name} blue"
    assert content == "content"
    assert not await anyio.Path(folder).exists()
    assert "SCALINGO_API_TOKEN" not in variables


async def test_keys_and_sizes_reach_the_process(api):
    one_off = await start(
        api,
        """trap 'echo size $(stty size)' WINCH
        trap 'echo interrupted; exit 3' INT
        echo ready; while true; do sleep 0.01; done""",
    )
    await one_off.resize(100, 30)
    async with one_off.attach() as line:
        await line.until(b"ready\n")
        await one_off.resize("132", "43")
        await line.until(b"size 43 132\n")
        await line.type(b"\x03")
        assert await line.rest() == b"^Cinterrupted\n"
    assert await one_off.wait() == (200, {"exit_code": 3})


async def test_the_end_of_the_input_is_a_key(api):
    one_off = await start(api, "stty -echo; echo ready; cat")
    async with one_off.attach() as line:
        await line.until(b"ready\n")
        await line.type(b"typed\n\x04")
        assert await line.rest() == b"typed\n"
    assert await one_off.wait() == (200, {"exit_code": 0})


@pytest.mark.parametrize("ignoring", ["", "trap '' HUP; "])
async def test_who_leaves_ends_the_process(api, ignoring):
    one_off = await start(api, f"{ignoring}echo $$; sleep 3600")
    async with one_off.attach() as line:
        pid = int(await line.until(b"\n"))
    with anyio.fail_after(10):
        await is_gone(pid)
    assert await one_off.wait() == (200, {"exit_code": 129})


async def test_the_process_goes_with_the_server():
    sandbox = Sandbox(apps=2, rate_limit=None, operation_time=0, exec=True)
    async with AsyncExitStack() as server, AsyncExitStack() as stack:
        await server.enter_async_context(sandbox.serve())
        api = await stack.enter_async_context(Api(sandbox, over_socket=True))
        await api.sign_in()
        one_off = await start(api, "echo $$; sleep 3600")
        line = await stack.enter_async_context(one_off.attach())
        pid = int(await line.until(b"\n"))
        await server.aclose()
        with anyio.fail_after(10):
            await is_gone(pid)


async def test_without_exec_nothing_runs(tmp_path):
    sandbox = Sandbox(apps=2, rate_limit=None, operation_time=0)
    async with sandbox.serve(), Api(sandbox, over_socket=True) as api:
        await api.sign_in()
        made = tmp_path / "made"
        assert b"not found" in await (await start(api, f"touch {made}")).output()
    assert not made.exists()


def secrets_of(sandbox):
    """Return all that lets somebody in, as who knows the seed would work it out."""
    user = sandbox.user
    authority = sandbox._authority
    return {
        "API token": sandbox.api_token,
        "password": user.password,
        "key of bearer tokens": authority._key,
        "token in a URL": authority.ticket("logs", "an app", 60),
        "provider's password": sandbox.settings.provider_password,
    }


def test_its_secrets_can_not_be_worked_out_from_the_seed():
    """Every user of the machine can reach it, and whoever has a token runs what he likes."""
    first, again, pretending, same = (
        Sandbox(seed=7, exec=real) for real in (True, True, False, False)
    )
    random, others, seeded = map(secrets_of, (first, again, pretending))
    for name, secret in random.items():
        assert secret not in {others[name], seeded[name]}, name
        assert len(secret) >= 20, name
    # All else is what the seed makes of it.
    assert [(app.id, app.name) for app in first.apps()] == [
        (app.id, app.name) for app in pretending.apps()
    ]
    assert seeded == secrets_of(same)


async def test_nobody_gets_in_without_having_been_told_a_token(sandbox):
    guess = Sandbox(apps=2)
    async with Api(sandbox, guess.api_token, over_socket=True) as api:
        tried = {
            "the token of the seed": await api.send(
                "POST", "/auth/v1/tokens/exchange", auth=("", guess.api_token)
            ),
            "the password of the seed": await api.send(
                "POST", "/auth/v1/tokens", auth=(guess.user.username, guess.user.password)
            ),
            "an account of one's own": await api.send(
                "POST", "/v1/users", {"user": {"email": "me@example.com", "password": "hush"}}
            ),
            "a provider": await api.send(
                "GET",
                "/v1/provider/apps",
                auth=("postgresql", guess.settings.provider_password),
            ),
        }
    found = {name: answer.status_code for name, answer in tried.items()}
    assert found == {
        "the token of the seed": 401,
        "the password of the seed": 401,
        "an account of one's own": 403,
        "a provider": 401,
    }


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com", ""])
def test_it_is_served_to_this_machine_only(host, capsys):
    with pytest.raises(ValueError, match="can't be served on"):
        with Sandbox(apps=0, exec=True).running(host=host):
            pass
    with pytest.raises(SystemExit) as error:
        main(["--exec", "--host", host])
    assert error.value.code == 2
    assert "not with --host" in capsys.readouterr().err


def test_the_command_line_says_that_it_is_dangerous():
    shown = subprocess.run(
        [sys.executable, "-m", "scalingo_async.sandbox", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "DANGEROUS" in " ".join(shown.split())
