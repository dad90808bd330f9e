"""One-off containers: what is run, printed, typed and uploaded, and how it ends."""

import inspect
import io
import logging
import os
import pickle
import ssl
import threading
import traceback
from functools import partial
from pathlib import PurePath
from types import SimpleNamespace

import anyio
import pytest
import trustme
from api_facts import OPERATIONS, FakeTransport
from sandbox_client import client_of, served
from tls_relay import behind_tls

from scalingo_async import (
    APIConnectionError,
    APITimeoutError,
    AsyncClient,
    AuthenticationError,
    ClientClosedError,
    Headers,
    InvalidArgumentError,
    NotFoundError,
    OneOffFailedError,
    OneOffInactiveError,
    OneOffResult,
    OperationFailedError,
    Response,
    ResponseDecodeError,
    ResponseTooLargeError,
    ServerError,
    Terminal,
    UntrustedURLError,
)
from scalingo_async.files.multipart import FilePart
from scalingo_async.models.containers import Container
from scalingo_async.resources import one_offs as one_offs_module
from scalingo_async.resources.one_offs import OneOffs
from scalingo_async.sandbox import ManualClock, Sandbox
from scalingo_async.streams.terminals import (
    ATTACH,
    RESIZE,
    UPLOAD_FILE,
    WAIT,
    Output,
    Typed,
    converse,
)
from scalingo_async.types import UNSET
from scalingo_async.waiting import polling

pytestmark = pytest.mark.anyio

MEGABYTE = bytes(range(256)) * 4096


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(polling, "FIRST_PAUSE", 0.01)


@pytest.fixture
async def sandbox():
    async with served(Sandbox(apps=3, rate_limit=None, operation_time=0)) as sandbox:
        yield sandbox


@pytest.fixture
async def real():
    """A sandbox that runs real commands."""
    async with served(Sandbox(apps=3, rate_limit=None, operation_time=0, exec=True)) as sandbox:
        yield sandbox


@pytest.fixture
async def client(sandbox):
    async with client_of(sandbox) as client:
        yield client


@pytest.fixture
def app(sandbox):
    return sandbox.apps()[0].name


async def started(client, app, command, **more):
    """Start a container by hand; returns where it is."""
    container = await client.apps.run(app, command=command, **more)
    operation = await client.operations.pending(app, container.operation_id).wait()
    return operation.start_one_off_data.attach_url


def one_offs(sandbox):
    return [row for row in sandbox.apps()[0].containers if row.type == "one-off"]


async def happens(check):
    """Wait until something is so, which nobody tells."""
    while not check():  # noqa: ASYNC110
        await anyio.sleep(0.01)


async def until(terminal, end):
    data = b""
    while end not in data:
        data += await terminal.receive()
    return data


# -- a whole run -------------------------------------------------------------------------------


async def test_a_run_returns_the_output_and_the_exit_code(client, app, sandbox):
    result = await client.one_offs.run(app, "echo hello there")
    assert isinstance(result, OneOffResult)
    assert (result.output, result.text, result.exit_code) == (
        b"hello there\n",
        "hello there\n",
        0,
    )
    assert result.container.label == "one-off-1"
    assert "output" not in repr(result)
    assert one_offs(sandbox) == []


async def test_the_words_of_a_command_are_quoted(client, app):
    result = await client.one_offs.run(app, ["echo", "a  b", "it's", "$HOME"])
    assert result.text == "a  b it's $HOME\n"


async def test_an_exit_code_is_an_error_where_it_is_asked_for(client, app):
    assert (await client.one_offs.run(app, "exit 3")).exit_code == 3
    with pytest.raises(
        OneOffFailedError, match=f"^one-off-2 of {app} ended with exit code 127$"
    ) as e:
        await client.one_offs.run(app, "nonsense", check=True)
    error = pickle.loads(pickle.dumps(e.value))
    assert (error.exit_code, error.output) == (127, b"sh: nonsense: command not found\n")
    assert error.container.label == "one-off-2"
    assert (await client.one_offs.run(app, "true", check=True)).exit_code == 0


