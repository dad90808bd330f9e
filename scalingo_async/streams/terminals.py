"""Running one-off containers: the terminal, its size, files, the exit code."""

from __future__ import annotations

import codecs
import inspect
import io
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final, Protocol, TypeAlias

import anyio
import anyio.to_thread
import attrs
from anyio.abc import ByteStream

from scalingo_async._core.arguments import int_between, integer, shown, wrong_kind
from scalingo_async._core.cancellation import attributed, task_group
from scalingo_async._core.display import Shown
from scalingo_async._core.encoding import encode_body
from scalingo_async._core.endpoint import Endpoint, model, nothing
from scalingo_async._core.misuse import OnlyAsyncFor, OnlyAsyncWith
from scalingo_async._core.operation import API, Auth
from scalingo_async._core.secrets import hidden_frames, reveal
from scalingo_async._core.session import Session
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async._core.urls import ServerURL, credential_url
from scalingo_async.errors import (
    APIConnectionError,
    ClientClosedError,
    OneOffInactiveError,
    ResponseTooLargeError,
)
from scalingo_async.files.multipart import FilePart
from scalingo_async.models.containers import Container
from scalingo_async.models.one_offs import OneOffExit
from scalingo_async.request import Connection
from scalingo_async.types import RequestOptions, Secret

__all__ = ["OneOffResult", "Output", "Terminal"]

_AT: Final[dict[str, Any]] = {"api": API.ABSOLUTE, "auth": Auth.BASIC}

_INACTIVE: Final = 408

ATTACH: Final[Endpoint[None]] = nothing("one_offs.attach", "CONNECT", "{attach_url}", **_AT)
RESIZE: Final[Endpoint[None]] = nothing("one_offs.resize", "PUT", "{attach_url}", **_AT)
UPLOAD_FILE: Final[Endpoint[None]] = nothing(
    "one_offs.upload_file", "POST", "{attach_url}/files", **_AT
)
WAIT: Final[Endpoint[OneOffExit]] = model(
    "one_offs.wait",
    "GET",
    "{attach_url}/wait",
    OneOffExit,
    # A result that a retry doesn't change.
    handled=frozenset({_INACTIVE}),
    **_AT,
)

TAIL: Final = 64 * 1024
"""How many bytes of the output an error keeps if the output went to a `stdout`."""

_LARGEST_SIDE: Final = 65_535
_SCHEMES: Final = frozenset({"https", "http"})
_INTERRUPT, _QUIT, _SUSPEND, _END = b"\x03", b"\x1c", b"\x1a", b"\x04"


@attrs.frozen
class OneOffResult(Shown):
    """The result of a one-off container.

    Attributes:
        container: The container.
        exit_code: Exit status of its command; `None` for a detached container, which keeps running.
        output: The output of the command, stdout and stderr mixed as in any terminal; empty if you
            passed a `stdout`.
    """

    container: Container
    exit_code: int | None
    output: bytes = attrs.field(default=b"", repr=False)

    @property
    def text(self) -> str:
        """The output as text; bytes that are not UTF-8 are replaced."""
        return self.output.decode("utf-8", "replace")


class Terminal(OnlyAsyncWith, OnlyAsyncFor, Uncopyable, ByteStream):
    """The terminal of a one-off container: a stream of bytes, in both directions.

    The container's process starts when the terminal is opened. Nothing is read ahead. Leaving the
    `async with` block closes the connection.

    Args:
        session: The client's session.
        url: The URL of the container, checked.
        connection: The connection.
        options: Options of the other calls.
        container: The container, if it is known.

    Attributes:
        container: The container; `None` if the terminal was attached by URL.
    """

    def __init__(
        self,
        session: Session,
        url: ServerURL,
        connection: Connection,
        options: RequestOptions,
        container: Container | None = None,
    ) -> None:
        self.container = container
        self._session = session
        self._url = url
        self._connection = connection
        self._options = options

    async def receive(self, max_bytes: int = 65_536) -> bytes:
        """Return the next bytes of the container's output; iterating does the same.

        Args:
            max_bytes: The most bytes to return.

        Returns:
            The raw bytes: stdout and stderr mixed, including control sequences.

        Raises:
            anyio.EndOfStream: The command has ended, or the connection was closed; call `wait` to
                find out.
            APIConnectionError: The connection broke.
            ClientClosedError: You closed the terminal.
        """
        return await self._connection.receive(max_bytes)

    async def send(self, item: bytes) -> None:
        """Type bytes into the terminal.

        Args:
            item: The bytes; a terminal accepts lines of up to 4,095 bytes.

        Raises:
            APIConnectionError: The connection broke.
            ClientClosedError: You closed the terminal.
        """
        await self._connection.send(item)

    async def send_eof(self) -> None:
        """End the input by pressing Ctrl-D (0x04).

        This works at the beginning of a line; anywhere else it has to be pressed twice.
        """
        await self.send(_END)

    async def interrupt(self) -> None:
        """Press Ctrl-C (0x03)."""
        await self.send(_INTERRUPT)

    async def quit(self) -> None:
        """Press Ctrl and the backslash (0x1c)."""
        await self.send(_QUIT)

    async def suspend(self) -> None:
        """Press Ctrl-Z (0x1a)."""
        await self.send(_SUSPEND)

    async def resize(self, columns: int, rows: int) -> None:
        """Set the size of the terminal.

        Args:
            columns: Width in characters, from 1 to 65535.
            rows: Height in characters, from 1 to 65535.

        Raises:
            InvalidArgumentError: A number is out of range; nothing was sent.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await resize(self._session, self._url, columns, rows, self._options)

    async def wait(self) -> int:
        """Wait until the command has ended, without a timeout.

        Read the output first: a command may block until its output is read.

        Returns:
            Its exit status.

        Raises:
            OneOffInactiveError: The platform disconnected it because it was inactive for too long.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return (await wait(self._session, self._url, self._options)).exit_code

    async def aclose(self) -> None:
        """Close the connection; a second time does nothing."""
        await self._connection.aclose()


