"""examples/run.py, as people use it: at a terminal, with pipes, and in the background."""

import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from contextlib import contextmanager
from fcntl import ioctl

import example_programs
import pytest
from example_programs import EXAMPLES, Process

from scalingo_async.sandbox import Sandbox

PATIENCE = 20


@pytest.fixture
def sandbox():
    with Sandbox(apps=2, rate_limit=None, operation_time=0).running() as sandbox:
        yield sandbox


@pytest.fixture
def real():
    with Sandbox(apps=2, rate_limit=None, operation_time=0, exec=True).running() as sandbox:
        yield sandbox


def command(sandbox, *arguments):
    options = ["--app", sandbox.apps()[0].name] if sandbox else []
    return ["run.py", *options, *arguments]


def environ(sandbox, **more):
    return example_programs.environment(sandbox, TERM="vt100", **more)


def run(sandbox, *arguments, input=b"", **more):
    with Process(*command(sandbox, *arguments), environ=environ(sandbox, **more)) as process:
        said = process.communicate(input)
    return subprocess.CompletedProcess(arguments, process.returncode, *said)


class Window:
    """A terminal with the program in it."""

    def __init__(self, master, slave, process):
        self.process = process
        self.slave = slave
        self._master = master
        self._shown = b""

    def until(self, end):
        """Return what is shown up to and with a piece of text."""
        limit = time.monotonic() + PATIENCE
        while end not in self._shown:
            left = limit - time.monotonic()
            ready, _, _ = select.select([self._master], [], [], max(0, left))
            assert ready, f"{end!r} was not shown, but {self._shown!r}"
            self._shown += os.read(self._master, 65_536)
        found, _, self._shown = self._shown.partition(end)
        return found + end

    def type(self, data):
        os.write(self._master, data)

    def resize(self, columns, rows):
        ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


@contextmanager
def window(sandbox, *arguments, columns=90, rows=30):
    master, slave = pty.openpty()
    ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    before = termios.tcgetattr(slave)
    try:
        with Process(
            *command(sandbox, *arguments),
            environ=environ(sandbox),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            terminal=True,
        ) as process:
            yield Window(master, slave, process)
            process.wait(PATIENCE)
            assert termios.tcgetattr(slave) == before, "the terminal was not put back"
    finally:
        os.close(slave)
        os.close(master)


def test_at_a_terminal_one_types_into_the_command(sandbox):
    with window(sandbox, "bash") as shown:
        shown.until(b"~ $ ")
        shown.type(b"size\r")
        assert b"90x30\r\n" in shown.until(b"~ $ ")
        shown.resize(120, 40)
        (one_off,) = sandbox.world.default_region.one_offs.values()
        while one_off.width == 90:
            time.sleep(0.01)
        shown.type(b"size\r")
        assert b"120x40\r\n" in shown.until(b"~ $ ")
        shown.type(b"sleep 3600\r")
        shown.until(b"3600\r\n")
        shown.type(b"\x03")
        shown.until(b"^C\r\n")
        shown.type(b"env\r")
        assert b"TERM=vt100\r\n" in shown.until(b"UPLOADS")
        shown.type(b"false\r")
        shown.until(b"false\r\n")
        shown.until(b"~ $ ")
        shown.type(b"\x04")
        shown.until(b"exit\r\n")
    assert shown.process.returncode == 1


def test_a_real_shell_works_as_well(real):
    with window(real, "env PS1='ready> ' sh") as shown:
        shown.until(b"ready> ")
        shown.type(b"stty size\r")
        assert b"30 90" in shown.until(b"ready> ")
        # What is typed is shown as well, so the words in it are not those that are waited for.
        shown.type(b'sh -c \'trap "echo inter""rupted; exit 4" INT; ')
        shown.type(b'echo ar""med; while :; do sleep 0.05; done\'\r')
        shown.until(b"armed\r\n")
        shown.type(b"\x03")
        shown.until(b"interrupted\r\n")
        shown.until(b"ready> ")
        shown.type(b"exit 7\r")
    assert shown.process.returncode == 7


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_and_puts_the_terminal_back(sandbox, number):
    with window(sandbox, "bash") as shown:
        shown.until(b"~ $ ")
        shown.process.send_signal(number)
    assert shown.process.returncode == 128 + number


