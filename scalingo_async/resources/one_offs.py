"""One-off containers: run a command, or use its terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final, TypeAlias, Unpack, cast

import anyio

from scalingo_async._core.absent import present, present_id
from scalingo_async._core.answer_text import one_line
from scalingo_async._core.arguments import optional_seconds, shown, wrong_kind
from scalingo_async._core.encoding import encode_body
from scalingo_async._core.endpoint import performs
from scalingo_async._core.misuse import block
from scalingo_async._core.secrets import Hidden, RedactedDict, conceals, hidden_frames, reveal
from scalingo_async.errors import (
    InvalidArgumentError,
    OneOffInactiveError,
    ScalingoError,
)
from scalingo_async.files.multipart import FilePart
from scalingo_async.log import logger
from scalingo_async.models.containers import Container
from scalingo_async.models.one_offs import OneOffExit
from scalingo_async.resources.apps import command_line, start_one_off
from scalingo_async.resources.base import Resource
from scalingo_async.resources.containers import STOP
from scalingo_async.resources.operations import Operations
from scalingo_async.streams import terminals
from scalingo_async.streams.terminals import OneOffResult, Output, Sink, Terminal, Typed
from scalingo_async.types import UNSET, RequestOptions, Secret, Unset
from scalingo_async.waiting.failures import OneOffFailedError
from scalingo_async.waiting.pending import PendingOperation

FileSource: TypeAlias = str | os.PathLike[str] | tuple[str, bytes]

__all__ = ["OneOffs"]

_PAIR: Final = 2
MAX_OUTPUT: Final = 16 * 1024 * 1024
"""The amount of output that is kept by default, in bytes."""

START_TIMEOUT: Final = 600.0
GIVING_UP: Final = 0.5
"""The time limit for stopping a container that won't be attached to, in seconds."""

_SYSTEMS: Final = {"win32": "windows", "cygwin": "windows"}


