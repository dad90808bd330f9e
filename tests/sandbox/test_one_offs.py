"""One-off containers to attach to, over real sockets."""

import errno

import anyio
import httpx
import pytest

from scalingo_async.sandbox import ManualClock, Sandbox
from scalingo_async.sandbox.server.tunnel import Tunnel

from .bare_client import Api
from .one_offs import start

pytestmark = pytest.mark.anyio

MEGABYTE = bytes(range(256)) * 4096


@pytest.fixture
async def sandbox():
    sandbox = Sandbox(apps=2, rate_limit=None, operation_time=0)
    async with sandbox.serve():
        yield sandbox


@pytest.fixture
async def api(sandbox):
    async with Api(sandbox, over_socket=True) as api:
        await api.sign_in()
        yield api


def labels(sandbox):
    return [row.label for row in sandbox.apps()[0].containers if row.type == "one-off"]


async def test_the_url_has_a_path_a_port_and_no_query(api):
    url = httpx.URL((await start(api, "true")).url)
    assert url.port
    assert url.query == b""
    assert not url.path.endswith("/")


@pytest.mark.parametrize(
    ("command", "output", "code"),
    [
        ("echo 'hello  there'", b"hello  there\n", 0),
        ("exit 3", b"", 3),
        ("exit 300", b"", 44),
        ("exit x", b"sh: exit: x: numeric argument required\n", 2),
        ("true", b"", 0),
        ("false", b"", 1),
        ("python manage.py", b"sh: python: command not found\n", 127),
        ("echo 'open", b"sh: No closing quotation\n", 2),
        ("sh -c 'echo inside'", b"inside\n", 0),
        ("bash -c 'exit 7'", b"", 7),
        ("size", b"80x24\n", 0),
        ("sleep 0", b"", 0),
        ("sleep soon", b"sleep: it takes a number of seconds\n", 1),
        ("ls", b"", 0),
        ("ls /etc", b"ls: cannot access '/etc': No such file or directory\n", 2),
        ("cat /etc/passwd", b"cat: /etc/passwd: No such file or directory\n", 1),
    ],
)
async def test_a_command_runs_when_somebody_attaches_and_ends_with_a_code(
    api, sandbox, command, output, code
):
    one_off = await start(api, command)
    assert labels(sandbox) == [one_off.container["label"]]
    assert await one_off.output() == output
    assert await one_off.wait() == (200, {"exit_code": code})
    assert labels(sandbox) == []
    # It is over: only its exit code is left.
    async with one_off.attach() as line:
        assert line.status == 404
    assert (await one_off.upload("a", b"")).status_code == 404
    assert await one_off.wait() == (200, {"exit_code": code})


async def test_the_environment_is_that_of_the_app_and_of_the_request(api, sandbox):
    await api.ok(
        "POST",
        f"/v1/apps/{sandbox.apps()[0].name}/variables",
        {"variable": {"name": "COLOUR", "value": "blue"}},
    )
    one_off = await start(api, "env", env={"TERM": "xterm", "CLIENT_OS": "linux"}, size="L")
    lines = (await one_off.output()).decode().splitlines()
    assert lines == sorted(lines)
    assert {
        "APP=" + sandbox.apps()[0].name,
        "CLIENT_OS=linux",
        "COLOUR=blue",
        "CONTAINER=one-off-1",
        "CONTAINER_SIZE=L",
        "TERM=xterm",
        "UPLOADS=/tmp/uploads",
    } <= set(lines)


@pytest.mark.parametrize("env", [[], "A=1", {"A": 1}, {"A": "\0"}])
async def test_an_environment_is_an_object_of_texts(api, sandbox, env):
    path = f"/v1/apps/{sandbox.apps()[0].name}/run"
    answer = await api.send("POST", path, {"command": "env", "env": env})
    assert (answer.status_code, set(answer.json()["errors"])) == (422, {"env"})


async def test_a_shell_to_type_in(api):
    one_off = await start(api, "bash")
    async with one_off.attach() as line:
        assert await line.until(b"$ ") == b"~ $ "
        await line.type(b"echo abx\x7fc\r")
        assert await line.until(b"$ ") == b"echo abx\b \bc\nabc\n~ $ "
        # A size comes from a text as well as from a number.
        assert (await one_off.resize("132", "43")).status_code == 200
        await line.type(b"size\n")
        assert await line.until(b"$ ") == b"size\n132x43\n~ $ "
        assert (await one_off.resize(90, 25)).status_code == 200
        await line.type(b"size\n")
        assert await line.until(b"$ ") == b"size\n90x25\n~ $ "
        # Interrupted: at the prompt, while something is typed, and while a command runs.
        await line.type(b"nothing of this\x03")
        assert await line.until(b"$ ") == b"nothing of this^C\n~ $ "
        await line.type(b"sleep 3600\n")
        await line.until(b"\n")
        await line.type(b"echo typed ahead\n\x03")
        assert b"^C\n~ $ " in await line.until(b"typed ahead\n~ $ ")
        await line.type(b"sleep 3600\n")
        await line.until(b"\n")
        await line.type(b"\x1c")
        assert await line.until(b"$ ") == b"^\\\n~ $ "
        await line.type(b"cat\n")
        await line.until(b"cat\n")
        await line.type(b"twice\n\x1a\x04")
        assert await line.until(b"$ ") == b"twice\ntwice\n~ $ "
        await line.type(b"nonsense\n")
        await line.until(b"found\n~ $ ")
        # The end of the input at an empty line ends it, with the last code.
        await line.type(b"\x04")
        assert await line.rest() == b"exit\n"
    assert await one_off.wait() == (200, {"exit_code": 127})