async def test_the_environment_is_that_of_the_official_client_and_yours(client, app, monkeypatch):
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("TERM", "xterm-kitty")
    result = await client.one_offs.run(app, "env", env={"COLOUR": "blue"}, size="L")
    lines = result.text.splitlines()
    assert {"COLOUR=blue", "TERM=dumb", "CLIENT_OS=windows", "CONTAINER_SIZE=L"} <= set(lines)
    result = await client.one_offs.run(app, "env", env={"TERM": "vt100", "CLIENT_OS": "beos"})
    assert {"TERM=vt100", "CLIENT_OS=beos"} <= set(result.text.splitlines())
    async with client.one_offs.terminal(app, "env") as terminal:
        assert b"TERM=xterm-kitty\n" in await until(terminal, b"UPLOADS")
    monkeypatch.delenv("TERM")
    async with client.one_offs.terminal(app, "env") as terminal:
        assert b"TERM=xterm\n" in await until(terminal, b"UPLOADS")


@pytest.mark.parametrize("joined", [True, False])
async def test_a_megabyte_that_begins_with_the_head_comes_byte_for_byte(
    client, app, sandbox, joined, tmp_path
):
    sandbox.settings.one_off_joined_head = joined
    path = tmp_path / "large.bin"
    path.write_bytes(MEGABYTE)
    result = await client.one_offs.run(app, "cat /tmp/uploads/large.bin", files=[path])
    assert (result.output == MEGABYTE, result.exit_code) == (True, 0)


async def test_a_real_command_prints_a_megabyte_and_its_exit_code_comes(real):
    app = real.apps()[0].name
    command = "head -c 1048576 /dev/zero | tr '\\0' x; exit 5"
    async with client_of(real) as client:
        result = await client.one_offs.run(app, command)
        assert (result.output == b"x" * 1_048_576, result.exit_code) == (True, 5)
        result = await client.one_offs.run(
            app, 'cat "$UPLOADS/a.txt"', files=[("a.txt", b"content")]
        )
        assert result.output == b"content"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("one\ntwo\n", b"one\ntwo\n"),
        (b"one\ntwo\n", b"one\ntwo\n"),
        # Without an end of its own the last line takes two keys to be one.
        ("one\ntwo", b"one\ntwo"),
        (None, b""),
        ("", b""),
    ],
)
async def test_what_is_typed_in_is_read_and_then_it_ends(real, given, shown):
    async with client_of(real) as client:
        command = ["sh", "-c", "stty -echo; cat"]
        # The terminal repeats what was typed before the command could forbid it.
        result = await client.one_offs.run(real.apps()[0].name, command, input=given)
    assert result.exit_code == 0
    assert result.output.endswith(shown)
    assert len(result.output) <= 2 * len(shown)


async def test_a_command_that_does_not_read_all_ends_all_the_same(client, app):
    result = await client.one_offs.run(app, "echo done", input="line\n" * 1_000_000)
    assert result.output.endswith(b"done\n")


async def test_output_goes_to_a_function_or_a_file_as_it_comes(client, app, tmp_path):
    files = [("large", MEGABYTE)]
    run = client.one_offs.run
    pieces = []

    async def take(data):
        await anyio.lowlevel.checkpoint()
        pieces.append(data)

    class Few(io.RawIOBase):
        """Takes little at a time, as unbuffered files may."""

        def write(self, data):
            pieces.append(bytes(data[:70_000]))
            return min(len(data), 70_000)

    for stdout in (pieces.append, take, Few()):
        result = await run(app, "cat /tmp/uploads/large", files=files, stdout=stdout, max_output=0)
        assert (b"".join(pieces) == MEGABYTE, result.output) == (True, b"")
        pieces.clear()
    buffer = io.BytesIO()
    await run(app, "cat /tmp/uploads/large", files=files, stdout=buffer)
    assert buffer.getvalue() == MEGABYTE
    async with await anyio.open_file(tmp_path / "out", "wb") as file:
        await run(app, "cat /tmp/uploads/large", files=files, stdout=file)
    assert (tmp_path / "out").read_bytes() == MEGABYTE


async def test_of_output_that_went_elsewhere_an_error_keeps_the_end(client, app):
    with pytest.raises(OneOffFailedError) as caught:
        await client.one_offs.run(
            app,
            "cat /tmp/uploads/large /missing",
            files=[("large", MEGABYTE)],
            stdout=io.BytesIO(),
            check=True,
        )
    expected = MEGABYTE + b"cat: /missing: No such file or directory\n"
    assert caught.value.output == expected[-65_536:]


async def test_too_much_output_says_what_to_do(client, app, sandbox):
    with pytest.raises(ResponseTooLargeError, match="more than 1000 bytes: pass a file"):
        await client.one_offs.run(
            app, "cat /tmp/uploads/large", files=[("large", MEGABYTE)], max_output=1000
        )
    result = await client.one_offs.run(
        app, "cat /tmp/uploads/f", files=[("f", b"x" * 1000)], max_output=1000
    )
    assert len(result.output) == 1000


