"""The sandbox over real sockets, from the command line, and in pytest."""

import io
import re
import signal
import socket
import subprocess
import sys
import threading
from itertools import islice

import anyio
import httpx
import pytest

from scalingo_async.sandbox import LoopClock, ManualClock, Sandbox
from scalingo_async.sandbox.__main__ import _log, main

from .bare_client import Api

pytest_plugins = ["pytester"]


def listens(url):
    host, port = httpx.URL(url).host, httpx.URL(url).port
    try:
        socket.create_connection((host, port), timeout=1).close()
    except ConnectionRefusedError:
        return False
    return True


@pytest.mark.anyio
async def test_it_is_served_and_then_gone():
    before = set(threading.enumerate())
    sandbox = Sandbox(apps=3, rate_limit=None)
    assert sandbox.url == "http://localhost"
    async with sandbox.serve() as served, Api(sandbox, over_socket=True) as api:
        assert served is sandbox
        url = sandbox.url
        assert url.startswith("http://127.0.0.1:")
        await api.sign_in()
        assert len((await api.ok("GET", "/v1/apps"))["apps"]) == 3
        regions = (await api.ok("GET", "/auth/v1/regions"))["regions"]
        assert [row["api"] for row in regions] == [url, f"{url}/osc-secnum-fr1"]
        answer = await api.send("POST", f"/v1/apps/{sandbox.apps()[0].id}/restart")
        assert answer.headers["location"].startswith(url)
        with pytest.raises(RuntimeError, match="already served"):
            sandbox.running().__enter__()
    assert sandbox.url == "http://localhost"
    assert not listens(url)
    # Trio keeps a thread of its own for looking up addresses.
    left = {thread.name for thread in set(threading.enumerate()) - before}
    assert {name for name in left if not name.startswith("Trio")} == set()
    with sandbox.running() as served:
        assert listens(served.url)


@pytest.mark.anyio
async def test_many_at_once_over_sockets():
    sandbox = Sandbox(apps=5, rate_limit=None)
    async with sandbox.serve(), Api(sandbox, over_socket=True) as api:
        await api.sign_in()

        async def set_one(number):
            body = {"variable": {"name": f"N{number}", "value": str(number)}}
            await api.ok("POST", f"/v1/apps/{sandbox.apps()[0].id}/variables", body)
            assert sandbox.requests
            assert sandbox.max_requests_in_window(60) > number / 50

        async with anyio.create_task_group() as group:
            for number in range(50):
                group.start_soon(set_one, number)
    names = {row.name for row in sandbox.apps()[0].variables.values()}
    assert {f"N{number}" for number in range(50)} <= names
    assert sandbox.count("variables.create") == 50


def test_it_goes_at_once_even_when_somebody_waits():
    sandbox = Sandbox(apps=0, rate_limit=None)
    with sandbox.running():
        sandbox.inject("*", delay=3600)
        waiting = socket.create_connection(("127.0.0.1", httpx.URL(sandbox.url).port))
        waiting.sendall(b"GET /v1/apps HTTP/1.1\r\nHost: x\r\n\r\n")
        while not sandbox.requests:
            pass
    assert waiting.recv(1) == b""
    waiting.close()


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("localhost", "127.0.0.1")])
def test_the_url_is_one_that_a_client_can_use(host, shown):
    with Sandbox(apps=0).running(host=host) as sandbox:
        assert sandbox.url.startswith(f"http://{shown}:")
        assert listens(sandbox.url)


def test_a_port_that_is_taken_is_an_error(capsys):
    with Sandbox(apps=0).running() as first:
        port = httpx.URL(first.url).port
        with pytest.raises(OSError, match="in use"), Sandbox(apps=0).running(port=port):
            pass
        assert main(["--port", str(port), "--apps", "0"]) == 1
        said = capsys.readouterr().err
        assert said.startswith(f"Can't listen on 127.0.0.1:{port}: ")
        assert "Choose another --port, or leave it out" in said


def test_the_environment_points_a_client_at_it():
    sandbox = Sandbox(apps=0)
    assert sandbox.environ() == {
        "SCALINGO_API_TOKEN": sandbox.api_token,
        "SCALINGO_REGION": "osc-fr1",
        "SCALINGO_API_URL": "http://localhost",
        "SCALINGO_AUTH_URL": "http://localhost/auth",
        "SCALINGO_DB_URL": "http://localhost",
        "SCALINGO_BILLING_URL": "http://localhost/billing",
    }


# The command line ---------------------------------------------------------------------------