async def test_an_exit_leaves_with_the_last_code_or_another(api):
    for typed, code in ((b"false\nexit\n", 1), (b"\x03exit\n", 130), (b"exit 5\n", 5)):
        one_off = await start(api, "sh")
        async with one_off.attach(early=typed) as line:
            await line.rest()
        assert await one_off.wait() == (200, {"exit_code": code})


async def test_what_is_typed_ahead_of_the_answer_is_not_lost(api):
    one_off = await start(api, "cat")
    async with one_off.attach(early=b"early\n\x04") as line:
        assert b"".join(sorted((await line.rest()).splitlines(keepends=True))) == b"early\n" * 2


@pytest.mark.parametrize("joined", [True, False])
async def test_output_begins_together_with_the_head_of_the_answer(api, sandbox, joined):
    sandbox.settings.one_off_joined_head = joined
    one_off = await start(api, "cat /tmp/uploads/large")
    assert (await one_off.upload("large", MEGABYTE)).status_code == 200
    async with one_off.attach() as line:
        assert line.first.startswith(b"HTTP/1.1 200")
        assert line.first.endswith(b"\r\n\r\n") != joined
        assert await line.rest() == MEGABYTE


async def test_the_head_does_not_wait_for_output_for_ever(api):
    one_off = await start(api, "cat")
    async with one_off.attach() as line:
        assert line.status == 200
        await line.type(b"\x04")
        assert await line.rest() == b""


async def test_a_container_waits_for_the_first_size_of_the_terminal(api, sandbox):
    sandbox.settings.one_off_grace = 3600
    one_off = await start(api, "false")
    async with one_off.attach() as line:
        assert (await one_off.resize(width=100, height=30)).status_code == 200
        assert await line.rest() == b""
    assert await one_off.wait() == (200, {"exit_code": 1})
    # Who goes away before gets the exit code of the command all the same.
    one_off = await start(api, "echo done")
    async with one_off.attach() as line:
        await line.until(b"done\n")
    assert await one_off.wait() == (200, {"exit_code": 0})


async def test_files_come_before_anybody_attaches(api):
    one_off = await start(api, "bash")
    names = ["plain.txt", 'quo"ted\\.txt', "naïve.txt"]
    for name in names:
        content = f"content of {name}".encode()
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        body = (
            b"--mark\r\n"
            + f'Content-Disposition: form-data; name="file"; filename="{quoted}"\r\n'.encode()
            + b"Content-Type: application/octet-stream\r\n\r\n"
            + content
            + b"\r\n--mark--\r\n"
        )
        headers = {"Content-Type": "multipart/form-data; boundary=mark"}
        answer = await api.http.post(
            f"{one_off.url}/files", content=body, headers=headers, auth=one_off.auth
        )
        assert (answer.status_code, answer.content) == (200, b"")
    # Of a path only the name counts.
    assert (await one_off.upload("../../etc/passwd", b"x")).status_code == 200
    async with one_off.attach() as line:
        await line.until(b"$ ")
        await line.type(b"ls\n")
        listed = (await line.until(b"~ $ ")).decode().splitlines()[1:-1]
        assert listed == sorted([*names, "passwd"])
        answer = await one_off.upload("late", b"")
        assert (answer.status_code, "before" in answer.json()["error"]) == (400, True)


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "application/json"}, b"{}", 415),
        ({"Content-Type": "multipart/form-data; boundary=m"}, b"", 400),
        ({"Content-Type": "multipart/form-data; boundary=m"}, b"--m\r\n\r\n", 400),
        (
            {"Content-Type": "multipart/form-data; boundary=m"},
            b'--m\r\nContent-Disposition: form-data; name="other"; filename="a"\r\n\r\n\r\n--m--',
            400,
        ),
        (
            {"Content-Type": "multipart/form-data; boundary=m"},
            b'--m\r\nContent-Disposition: form-data; name="file"; filename=".."\r\n\r\n\r\n--m--',
            400,
        ),
        (
            {"Content-Type": "multipart/form-data; boundary=m"},
            b"".join(
                b'--m\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n1\r\n'
                for _ in range(2)
            )
            + b"--m--",
            400,
        ),
    ],
)
async def test_uploads_of_another_form_are_refused(api, headers, body, status):
    one_off = await start(api, "true")
    url = f"{one_off.url}/files"
    answer = await api.http.post(url, content=body, headers=headers, auth=one_off.auth)
    assert answer.status_code == status