async def container_url(session: Session, attach_url: Secret) -> ServerURL:
    """Check the URL of a container, which gets a credential.

    Raises:
        UntrustedURLError: It is malformed, unencrypted, or at a host that is not Scalingo's.
    """
    return credential_url(attach_url.reveal(), await session.hosts(), _SCHEMES)


def below(url: ServerURL, name: str) -> ServerURL:
    """Return a URL with one more segment."""
    return attrs.evolve(url, path=f"{url.path.rstrip('/')}/{name}")


async def attach(
    session: Session, url: ServerURL, options: RequestOptions, container: Container | None = None
) -> Terminal:
    """Open the terminal of a container.

    Raises:
        ScalingoError: It failed.
    """
    connection = await session.connect(ATTACH, url, options=options)
    return Terminal(session, url, connection, options, container)


def check_size(columns: object, rows: object) -> tuple[int, int]:
    """Check the size of a terminal.

    Raises:
        InvalidArgumentError: A number is out of range.
    """
    for name, value in (("width", columns), ("height", rows)):
        int_between(value, f"the {name} of a terminal", 1, _LARGEST_SIDE)
    return columns, rows  # type: ignore[return-value] # pyright: ignore[reportReturnType]


async def resize(
    session: Session, url: ServerURL, columns: int, rows: int, options: RequestOptions
) -> None:
    """Set the size of a container's terminal.

    Raises:
        InvalidArgumentError: A number is out of range.
        ScalingoError: It failed.
    """
    check_size(columns, rows)
    headers = {"content-type": "application/json"}
    request = session.prepare_absolute(RESIZE, url, headers=headers, options=options)
    # As strings, like the official client.
    body = encode_body({"width": str(columns), "height": str(rows)}, None)
    await session.send(attrs.evolve(request, content=body))


async def upload(session: Session, url: ServerURL, part: FilePart, options: RequestOptions) -> None:
    """Send a file to a container.

    Raises:
        ScalingoError: It failed.
    """
    request = session.prepare_absolute(
        UPLOAD_FILE, below(url, "files"), headers=part.headers, options=options
    )
    await session.send(attrs.evolve(request, content=part.open))


async def wait(session: Session, url: ServerURL, options: RequestOptions) -> OneOffExit:
    """Wait for the exit code of a container, however long its silence.

    Raises:
        OneOffInactiveError: The platform disconnected it because it was inactive for too long.
        ScalingoError: It failed.
    """
    if "timeout" not in options:
        patient = attrs.evolve(session.options(options).timeout, read=None)
        options = {**options, "timeout": patient}
    request = session.prepare_absolute(WAIT, below(url, "wait"), options=options)
    response = await session.send(request)
    if response.status_code == _INACTIVE:
        raise OneOffInactiveError(
            "the platform disconnected the container because it was inactive for too long",
            status_code=_INACTIVE,
            method=request.method,
            url=request.safe_url,
            request_id=response.request_id,
            body=response.text or None,
            retries_taken=request.state.retries_taken,
        )
    return WAIT.decode(response)


# -- input and output of a command ---------------------------------------------------------------


class BinaryFile(Protocol):
    """A file opened for bytes, from Python or anyio, for output."""

    def write(self, data: bytes, /) -> object:
        """Write bytes."""
        ...