def command(*arguments, code=None):
    start = ["-c", code] if code else ["-W", "error", "-m", "scalingo_async.sandbox"]
    return subprocess.Popen(
        [sys.executable, *start, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_prints_an_environment_and_serves(number):
    options = ("--rate-limit", "none", "--bearer-on-database-api")
    with command("--apps", "2", "--seed", "x", *options) as process:
        lines = [process.stdout.readline() for _ in range(6)]
        shell = "".join(lines) + 'printf %s "$SCALINGO_API_TOKEN $SCALINGO_AUTH_URL"'
        shown = subprocess.run(["/bin/sh", "-euc", shell], capture_output=True, text=True)
        token, auth_url = shown.stdout.split()
        assert token == Sandbox(apps=2, seed="x").api_token
        answer = httpx.post(f"{auth_url}/v1/tokens/exchange", auth=("", token))
        headers = {"Authorization": f"Bearer {answer.json()['token']}"}
        base = auth_url.removesuffix("/auth")
        assert httpx.get(f"{base}/api/database_types", headers=headers).status_code == 200
        process.send_signal(number)
        _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (0, "")


def test_the_command_lets_every_app_write():
    with command("--apps", "5", "--log-every", "0.01") as process:
        lines = [process.stdout.readline() for _ in range(7)]
        environ = dict(re.findall(r"^export (\w+)=(.*)$", "".join(lines), re.MULTILINE))
        auth = ("", environ["SCALINGO_API_TOKEN"])
        numbers = []
        with httpx.Client(base_url=environ["SCALINGO_API_URL"]) as http:
            token = http.post("/auth/v1/tokens/exchange", auth=auth).json()["token"]
            http.headers["Authorization"] = f"Bearer {token}"
            for region in ("", "/osc-secnum-fr1"):
                app = http.get(f"{region}/v1/apps").json()["apps"][0]["id"]
                url = http.get(f"{region}/v1/apps/{app}/logs").json()["logs_url"]
                with http.stream("GET", f"{url}&stream=true&n=0") as answer:
                    text = "".join(islice(answer.iter_text(), 3))
                numbers.append(list(map(int, re.findall(r"request (\d+) served", text))))
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (0, "")
    assert all(len(row) >= 3 for row in numbers)
    assert all(row == list(range(row[0], row[0] + len(row))) for row in numbers)


class UntilFlushed(io.StringIO):
    """What the command prints; it gets Ctrl-C once it is done."""

    def flush(self):
        signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("sh", "export SCALINGO_REGION=osc-fr1"),
        ("dotenv", "SCALINGO_REGION=osc-fr1"),
        ("powershell", "$env:SCALINGO_REGION = 'osc-fr1'"),
    ],
)
def test_the_variables_are_printed_in_a_form_that_is_asked_for(form, line):
    out = UntilFlushed()
    assert main(["--apps", "1", "--format", form], out) == 0
    lines = out.getvalue().splitlines()
    assert line in lines
    assert lines[-1] == "# Serving 1 apps until Ctrl-C"


PROGRAM = """
import json, os, signal, sys
from urllib.request import Request, urlopen
auth = "Basic " + __import__("base64").b64encode(b":" + os.environ["SCALINGO_API_TOKEN"].encode()).decode()
url = os.environ["SCALINGO_AUTH_URL"] + "/v1/tokens/exchange"
token = json.load(urlopen(Request(url, b"{}", {"Authorization": auth})))["token"]
url = os.environ["SCALINGO_API_URL"] + "/v1/apps?page=1&token=hidden"
apps = json.load(urlopen(Request(url, headers={"Authorization": "Bearer " + token})))["apps"]
print([row["name"] for row in apps][:2], sys.argv[1:])
"""


def test_a_program_runs_with_the_variables_set(capfd):
    options = ["--apps", "3", "--app", "my-shop", "--app", "my-api", "--log"]
    program = [sys.executable, "-c", PROGRAM + "sys.exit(7)", "--apps", "x"]
    assert main([*options, "--", *program]) == 7
    out, errors = capfd.readouterr()
    assert out == "['my-shop', 'my-api'] ['--apps', 'x']\n"
    assert errors.splitlines() == [
        "POST /auth/v1/tokens/exchange 200 tokens.exchange",
        "GET /v1/apps?page=1&token=… 200 apps.list",
    ]