async def test_an_error_of_the_sink_is_the_callers(client, app, sandbox):
    def refuse(_data):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await client.one_offs.run(app, "echo x", stdout=refuse)


async def test_detached_it_is_started_and_left_alone(client, app, sandbox):
    result = await client.one_offs.run(app, "echo detached", detached=True)
    assert (result.exit_code, result.output) == (None, b"")
    await client.operations.pending(app, result.container.operation_id).wait()
    assert sandbox.count("one_offs.*", executed=False) == 0
    assert any("echo detached" in line.text for line in sandbox.apps()[0].logs)


async def test_files_are_paths_and_pairs_in_any_order(client, app, tmp_path):
    (tmp_path / "one").write_bytes(b"1\n")
    (tmp_path / "three").write_bytes(b"3\n")
    files = [tmp_path / "one", ("two", b"2\n"), str(tmp_path / "three")]
    result = await client.one_offs.run(
        app, "cat /tmp/uploads/one /tmp/uploads/two /tmp/uploads/three", files=files
    )
    assert result.output == b"1\n2\n3\n"


async def test_what_is_not_utf_8_is_replaced_in_the_text(client, app):
    result = await client.one_offs.run(app, "cat /tmp/uploads/f", files=[("f", b"a\xffb")])
    assert (result.output, result.text) == (b"a\xffb", "a\ufffdb")


# -- what can't be right -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "more", "message"),
    [
        ("", {}, "command is empty"),
        ("  ", {}, "command is empty"),
        ([], {}, "command is empty"),
        ([1], {}, r"command\[0\] must be a str"),
        ("x", {"env": {"A": 1}}, "must be a str"),
        ("x", {"input": 5}, "^input must be"),
        ("x", {"stdout": "a path"}, r"^stdout must be .* write open\('a path', 'wb'\)"),
        ("x", {"stdout": 5}, "^stdout must be [^;]*$"),
        ("x", {"max_output": -1}, "^max_output"),
        ("x", {"max_output": True}, "max_output"),
        ("x", {"start_timeout": -1}, "^start_timeout"),
        ("x", {"start_timeout": "5"}, "start_timeout"),
        ("x", {"files": [("a/b", b"")]}, "is not a valid name"),
        ("x", {"files": [5]}, r"files\[0\] must be a path"),
        ("x", {"files": "a-path"}, r"^files must be a list .* write \['a-path'\]"),
        ("x", {"files": PurePath("a-path")}, r"^files must be a list .* write \["),
        ("x", {"files": 5}, r"^files must be [^;]*$"),
        ("x", {"env": {"A": "\ud800"}}, "can't be sent"),
        ("x", {"files": ["/"]}, "not a file"),
        ("x", {"detached": True, "input": ""}, "nobody is attached"),
        ("x", {"detached": True, "files": [("a", b"")]}, "nobody is attached"),
        ("x", {"detached": True, "stdout": print}, "nobody is attached"),
        ("x", {"detached": True, "check": True}, "nobody is attached"),
        ("x", {"wrong": 1}, "unknown argument"),
    ],
)
async def test_a_run_that_cannot_be_is_refused_before_anything_is_sent(
    client, app, sandbox, command, more, message
):
    with pytest.raises(InvalidArgumentError, match=message):
        await client.one_offs.run(app, command, **more)
    assert sandbox.requests == []


@pytest.mark.parametrize(
    ("size", "wrong"),
    [
        ({"columns": 80}, "height"),
        ({"rows": 24}, "width"),
        ({"columns": 0, "rows": 24}, "width"),
        ({"columns": 24, "rows": 65_536}, "height"),
    ],
)
async def test_a_terminal_has_two_sides(client, app, sandbox, size, wrong):
    with pytest.raises(InvalidArgumentError, match=rf"^the {wrong} of a terminal must be"):
        async with client.one_offs.terminal(app, "bash", **size):
            pass
    assert sandbox.requests == []


async def test_what_cannot_be_is_refused_before_the_url_is_looked_at(client):
    nowhere = "https://example.com:5000/x"
    with pytest.raises(InvalidArgumentError, match="width of a terminal"):
        await client.one_offs.resize(nowhere, width=0, height=1)
    # It is told by the call, not only when the block is entered.
    with pytest.raises(InvalidArgumentError, match="timeout"):
        client.one_offs.attach(nowhere, timeout=-1)