def test_a_connection_that_breaks_puts_the_terminal_back(sandbox):
    sandbox.inject("one_offs.attach", kind="cut", bytes=4)
    with window(sandbox, "bash") as shown:
        shown.until(b"~ $ ")
    assert shown.process.returncode == 129


def test_while_the_container_starts_an_interrupt_ends_it(sandbox):
    fault = sandbox.inject("operations.get", delay=3600)
    with window(sandbox, "bash") as shown:
        while not fault.hits:
            time.sleep(0.01)
        shown.type(b"\x03")
    assert shown.process.returncode == 130


def test_pipes_carry_bytes(real):
    content = bytes(range(256)) * 2000
    script = "import sys; sys.stdout.buffer.write(bytes(range(256)) * 2000); sys.exit(5)"
    program, *arguments = command(real, sys.executable, "-c", script)
    done = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLES / program), *arguments],
        env=environ(real),
        input=b"",
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr, done.stdout == content) == (5, b"", True)


@pytest.mark.parametrize("given", [b"one\ntwo\n", b"one\ntwo", b""])
def test_the_end_of_a_pipe_is_the_end_of_the_input(real, given):
    done = run(real, "stty -echo; cat", input=given)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.endswith(given)


def test_input_may_be_a_file(real, tmp_path):
    path = tmp_path / "input"
    path.write_bytes(b"from a file\n")
    with path.open("rb") as file:
        with Process(*command(real, "cat"), environ=environ(real), stdin=file.fileno()) as process:
            stdout, stderr = process.communicate()
    assert (process.returncode, stderr) == (0, b"")
    assert b"from a file\n" in stdout


def test_an_interrupt_is_for_the_command(real):
    script = "trap 'echo interrupted; exit 3' INT; echo ready; while :; do sleep 0.01; done"
    with Process(*command(real, script), environ=environ(real)) as process:
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == b"^Cinterrupted\n"
    assert process.returncode == 3


def test_files_and_variables_go_along(sandbox, tmp_path):
    path = tmp_path / "a file"
    path.write_bytes(b"content")
    done = run(sandbox, "--file", str(path), "cat", "/tmp/uploads/a file")
    assert (done.returncode, done.stdout) == (0, b"content")
    done = run(sandbox, "-e", "COLOUR=blue", "-e", "EMPTY=", "--size", "L", "env")
    assert {b"COLOUR=blue", b"EMPTY=", b"CONTAINER_SIZE=L"} <= set(done.stdout.splitlines())


def test_in_the_background_it_says_where_the_output_is(sandbox):
    done = run(sandbox, "--detached", "echo", "x")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == b"Started one-off-1; its output goes to the logs of the app\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), b"an app and a command are required"),
        (("--", "x"), b"an app and a command are required"),
        (("-a", "x", "--env", "NAME", "x"), b"'NAME' is not NAME=VALUE"),
        (("-a", "x", "-d", "-f", "y", "z"), b"can't get files"),
    ],
)
def test_what_cannot_be_is_told(arguments, message):
    done = run(None, *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert message in done.stderr


def test_failures_are_one_line(sandbox):
    done = run(sandbox, "-f", "/missing", "x")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"run: ")
    done = run(None, "-a", "x", "y")
    assert done.returncode == 1
    assert done.stderr.startswith(b"run: ")
    assert done.stderr.count(b"\n") == 1
    done = run(sandbox, "-a", "missing", "x")
    assert done.returncode == 1
    assert done.stderr.startswith(b"run: ")
    assert done.stderr.count(b"\n") == 1


def test_it_helps():
    done = run(None, "--help")
    assert done.returncode == 0
    assert b"one-off container" in done.stdout