class OneOffs(Resource):
    """One-off containers of an app: commands that run with its code and variables."""

    __slots__ = ()

    # -- complete runs ---------------------------------------------------------------------------

    @conceals("env", "files", "input")
    async def run(
        self,
        app: str,
        command: str | Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        size: str | Unset = UNSET,
        files: Sequence[FileSource] = (),
        input: str | bytes | None = None,
        stdout: Sink | None = None,
        max_output: int = MAX_OUTPUT,
        check: bool = False,
        detached: bool = False,
        start_timeout: float | None = START_TIMEOUT,
        **options: Unpack[RequestOptions],
    ) -> OneOffResult:
        """Run a command in a one-off container, and return its output and its exit code.

            result = await client.one_offs.run("my-app", "python manage.py migrate", check=True)
            print(result.text)

        It starts the container, waits for it, uploads the files, attaches, and reads until the
        command has ended. Cancelling it closes the connection; a container that isn't attached to
        yet is stopped. The command runs at a terminal that is 80 characters wide. Most commands
        echo their input; `TERM` is `dumb`, so that they print no colours.

        Args:
            app: Id or name of the app.
            command: Command line as a string, or as a list of words, which are quoted.
            env: Variables in addition to those of the app. `TERM` and `CLIENT_OS` are added.
            size: Name of the container size; `M` by default.
            files: Files for `/tmp/uploads`, at most 100 MiB each: paths, or pairs of a name and
                bytes.
            input: Input to send, followed by the end of input. It goes to a terminal: lines are
                limited to 4,095 bytes, and control characters have their usual effect. Use `files`
                for larger data.
            stdout: Gets the output as it arrives, instead of keeping it: a function of bytes, async
                or not, a binary file, or a text file such as `sys.stdout`.
            max_output: Maximum number of bytes to keep without `stdout`.
            check: Raise `OneOffFailedError` if the exit code isn't 0.
            detached: Start it in the background and don't wait: the output goes to the logs of the
                app, and there is no exit code.
            start_timeout: Time limit for the start of the container in seconds; `None` for no
                limit. Time in the client's own queues, such as that of the rate limit, doesn't
                count.
            **options: Options of each call. A deadline also applies to each call, not to the whole
                run: use `anyio.fail_after` for that.

        Returns:
            The result.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            OneOffInactiveError: The container was disconnected for inactivity.
            OneOffFailedError: With `check`: the exit code is not 0.
            ResponseTooLargeError: It printed more than `max_output`.
            OperationFailedError: The container did not start.
            OperationTimeoutError: It did not start in time.
            UntrustedURLError: The platform named a place to attach to that no credential may go to.
            OSError: A file can't be read.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        typed, sources = Typed(input), _Sources(files)
        output = Output(stdout, max_output)
        if detached and (sources.given or input is not None or stdout is not None or check):
            raise InvalidArgumentError(
                "a detached one-off has no files, input, stdout or check: nobody is attached to it"
            )
        body = _body(command, env or {}, size, "dumb", detached=detached)
        if detached:
            return OneOffResult(await start_one_off(self._session, app, body, options), None)
        started = self._attached(app, body, sources, start_timeout, options)
        async with started as (container, terminal):
            await terminals.converse(terminal, typed, output)
            try:
                exit_code = await terminal.wait()
            except OneOffInactiveError as error:
                error.output = output.tail
                raise
        if check and exit_code:
            name = one_line(container.label or container.id)
            raise OneOffFailedError(
                f"{name} of {app} ended with exit code {exit_code}",
                exit_code=exit_code,
                output=output.tail,
                container=container,
            )
        return OneOffResult(container, exit_code, output.collected)

    @conceals("env", "files")
    @block
    @asynccontextmanager
    async def terminal(
        self,
        app: str,
        command: str | Sequence[str],
        *,
        columns: int | None = None,
        rows: int | None = None,
        env: Mapping[str, str] | None = None,
        size: str | Unset = UNSET,
        files: Sequence[FileSource] = (),
        start_timeout: float | None = START_TIMEOUT,
        **options: Unpack[RequestOptions],
    ) -> AsyncGenerator[Terminal]:
        """Run a command in a one-off container and use its terminal interactively.

            async with client.one_offs.terminal("my-app", "bash") as terminal:
                async for data in terminal:
                    print(data.decode())

        Leaving the block closes the connection at once.

        Args:
            app: Id or name of the app.
            command: Command line as a string, or as a list of words, which are quoted.
            columns: Width of the terminal in characters; given with `rows`.
            rows: Height of the terminal in characters; given with `columns`.
            env: Variables in addition to those of the app. `TERM`, from this environment, and
                `CLIENT_OS` are added.
            size: Name of the container size; `M` by default.
            files: Files for `/tmp/uploads`, at most 100 MiB each: paths, or pairs of a name and
                bytes.
            start_timeout: Time limit for the start of the container in seconds; `None` for no
                limit. Time in the client's own queues, such as that of the rate limit, doesn't
                count.
            **options: Options of each call.

        Yields:
            The terminal.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            OperationFailedError: The container did not start.
            OperationTimeoutError: It did not start in time.
            UntrustedURLError: The platform named a place to attach to that no credential may go to.
            OSError: A file can't be read.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        sources = _Sources(files)
        wanted = None
        if columns is not None or rows is not None:
            wanted = terminals.check_size(columns, rows)
        body = _body(command, env or {}, size, os.environ.get("TERM") or "xterm", detached=False)
        started = self._attached(app, body, sources, start_timeout, options)
        async with started as (_, terminal):
            if wanted is not None:
                try:
                    await terminal.resize(*wanted)
                except ScalingoError as error:
                    # A command at a terminal of the wrong size is better than none.
                    logger.info("The size of a terminal could not be set: %s", type(error).__name__)
            yield terminal

    # -- single steps -----------------------------------------------------------------------------

    @performs(terminals.ATTACH)
    @conceals("attach_url")
    def attach(
        self, attach_url: str | Secret, **options: Unpack[RequestOptions]
    ) -> AbstractAsyncContextManager[Terminal]:
        """Attach to a started one-off container: its command starts now.

            async with client.one_offs.attach(attach_url) as terminal:
                async for data in terminal:
                    ...

        Source: API documentation, “Access your container”, and the official command line tool:
        https://developers.scalingo.com/one-off#access-your-container

        Args:
            attach_url: URL of the container: `start_one_off_data.attach_url` of the operation
                started by `apps.run`, once it is done.
            **options: Options of the call; a deadline applies to connecting.

        Returns:
            The terminal; enter it with `async with`.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            UntrustedURLError: No credential may go to that URL.
            ScalingoError: When it is entered, what every call can raise: see
                `scalingo_async.errors`.
        """
        self._session.options(options)
        return self._attach(Secret(attach_url), options)

    @performs(terminals.RESIZE)
    @conceals("attach_url")
    async def resize(
        self,
        attach_url: str | Secret,
        *,
        width: int,
        height: int,
        **options: Unpack[RequestOptions],
    ) -> None:
        """Set the terminal size of a one-off container.

        Source: API documentation, “Update your container”:
        https://developers.scalingo.com/one-off#update-your-container

        Args:
            attach_url: URL of the container, as for `attach`.
            width: Columns, from 1 to 65535.
            height: Rows, from 1 to 65535.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            UntrustedURLError: No credential may go to that URL.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        terminals.check_size(width, height)
        url = await terminals.container_url(self._session, Secret(attach_url))
        await terminals.resize(self._session, url, width, height, options)

    @performs(terminals.UPLOAD_FILE)
    @conceals("attach_url", "file")
    async def upload_file(
        self,
        attach_url: str | Secret,
        file: str | os.PathLike[str] | bytes,
        *,
        name: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> None:
        """Upload a file into `/tmp/uploads` of a one-off container, before attaching.

        It is streamed, not loaded into memory.

        Source: API documentation, “Upload a file to your container”:
        https://developers.scalingo.com/one-off#upload-a-file-to-your-container

        Args:
            attach_url: URL of the container, as for `attach`.
            file: Path of the file, or its content; at most 100 MiB.
            name: Name in the container; by default, that of the path.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            UntrustedURLError: No credential may go to that URL.
            OSError: The file can't be read.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        part = await FilePart.of(file, name)
        url = await terminals.container_url(self._session, Secret(attach_url))
        await terminals.upload(self._session, url, part, options)

    @performs(terminals.WAIT)
    @conceals("attach_url")
    async def wait(self, attach_url: str | Secret, **options: Unpack[RequestOptions]) -> OneOffExit:
        """Wait for the end of a one-off container, and return its exit code.

        The response arrives when the command ends: there is no read timeout unless you set one.

        Source: the official command line tool.

        Args:
            attach_url: URL of the container, as for `attach`.
            **options: Options of the call.

        Returns:
            The exit code.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            OneOffInactiveError: The container was disconnected for inactivity.
            UntrustedURLError: No credential may go to that URL.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        url = await terminals.container_url(self._session, Secret(attach_url))
        return await terminals.wait(self._session, url, options)

    @block
    @asynccontextmanager
    async def _attach(
        self, attach_url: Secret, options: RequestOptions
    ) -> AsyncGenerator[Terminal]:
        url = await terminals.container_url(self._session, attach_url)
        async with await terminals.attach(self._session, url, options) as terminal:
            yield terminal

    @asynccontextmanager
    async def _attached(
        self,
        app: str,
        body: Mapping[str, object],
        sources: _Sources,
        start_timeout: float | None,
        options: RequestOptions,
    ) -> AsyncGenerator[tuple[Container, Terminal]]:
        """Start a container, upload its files and attach to it."""
        optional_seconds(start_timeout, "start_timeout")
        parts = [await FilePart.of(file, name) for file, name in sources.given]
        session = self._session
        container = await start_one_off(session, app, body, options)
        try:
            attach_url = await self._place(app, container, start_timeout)
            url = await terminals.container_url(session, attach_url)
            for part in parts:
                await terminals.upload(session, url, part, options)
            terminal = await terminals.attach(session, url, options, container)
        except BaseException:
            await self._give_up(app, container)
            raise
        async with terminal:
            yield container, terminal

    async def _place(self, app: str, container: Container, start_timeout: float | None) -> Secret:
        """Wait until a container can be attached to; returns its URL."""
        started = None
        if container.operation_id:
            id_ = present_id(container.operation_id, "the response to apps.run", "$.operation")
            operation = await PendingOperation(
                app, id_, container, Operations(self._session).get
            ).wait(timeout=start_timeout)
            started = None if operation is None else operation.start_one_off_data
        # The platform used to send it at once.
        place = (started and started.attach_url) or container.attach_url
        where = "$.operation.start_one_off_data.attach_url"
        return Secret(present(place, "the operation that started a one-off container", where))

    async def _give_up(self, app: str, container: Container) -> None:
        """Stop a container that won't be attached to: an app can only have ten."""
        with anyio.move_on_after(GIVING_UP, shield=True):
            try:
                await self._session.call(STOP, (app, container.id), options={"max_retries": 0})
            except ScalingoError as error:
                logger.info("A one-off container could not be stopped: %s", type(error).__name__)