async def test_a_missing_file_is_told_before_anything_is_sent(client, app, sandbox, tmp_path):
    with pytest.raises(FileNotFoundError):
        await client.one_offs.run(app, "ls", files=[tmp_path / "missing"])
    assert sandbox.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://example.com:5000/x",
        "http://one-off.scalingo.com:5000/x",
        "https://user@one-off.scalingo.com:5000/x",
        "https://scalingo.com.evil.example:5000/x",
        "ftp://one-off.scalingo.com/x",
    ],
)
async def test_no_credential_goes_anywhere_else(client, sandbox, url):
    with pytest.raises(UntrustedURLError):
        async with client.one_offs.attach(url):
            pass
    for call in (
        lambda: client.one_offs.resize(url, width=1, height=1),
        lambda: client.one_offs.upload_file(url, b"", name="a"),
        lambda: client.one_offs.wait(url),
    ):
        with pytest.raises(UntrustedURLError):
            await call()
    assert sandbox.requests == []


# -- the terminal ------------------------------------------------------------------------------


async def test_a_terminal_to_type_in(client, app, sandbox):
    async with client.one_offs.terminal(app, "bash", columns=100, rows=30) as terminal:
        assert isinstance(terminal, Terminal)
        assert terminal.container.label == "one-off-1"
        assert await until(terminal, b"$ ") == b"~ $ "
        await terminal.send(b"size\n")
        assert b"100x30" in await until(terminal, b"$ ")
        await terminal.resize(132, 43)
        await terminal.send(b"size\n")
        assert b"132x43" in await until(terminal, b"$ ")
        await terminal.send(b"sleep 3600\n")
        await terminal.interrupt()
        assert b"^C" in await until(terminal, b"$ ")
        await terminal.suspend()
        await terminal.quit()
        assert b"^\\" in await until(terminal, b"$ ")
        await terminal.send(b"xy\x7f\x7f")
        assert await terminal.receive(1) == b"x"
        await until(terminal, b"\b \b\b \b")
        with pytest.raises(InvalidArgumentError, match="width of a terminal"):
            await terminal.resize(0, 1)
        await terminal.send(b"exit 9\n")
        await until(terminal, b"\n")
        with pytest.raises(anyio.EndOfStream):
            await terminal.receive()
        assert await terminal.wait() == 9
    with pytest.raises(ClientClosedError):
        await terminal.send(b"too late")
    await terminal.aclose()


async def test_each_key_is_one_byte():
    class Connection:
        sent = b""

        async def send(self, data):
            self.sent += data

    connection = Connection()
    terminal = Terminal(None, None, connection, {})
    for press in (terminal.interrupt, terminal.quit, terminal.suspend, terminal.send_eof):
        await press()
    assert connection.sent == b"\x03\x1c\x1a\x04"


async def test_the_end_of_the_input_is_one_key(client, app):
    async with client.one_offs.terminal(app, "cat") as terminal:
        await terminal.send(b"x\n")
        await terminal.send_eof()
        assert b"".join([piece async for piece in terminal]) == b"x\nx\n"
        assert await terminal.wait() == 0


async def test_a_size_that_cannot_be_set_is_no_reason_to_go(client, app, sandbox, caplog):
    caplog.set_level(logging.INFO, logger="scalingo_async")
    sandbox.inject("one_offs.resize", status=500, times=None)
    async with client.one_offs.terminal(app, "echo x", columns=80, rows=24) as terminal:
        assert await terminal.receive() == b"x\n"
    said = [record.getMessage() for record in caplog.records]
    assert "The size of a terminal could not be set: ServerError" in said


async def test_the_steps_one_by_one(client, app, sandbox, tmp_path):
    url = await started(client, app, "bash")
    (tmp_path / 'na"ïve\\.txt').write_bytes(b"from a path\n")
    await client.one_offs.upload_file(url, tmp_path / 'na"ïve\\.txt')
    await client.one_offs.upload_file(url, str(tmp_path / 'na"ïve\\.txt'), name="other.txt")
    await client.one_offs.upload_file(url, b"", name="empty")
    await client.one_offs.resize(url, width=90, height=20)
    async with client.one_offs.attach(url) as terminal:
        assert terminal.container is None
        await until(terminal, b"$ ")
        await terminal.send(b"ls\n")
        listed = (await until(terminal, b"~ $ ")).decode().splitlines()[1:-1]
        assert listed == ["empty", 'na"ïve\\.txt', "other.txt"]
        await terminal.send(b"cat /tmp/uploads/other.txt\n")
        assert b"from a path\n" in await until(terminal, b"$ ")
        await terminal.send(b"size\n")
        assert b"90x20" in await until(terminal, b"$ ")
        await terminal.send(b"exit 6\n")
    assert (await client.one_offs.wait(url)).exit_code in {6, 129}
    (sent,) = {row.authorization for row in sandbox.requests if row.api == "one_offs"}
    assert sent == "basic"
    assert {row.limit_key for row in sandbox.requests if row.api == "one_offs"} == {None}