def test_a_program_that_a_signal_ends(capfd):
    program = [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"]
    assert main(["--apps", "0", "--", *program]) == 128 + signal.SIGTERM
    assert main(["--apps", "0", "--", "no-such-program"]) == 127
    assert capfd.readouterr() == ("", "Can't run no-such-program: No such file or directory\n")


def test_the_log_tells_of_faults_and_of_what_is_cut_off(capfd):
    with Sandbox(apps=0).running() as sandbox:
        sandbox.on_request(_log)
        sandbox.inject("regions.list", status=503)
        sandbox.inject("regions.list", kind="close_before")
        url = f"{sandbox.url}/auth/v1/regions"
        assert httpx.get(url).status_code == 503
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(url)
        httpx.get(f"{sandbox.url}/no%0Asuch%1B", params={"q": "a\nb"})
    assert capfd.readouterr().err.splitlines() == [
        "GET /auth/v1/regions 503 regions.list (fault: status)",
        "GET /auth/v1/regions cut off regions.list (fault: close_before)",
        "GET /no%0Asuch%1B?q=a�b 404 (no such route)",
    ]


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [
        ("--log-every", "0", "must be greater than 0"),
        ("--rate-limit", "60", "Not a rate limit: '60'"),
        ("--apps", "-1", "'-1' is not a whole number, 0 or more"),
        ("--apps", "many", "'many' is not a whole number, 0 or more"),
        ("--port", "65536", "65536 is not a port: the highest is 65535"),
        ("--latency", "-5", "'-5' is not a number, 0 or more"),
        ("--latency", "nan", "'nan' is not a number, 0 or more"),
        ("--latency", "slow", "'slow' is not a number, 0 or more"),
        ("--bearer-lifetime", "0", "must be greater than 0"),
        ("--operation-time", "inf", "'inf' is not a number, 0 or more"),
    ],
)
def test_wrong_options_are_told(option, value, problem, capsys):
    with pytest.raises(SystemExit) as error:
        main([option, value])
    assert error.value.code == 2
    assert f"argument {option}: {problem}" in capsys.readouterr().err


def test_a_name_that_no_app_can_have_is_told(capsys):
    with pytest.raises(SystemExit):
        main(["--app", "My_App"])
    said = capsys.readouterr().err
    assert "'My_App' is not a valid app name: it should contain only lowercap letters" in said
    with pytest.raises(SystemExit):
        main(["--app", "my-app", "--app", "my-app"])
    assert "App names must be unique: my-app, my-app" in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["starlette", "uvicorn", "jwt"])
def test_a_missing_requirement_is_named(missing):
    code = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from scalingo_async.sandbox.__main__ import main\n"
        "sys.exit(main([]))"
    )
    with command(code=code) as process:
        _, errors = process.communicate(timeout=10)
    package = {"jwt": "pyjwt"}.get(missing, missing)
    hint = f'The sandbox needs {package}: run pip install "scalingo-async[sandbox]"'
    assert (process.returncode, errors.strip()) == (1, hint)
    code = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "import scalingo_async.sandbox\n"
        "try:\n"
        "    with scalingo_async.sandbox.Sandbox(apps=0).running(): pass\n"
        "except ModuleNotFoundError as error: print(error)\n"
    )
    with command(code=code) as process:
        shown, errors = process.communicate(timeout=10)
    assert (shown.strip(), errors) == (hint, "")


# pytest -------------------------------------------------------------------------------------


def test_the_fixtures_are_there(pytester):
    pytester.makepyfile(
        """
        import httpx

        def test_in_process(scalingo_sandbox):
            assert scalingo_sandbox.apps()
            assert scalingo_sandbox.count("*") == 0

        def test_served(scalingo_server):
            auth = ("", scalingo_server.api_token)
            url = scalingo_server.environ()["SCALINGO_AUTH_URL"]
            assert httpx.post(f"{url}/v1/tokens/exchange", auth=auth).status_code == 200
        """
    )
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:asyncio"]
    result = subprocess.run(
        [sys.executable, "-W", "error", "-m", "pytest", *options],
        cwd=pytester.path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "2 passed" in result.stdout, result.stdout + result.stderr


def test_the_plugin_costs_nothing_until_it_is_used():
    code = (
        "import sys, scalingo_async.pytest_plugin\n"
        "heavy = {'starlette', 'uvicorn', 'jwt', 'httpx', 'anyio', 'orjson', 'attrs', 'cattrs'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    with command(code=code) as process:
        shown, errors = process.communicate(timeout=10)
    assert (shown.strip(), errors) == ("[]", "")


# Clocks -------------------------------------------------------------------------------------


def test_a_manual_clock_only_goes_forward():
    clock = ManualClock(100.0)
    clock.advance(1.5)
    assert clock.time() == 101.5
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)


def test_a_sandbox_can_follow_a_virtual_clock():
    import trio
    import trio.testing

    clock = LoopClock(start=1000.0)
    sandbox = Sandbox(apps=0, rate_limit="1/60s", clock=clock)
    assert clock.time() == 1000.0

    async def visit():
        async with Api(sandbox) as api:
            await api.sign_in()
            statuses = []
            for pause in (0, 30, 31):
                await trio.sleep(pause)
                statuses.append((await api.get("/v1/apps")).status_code)
        return statuses

    virtual = trio.testing.MockClock(autojump_threshold=0)
    assert trio.run(visit, clock=virtual) == [200, 429, 200]
    assert clock.time() == pytest.approx(1061.0, abs=0.5)