Sink: TypeAlias = Callable[[bytes], object] | BinaryFile


class Output:
    """The output of a command: passed on as it comes, or kept up to a limit.

    Args:
        sink: Where it goes: a function or a file.
        limit: How many bytes to keep if there is no sink.

    Raises:
        InvalidArgumentError: The sink doesn't accept bytes, or the limit is invalid.
    """

    __slots__ = ("_limit", "_write", "kept")

    def __init__(self, sink: Sink | None, limit: int) -> None:
        integer(limit, "max_output", 0, called="a number of bytes")
        self.kept = bytearray()
        self._limit = limit
        self._write = None if sink is None else _writer(sink)

    @property
    def collected(self) -> bytes:
        """All of the output; empty if there is a sink."""
        return bytes(self.kept) if self._write is None else b""

    @property
    def tail(self) -> bytes:
        """The end of the output."""
        return bytes(self.kept[-TAIL:])

    async def take(self, data: bytes) -> None:
        """Take the next chunk.

        Raises:
            ResponseTooLargeError: It is more than may be kept.
        """
        if self._write is not None:
            await attributed(self._write(data))
            self.kept += data
            del self.kept[:-TAIL]
        elif len(self.kept) + len(data) > self._limit:
            raise ResponseTooLargeError(
                f"the command printed more than {self._limit} bytes: pass a file or a "
                "function as stdout to stream the output, or raise max_output"
            )
        else:
            self.kept += data


def _writer(sink: Sink) -> Callable[[bytes], Awaitable[None]]:
    """Make an async function from a sync or async function or file."""
    if callable(sink):
        function: Callable[[bytes], object] = sink

        async def call(data: bytes) -> None:
            result = function(data)
            if inspect.isawaitable(result):
                await result

        return call
    if isinstance(sink, io.TextIOBase) or hasattr(sink, "encoding"):
        sink = _bytes_of(sink)
    write: Any = getattr(sink, "write", None)
    if not callable(write):
        path = isinstance(sink, str | os.PathLike)
        hint = f"write open({shown(sink)}, 'wb')" if path else None
        raise wrong_kind(sink, "stdout", "a function or a file opened for bytes", hint)

    async def write_all(data: bytes) -> None:
        if inspect.iscoroutinefunction(write):
            await write(data)
            return
        while data:
            # A pipe that isn't read must not block everything else.
            written = await anyio.to_thread.run_sync(write, data, abandon_on_cancel=True)
            # Unbuffered files may write only a part.
            data = data[written:] if isinstance(written, int) else b""

    return write_all


def _bytes_of(text: Any) -> BinaryFile:
    """Return the binary file below a text file such as `sys.stdout`.

    Bytes appear at once, after the text that was written before.
    """
    binary: Any = getattr(text, "buffer", None)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")

    class Bytes:
        def write(self, data: bytes, /) -> None:
            text.flush()
            if binary is None:
                text.write(decoder.decode(data))
                text.flush()
            else:
                binary.write(data)
                binary.flush()

    return Bytes()


class Typed:
    """The input of a command and its end, hidden from tracebacks.

    Args:
        data: Text or bytes; empty for an input that ends at once.

    Raises:
        InvalidArgumentError: It is of another type.
    """

    __slots__ = ("_data",)

    @hidden_frames
    def __init__(self, data: bytes | str | None) -> None:
        data = reveal(data)
        content = data.encode() if isinstance(data, str) else data or b""
        if not isinstance(content, bytes):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise wrong_kind(data, "input", "a str or bytes")
        # The end of the input only works at the beginning of a line.
        self._data = content + (_END if not content or content.endswith(b"\n") else _END * 2)

    async def into(self, terminal: Terminal) -> None:
        """Type it in, unless the command ends first."""
        # The task that reads the terminal gets the same error, and perhaps more output.
        with suppress(APIConnectionError, ClientClosedError):
            # If this is cancelled, the frames below hold the input.
            await hidden_frames(terminal.send)(self._data)


async def converse(terminal: Terminal, typed: Typed, output: Output) -> None:
    """Send the input and read the output until the command has ended.

    Raises:
        APIConnectionError: The connection broke.
        ResponseTooLargeError: It printed more than may be kept.
    """
    problem: Exception | None = None
    async with task_group() as tasks:
        tasks.start_soon(typed.into, terminal)
        try:
            async for data in terminal:
                await output.take(data)
        except Exception as error:  # noqa: BLE001 - it is raised below, outside of the group
            problem = error
        tasks.cancel_scope.cancel()
    if problem is not None:
        raise problem