# -- files -------------------------------------------------------------------------------------


async def test_a_file_has_a_length_and_is_sent_as_it_is_read(client, app, sandbox, tmp_path):
    path = tmp_path / "large"
    path.write_bytes(MEGABYTE)
    url = await started(client, app, "cat /tmp/uploads/large")
    await client.one_offs.upload_file(url, path)
    part = await FilePart.of(path)
    pieces = [piece async for piece in part.open()]
    assert max(map(len, pieces)) <= 65_536
    assert sum(map(len, pieces)) == int(part.headers["content-length"])
    (record,) = [row for row in sandbox.requests if row.operation == "one_offs.upload_file"]
    assert record.headers["content-length"] == part.headers["content-length"]
    async with client.one_offs.attach(url) as terminal:
        assert b"".join([piece async for piece in terminal]) == MEGABYTE


async def test_a_file_may_have_a_hundred_mebibytes(client, app, sandbox, tmp_path):
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024 + 1)
    with pytest.raises(InvalidArgumentError, match=r"104857601 bytes; .* at most 104857600"):
        await client.one_offs.run(app, "ls", files=[path])
    assert sandbox.requests == []
    with path.open("r+b") as file:
        file.truncate(100 * 1024 * 1024)
    assert (await FilePart.of(path)).size == 100 * 1024 * 1024


async def test_a_file_that_shrinks_meanwhile_is_told(client, app, tmp_path):
    path = tmp_path / "shrinking"
    path.write_bytes(b"x" * 100)
    part = await FilePart.of(path)
    path.write_bytes(b"")
    with pytest.raises(InvalidArgumentError, match="became shorter"):
        [piece async for piece in part.open()]


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\r\nX: y", "a\0b", "\ud800", "x" * 256])
async def test_a_name_stays_a_name(client, sandbox, name):
    url = "https://one-off.scalingo.com:5000/x"
    with pytest.raises(InvalidArgumentError, match=r"name for a file|name of a file"):
        await client.one_offs.upload_file(url, b"content", name=name)
    with pytest.raises(InvalidArgumentError, match="needs a name"):
        await client.one_offs.upload_file(url, b"content")


async def test_a_file_that_is_refused_stops_the_container(client, app, sandbox):
    sandbox.inject("one_offs.upload_file", status=500)
    with pytest.raises(ServerError):
        await client.one_offs.run(app, "ls", files=[("a", b"")])
    assert sandbox.count("containers.stop") == 1
    assert sandbox.count("one_offs.attach", executed=False) == 0


# -- what goes wrong ---------------------------------------------------------------------------


async def test_a_cut_for_inactivity_is_an_error_of_its_own(app):
    clock = ManualClock()
    sandbox = Sandbox(apps=3, rate_limit=None, operation_time=0, clock=clock)
    sandbox.settings.bearer_lifetime = 100_000
    async with served(sandbox), client_of(sandbox) as client:
        url = await started(client, app, "bash")
        async with client.one_offs.attach(url) as terminal:
            await until(terminal, b"$ ")
            clock.advance(1800)
            with pytest.raises(anyio.EndOfStream):
                await terminal.receive()
            with pytest.raises(OneOffInactiveError, match="inactive") as caught:
                await terminal.wait()
        assert caught.value.status_code == 408
        assert "closed for inactivity" in caught.value.body
        assert caught.value.url == f"{url}/wait"
        # It is a result: asking again would not change it.
        assert sandbox.count("one_offs.wait", executed=False) == 1

        printed = []

        async def clock_goes_on():
            await happens(lambda: b"typed" in b"".join(printed))
            while True:
                # What comes a moment later begins the time anew.
                clock.advance(1800)
                await anyio.sleep(0.05)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(clock_goes_on)
            with pytest.raises(OneOffInactiveError) as caught:
                await client.one_offs.run(app, "sleep 3600", input="typed\n", stdout=printed.append)
            tasks.cancel_scope.cancel()
        assert caught.value.output == b"".join(printed)
        assert caught.value.output.startswith(b"typed")