async def test_a_file_may_have_a_hundred_mebibytes(api, monkeypatch):
    monkeypatch.setattr("scalingo_async.sandbox.routes.one_offs._LARGEST_FILE", 10)
    one_off = await start(api, "true")
    assert (await one_off.upload("a", b"x" * 10)).status_code == 200
    assert (await one_off.upload("a", b"x" * 11)).status_code == 413


@pytest.mark.parametrize("value", [0, -1, "x", "", None, 1.5, True, 70_000])
async def test_a_size_is_a_number_of_characters(api, value):
    one_off = await start(api, "size")
    answer = await one_off.resize(value, 24)
    assert (answer.status_code, set(answer.json()["errors"])) == (422, {"width"})


async def test_only_the_right_bearer_as_a_password_without_a_user_gets_in(api, sandbox):
    one_off = await start(api, "bash")
    other = sandbox.add_user("other@example.com")
    async with Api(sandbox, other.api_token, over_socket=True) as theirs:
        stranger = await theirs.exchange()
    for token in ("wrong", sandbox.api_token, stranger):
        async with one_off.attach(token=token) as line:
            assert line.status == 401
    url = f"{one_off.url}/wait"
    for more in (
        {"headers": {"Authorization": f"Bearer {one_off.token}"}},
        {"auth": ("user", one_off.token)},
        {"headers": {"Authorization": ""}},
    ):
        assert (await api.http.get(url, **more)).status_code == 401
    # None of that has started it.
    async with one_off.attach() as line:
        assert line.status == 200
        async with one_off.attach() as second:
            assert second.status == 409


async def test_who_leaves_ends_it(api, sandbox):
    one_off = await start(api, "sleep 3600")
    async with one_off.attach():
        pass
    assert await one_off.wait() == (200, {"exit_code": 129})
    assert labels(sandbox) == []


async def test_a_stop_ends_it(api, sandbox):
    path = f"/v1/apps/{sandbox.apps()[0].name}/containers"
    attached, never = [await start(api, "sleep 3600") for _ in range(2)]
    async with attached.attach() as line:
        for one_off in (attached, never):
            await api.ok("POST", f"{path}/{one_off.container['id']}/stop")
        assert await line.rest() == b""
    for one_off in (attached, never):
        assert await one_off.wait() == (200, {"exit_code": 143})


async def test_nothing_for_too_long_cuts_it():
    clock = ManualClock()
    sandbox = Sandbox(
        apps=2, rate_limit=None, operation_time=0, clock=clock, bearer_lifetime=100_000
    )
    async with sandbox.serve(), Api(sandbox, over_socket=True) as api:
        await api.sign_in()
        one_off = await start(api, "bash")
        async with one_off.attach() as line:
            await line.until(b"$ ")
            clock.advance(1000)
            await line.type(b"true\n")
            await line.until(b"$ ")
            clock.advance(1000)
            await line.type(b"true\n")
            await line.until(b"$ ")
            clock.advance(1800)
            assert await line.rest() == b""
        status, body = await one_off.wait()
        assert status == 408
        assert "inactivity" in body["error"]


async def test_who_waits_may_leave(api, sandbox):
    one_off = await start(api, "bash")
    with anyio.move_on_after(0.1):
        await one_off.wait()
    async with one_off.attach(early=b"exit 4\n") as line:
        await line.rest()
    assert await one_off.wait() == (200, {"exit_code": 4})


async def test_faults_hit_tunnels_too(api, sandbox):
    one_off = await start(api, "bash")
    sandbox.inject("one_offs.attach", status=503)
    async with one_off.attach() as line:
        assert (line.status, b"connection: close" in line.head) == (503, True)
        assert await line.rest() == b'{"error":"Service unavailable"}'
    sandbox.inject("one_offs.attach", kind="close_before")
    with pytest.raises(anyio.EndOfStream):
        async with one_off.attach():
            pass
    assert (sandbox.count("one_offs.attach"), sandbox.count("*attach", executed=False)) == (0, 2)
    sandbox.inject("one_offs.attach", kind="close_after")
    with pytest.raises(anyio.EndOfStream):
        async with one_off.attach():
            pass
    assert await one_off.wait() == (200, {"exit_code": 129})