class _Sources:
    """Files to upload, hidden from tracebacks: each as given, with its name or `None`."""

    __slots__ = ("given",)

    @hidden_frames
    def __init__(self, files: Sequence[FileSource]) -> None:
        given: object = reveal(files)
        self.given: list[tuple[Any, str | None]] = []
        if not isinstance(given, list | tuple | set | frozenset | Iterator):
            write = f"write [{shown(given)}]" if isinstance(given, str | os.PathLike) else None
            raise wrong_kind(given, "files", "a list such as ['a-path', ('name', b'...')]", write)
        for at, file in enumerate(cast("Iterable[object]", given)):
            if isinstance(file, str | os.PathLike):
                self.given.append((cast("str", file), None))
                continue
            name, content = _pair(file, f"files[{at}]")
            self.given.append((Hidden(content), name))


def _pair(file: object, place: str) -> tuple[str, bytes]:
    """Check the name and the bytes of a file.

    Raises:
        InvalidArgumentError: It has the wrong type.
    """
    pair: list[Any] = list(file) if isinstance(file, tuple) else []  # pyright: ignore[reportUnknownArgumentType]
    if len(pair) == _PAIR and isinstance(pair[0], str) and isinstance(pair[1], bytes):
        return pair[0], pair[1]
    raise wrong_kind(file, place, "a path, or a pair of a name and bytes")  # pyright: ignore[reportUnknownArgumentType]


def _body(
    command: str | Sequence[str],
    env: Mapping[str, Secret | str],
    size: str | Unset,
    term: str,
    *,
    detached: bool,
) -> dict[str, object]:
    """Build the body of the request, and check that it can be sent.

    Raises:
        InvalidArgumentError: The command is empty, or a value can't be sent.
    """
    line = command_line(command)
    system = _SYSTEMS.get(sys.platform, sys.platform)
    body: dict[str, object] = {
        "command": line,
        "env": RedactedDict({"TERM": Secret(term), "CLIENT_OS": Secret(system), **env}),
        "size": size,
        "detached": detached,
    }
    encode_body(body, None)
    return body