async def test_a_wrong_token_is_refused_and_an_old_one_renewed(client, app, sandbox):
    url = await started(client, app, "echo x")
    sandbox.expire_bearers()
    async with client.one_offs.attach(url) as terminal:
        assert await terminal.receive() == b"x\n"
    assert sandbox.exchanges == 2
    other = sandbox.add_user("other@example.com")
    async with client_of(sandbox, api_token=other.api_token) as theirs:
        url = await started(client, app, "echo x")
        for call in (theirs.one_offs.wait(url), theirs.one_offs.resize(url, width=1, height=1)):
            with pytest.raises(AuthenticationError):
                await call
        with pytest.raises(AuthenticationError):
            async with theirs.one_offs.attach(url):
                pass


async def test_a_container_that_is_gone_is_not_found(client, app):
    result = await client.one_offs.run(app, "true")
    url = f"{client_url(client)}/one-offs/{result.container.id}"
    with pytest.raises(NotFoundError):
        async with client.one_offs.attach(url):
            pass


def client_url(client):
    return client._lookup.hosts.regional.reveal().removesuffix("/v1")


async def test_refusals_on_the_way_are_tried_again_as_for_any_call(client, app, sandbox):
    sandbox.inject("one_offs.attach", kind="429")
    sandbox.inject("one_offs.wait", status=503, times=2)
    sandbox.inject("one_offs.wait", kind="close_before", after=2)
    assert (await client.one_offs.run(app, "exit 4", max_retries=3)).exit_code == 4
    # Of an attach nobody knows whether it has started the command.
    sandbox.inject("one_offs.attach", kind="close_after")
    with pytest.raises(APIConnectionError):
        await client.one_offs.run(app, "true")
    assert sandbox.count("one_offs.attach", executed=False) == 3


async def test_a_cut_in_the_middle_shows_in_the_exit_code(client, app, sandbox):
    sandbox.inject("one_offs.attach", kind="cut", bytes=300_000)
    result = await client.one_offs.run(app, "cat /tmp/uploads/large", files=[("large", MEGABYTE)])
    assert (result.output == MEGABYTE[:300_000], result.exit_code) == (True, 129)


async def test_a_container_that_does_not_start_is_told_and_stopped(client, app, sandbox):
    sandbox.fail_next_operation("no more room")
    with pytest.raises(OperationFailedError, match="no more room"):
        await client.one_offs.run(app, "true")
    assert sandbox.count("containers.stop") == 1


async def test_a_container_without_a_place_is_told(client, app, sandbox, monkeypatch):
    monkeypatch.setattr(
        "scalingo_async.sandbox.routes.operations.operation_view",
        lambda call, operation: {"id": operation.id, "status": "done"},
    )
    with pytest.raises(ResponseDecodeError, match=r"attach_url is empty or missing") as caught:
        await client.one_offs.run(app, "true")
    assert caught.value.path == "$.operation.start_one_off_data.attach_url"


class _Wrong:
    """A field that holds no id, whatever is put there."""

    def __get__(self, container, kind=None):
        return ".."

    def __set__(self, container, value):
        pass


async def test_an_operation_without_an_id_is_told(client, app, monkeypatch):
    monkeypatch.setattr(Container, "operation_id", _Wrong())
    with pytest.raises(ResponseDecodeError, match="does not say how to go on") as caught:
        await client.one_offs.run(app, "true")
    assert caught.value.path == "$.operation"


async def test_a_container_that_cannot_be_stopped_is_tried_to_be_once(client, app, sandbox, caplog):
    caplog.set_level(logging.INFO, logger="scalingo_async")
    sandbox.fail_next_operation("no more room")
    sandbox.inject("containers.stop", status=429, times=None)
    with pytest.raises(OperationFailedError, match="no more room"):
        await client.one_offs.run(app, "true")
    assert sandbox.count("containers.stop", executed=False) == 1
    said = [record.getMessage() for record in caplog.records]
    assert "A one-off container could not be stopped: RateLimitError" in said


async def test_a_silent_command_is_waited_for(client, app, sandbox):
    """The silence of `wait` has no limit, unless one is given."""
    quick = client.with_options(timeout=0.3)
    url = await started(client, app, "bash")
    with pytest.raises(APITimeoutError):
        await client.one_offs.wait(url, timeout=0.2, max_retries=0)
    async with anyio.create_task_group() as tasks, client.one_offs.attach(url) as terminal:
        ended = []

        async def wait():
            ended.append((await quick.one_offs.wait(url)).exit_code)

        tasks.start_soon(wait)
        await anyio.sleep(0.6)
        assert ended == []
        await terminal.send(b"exit 2\n")
        async for _ in terminal:
            pass
    assert ended == [2]