@pytest.mark.parametrize("cut_after", [0, 1, 100_000])
async def test_a_tunnel_is_cut_after_some_bytes(api, sandbox, cut_after):
    sandbox.inject("one_offs.attach", kind="cut", bytes=cut_after)
    one_off = await start(api, "cat /tmp/uploads/large")
    await one_off.upload("large", MEGABYTE)
    assert await one_off.output() == MEGABYTE[:cut_after]
    assert await one_off.wait() == (200, {"exit_code": 129})


async def test_another_answer_is_cut_after_some_bytes(api, sandbox):
    sandbox.inject("apps.list", kind="cut", bytes=5)
    url = httpx.URL(sandbox.url)
    async with await anyio.connect_tcp(url.host, url.port) as stream:
        token = api.http.headers["Authorization"]
        head = f"GET /v1/apps HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n\r\n"
        await stream.send(head.encode())
        data = b""
        with pytest.raises(anyio.EndOfStream):
            while True:
                data += await stream.receive()
    assert data.endswith(b'\r\n\r\n{"app')


async def test_both_directions_are_held_back(api, sandbox):
    """A client that doesn't read stops the command; a command that doesn't read, the client."""
    one_off = await start(api, "bash")
    await one_off.upload("large", MEGABYTE * 20)
    async with one_off.attach(early=b"cat /tmp/uploads/large\nsleep 3600\n") as line:
        # What fits into the buffers of both ends is far less than this.
        with anyio.move_on_after(1) as scope:
            await line.type(b"\n" * len(MEGABYTE) * 50)
        assert scope.cancelled_caught


async def test_a_connect_in_pieces_is_one(api):
    one_off = await start(api, "echo whole")
    url = httpx.URL(one_off.url)
    head = (
        f"CONNECT {url.path} HTTP/1.1\r\nHost: x\r\nAuthorization: "
        f"{httpx.BasicAuth('', one_off.token)._auth_header}\r\n\r\n"
    )
    async with await anyio.connect_tcp(url.host, url.port) as stream:
        for letter in head.encode():
            await stream.send(bytes([letter]))
        data = b""
        with pytest.raises(anyio.EndOfStream):
            while True:
                data += await stream.receive()
    assert data.endswith(b"\r\n\r\nwhole\n")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"CONNECT /one-offs/none HTTP/1.1\r\nHost: x\r\n\r\n", b"401"),
        (b"CONNECT 127.0.0.1:80 HTTP/1.1\r\nHost: x\r\n\r\n", b"404"),
        (b"CONNECT /v1/apps HTTP/1.1\r\nHost: x\r\n\r\n", b"405"),
        (b"CONNECT /one-offs/none nonsense\r\n\r\n", b"400"),
        (b"CONNECT /one-offs/none HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab", b"401"),
    ],
)
async def test_other_connects_are_refused(sandbox, head, status):
    url = httpx.URL(sandbox.url)
    async with await anyio.connect_tcp(url.host, url.port) as stream:
        await stream.send(head)
        assert (await stream.receive()).split()[1] == status


async def test_in_process_there_is_no_connection_to_hand_over():
    sandbox = Sandbox(apps=2, rate_limit=None, operation_time=0)
    async with Api(sandbox) as api:
        await api.sign_in()
        one_off = await start(api, "true")
        answer = await api.http.request("CONNECT", one_off.url, auth=one_off.auth)
        assert answer.status_code == 501


async def test_many_are_forgotten(api, sandbox, monkeypatch):
    monkeypatch.setattr("scalingo_async.sandbox.world.state._ENDED_ONE_OFFS", 1)
    alive = await start(api, "bash")
    for _ in range(3):
        await (await start(api, "true")).output()
    last = await start(api, "true")
    assert list(sandbox.world.default_region.one_offs) == [
        alive.container["id"],
        *[row for row in sandbox.world.default_region.one_offs if row != alive.container["id"]][:1],
        last.container["id"],
    ]


def test_it_goes_at_once_even_when_somebody_is_attached():
    async def attached():
        sandbox = Sandbox(apps=2, rate_limit=None, operation_time=0)
        async with sandbox.serve(), Api(sandbox, over_socket=True) as api:
            await api.sign_in()
            one_off = await start(api, "sleep 3600")
            async with one_off.attach() as line:
                yield sandbox, line

    async def check():
        visit = attached()
        sandbox, _ = await anext(visit)
        await visit.aclose()
        (one_off,) = sandbox.world.default_region.one_offs.values()
        assert one_off.exit_code == 129

    anyio.run(check)


async def test_a_client_that_is_gone_before_the_end_breaks_nothing():
    class Gone:
        """A connection that has ended, as nobody has noticed yet."""

        aborted = False

        def is_closing(self):
            return False

        def write_eof(self):
            raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")

        def abort(self):
            self.aborted = True

    transport = Gone()
    with anyio.fail_after(20):
        await Tunnel(transport, lambda: None).finish()
    assert transport.aborted