async def test_what_is_typed_in_does_not_show_when_it_is_cancelled():
    class Deaf:
        async def send(self, item):
            assert item == b"canary\x04\x04"
            await anyio.sleep_forever()

    with anyio.move_on_after(0):
        try:
            await Typed("canary").into(Deaf())
        except anyio.get_cancelled_exc_class() as error:
            shown = traceback.TracebackException.from_exception(error, capture_locals=True)
            assert [frame.name for frame in shown.stack][1:] == ["into"]
            raise


# -- leaving -----------------------------------------------------------------------------------


def is_gone(pid):
    """Tell whether there is no process of an id, not even one that nobody has reaped."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def test_cancelling_closes_the_connection_and_the_process_is_reaped(real):
    app = real.apps()[0].name
    printed = bytearray()

    async with client_of(real) as client:
        with anyio.CancelScope() as scope:

            def take(data):
                printed.extend(data)
                if b"\n" in printed:
                    scope.cancel()

            await client.one_offs.run(app, "echo $$; sleep 3600", stdout=take)
        assert scope.cancelled_caught
        with anyio.fail_after(1):
            await happens(lambda: is_gone(int(printed)))
            (one_off,) = real.world.default_region.one_offs.values()
            await happens(lambda: one_off.ended)
        assert one_off.exit_code == 129


@pytest.mark.parametrize(
    "operation",
    ["apps.run", "operations.get", "one_offs.upload_file", "one_offs.attach", "one_offs.wait"],
)
async def test_it_can_be_cancelled_anywhere(client, app, sandbox, operation):
    sandbox.inject(operation, delay=3600)
    run = partial(client.one_offs.run, app, "echo x", files=[("a", b"")])
    with anyio.fail_after(10) as limit:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(run)
            await happens(lambda: sandbox.count(operation, executed=False))
            tasks.cancel_scope.cancel()
            limit.deadline = anyio.current_time() + 1
    # One that nobody will attach to is stopped.
    left_behind = operation in {"operations.get", "one_offs.upload_file", "one_offs.attach"}
    assert sandbox.count("containers.stop") == left_behind
    assert [row for row in one_offs(sandbox) if row.state == "running"] == []


async def test_a_container_that_cannot_be_stopped_does_not_hold_up_a_cancellation(
    client, app, sandbox
):
    sandbox.inject("operations.get", delay=3600)
    sandbox.inject("containers.stop", delay=3600)
    with anyio.fail_after(10) as limit:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(client.one_offs.run, app, "echo x")
            await happens(lambda: sandbox.count("operations.get", executed=False))
            tasks.cancel_scope.cancel()
            limit.deadline = anyio.current_time() + 1


async def test_leaving_a_terminal_closes_it(client, app, sandbox):
    async with client.one_offs.terminal(app, "sleep 3600") as terminal:
        url = terminal._url.reveal()
    with anyio.fail_after(1):
        assert (await client.one_offs.wait(url)).exit_code == 129


async def test_closing_the_client_ends_its_terminals(client, app, sandbox):
    async with client.one_offs.terminal(app, "sleep 3600") as terminal:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(client.aclose)
            with pytest.raises(ClientClosedError):
                await terminal.receive()


# -- over TLS ----------------------------------------------------------------------------------


async def test_over_tls_too(sandbox, app):
    authority = trustme.CA()
    context = ssl.create_default_context()
    authority.configure_trust(context)
    async with behind_tls(sandbox.url, authority) as url:
        environ = {"api_url": url, "auth_url": f"{url}/auth", "database_url": url}
        async with client_of(sandbox, ssl_context=context, **environ) as client:
            plain = await started(client, app, "cat /tmp/uploads/large")
            secure = plain.replace(sandbox.url, url).replace("http://", "https://")
            await client.one_offs.upload_file(secure, MEGABYTE, name="large")
            async with client.one_offs.attach(secure) as terminal:
                assert b"".join([piece async for piece in terminal]) == MEGABYTE
            assert (await client.one_offs.wait(secure)).exit_code == 0
        async with client_of(sandbox, **environ) as stranger:
            with pytest.raises(APIConnectionError, match="certificate"):
                async with stranger.one_offs.attach(secure):
                    pass


class TextFile(io.StringIO):
    flushes = 0

    def flush(self) -> None:
        self.flushes += 1


async def test_output_goes_to_a_file_of_text_as_it_comes():
    text = TextFile()
    output = Output(text, 0)
    for piece in (b"caf", b"\xc3", b"\xa9 \xff"):
        await output.take(piece)
    assert text.getvalue() == "café \ufffd"
    # What was written before is to be seen first, and each piece when it comes.
    assert text.flushes == 6


async def test_what_has_an_encoding_takes_text():
    class Cell:
        """What a notebook prints to is no file of Python's."""

        encoding = "utf-8"
        text = ""

        def write(self, text):
            self.text += text

        def flush(self):
            pass

    cell = Cell()
    await Output(cell, 0).take("é".encode())
    assert cell.text == "é"


async def test_a_write_that_blocks_holds_no_cancellation_up():
    begun, let = threading.Event(), threading.Event()
    ended = []

    class Blocked:
        def write(self, data):
            begun.set()
            let.wait(30)
            ended.append(data)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(Output(Blocked(), 0).take, b"x")
        await happens(begun.is_set)
        tasks.cancel_scope.cancel()
    assert ended == []
    let.set()


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (None, b"\x04"),
        ("", b"\x04"),
        ("x\n", b"x\n\x04"),
        (b"x\n", b"x\n\x04"),
        ("x", b"x\x04\x04"),
    ],
)
async def test_the_end_of_the_input_takes_one_key_or_two(given, sent):
    typed = []

    class Typewriter:
        async def send(self, data):
            typed.append(data)

    await Typed(given).into(Typewriter())
    assert typed == [sent]


async def test_a_command_that_has_ended_is_typed_into_no_longer():
    class Ended:
        def __aiter__(self):
            return self

        async def __anext__(self):
            await anyio.lowlevel.checkpoint()
            raise StopAsyncIteration

        async def send(self, data):
            await anyio.sleep_forever()

    with anyio.fail_after(30):
        await converse(Ended(), Typed("x"), Output(None, 10))


def test_what_is_typed_in_is_text_or_bytes():
    with pytest.raises(InvalidArgumentError, match=r"^input must be a str or bytes"):
        Typed(5)


async def test_output_goes_behind_what_a_file_of_text_has_not_written_yet(tmp_path):
    with (tmp_path / "output").open("w", encoding="utf-8") as file:
        file.write("before ")
        await Output(file, 0).take(b"\xff")
        assert (tmp_path / "output").read_bytes() == b"before \xff"


async def test_of_what_went_elsewhere_only_the_end_is_kept():
    output = Output(lambda data: None, 0)
    for _ in range(3):
        await output.take(b"x" * 40_000)
        assert len(output.kept) <= 65_536
    assert output.tail == b"x" * 65_536
    assert output.collected == b""


async def test_the_limit_of_what_is_kept_is_for_all_pieces_together():
    output = Output(None, 10)
    await output.take(b"x" * 6)
    await output.take(b"x" * 4)
    with pytest.raises(ResponseTooLargeError):
        await output.take(b"x")
    assert output.collected == b"x" * 10


async def test_the_size_of_a_terminal_is_sent_as_json():
    sent = []

    class Api(FakeTransport):
        async def send(self, request):
            await anyio.lowlevel.checkpoint()
            sent.append((request.headers["content-type"], request.content))
            return Response(200, Headers(), b"")

    async with AsyncClient(transport=Api(), bearer_token="t", rate_limit=None) as client:
        await client.one_offs.resize("https://one-off.scalingo.com/x", width=80, height=24)
    assert sent == [("application/json", b'{"width":"80","height":"24"}')]


def test_what_a_run_takes_by_default():
    for method in (OneOffs.run, OneOffs.terminal):
        assert inspect.signature(method).parameters["start_timeout"].default == 600.0
    assert inspect.signature(OneOffs.run).parameters["max_output"].default == 16_777_216
    assert inspect.signature(Terminal.receive).parameters["max_bytes"].default == 65_536


@pytest.mark.parametrize(
    ("platform", "system"),
    [("win32", "windows"), ("cygwin", "windows"), ("linux", "linux"), ("darwin", "darwin")],
)
def test_a_command_is_told_the_system_as_the_official_client_tells_it(
    monkeypatch, platform, system
):
    monkeypatch.setattr(one_offs_module, "sys", SimpleNamespace(platform=platform))
    body = one_offs_module._body("x", {}, UNSET, "dumb", detached=False)
    assert body["env"]["CLIENT_OS"].reveal() == system


def test_the_operations_are_declared_as_the_facts_have_them():
    for endpoint in (ATTACH, RESIZE, UPLOAD_FILE, WAIT):
        fact = OPERATIONS[endpoint.id]
        assert (endpoint.method, endpoint.path) == (fact["method"], fact["path"])
