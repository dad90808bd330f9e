"""The program of one-off containers: a deterministic shell with a few commands."""

import shlex
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import anyio

from scalingo_async.sandbox.world.one_offs import OneOff

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["UPLOADS", "Screen", "Shell"]

UPLOADS = "/tmp/uploads"  # noqa: S108 - the directory on the platform; there is none here

_PROMPT = b"~ $ "
_END = 0x04
_ERASE = frozenset({0x08, 0x7F})
_ENTER = frozenset({0x0A, 0x0D})
_SIGNALS = {0x03: (b"^C", 130), 0x1C: (b"^\\", 131)}
_SUSPEND = 0x1A
_LONGEST_LINE = 4096


class Screen(Protocol):
    """The terminal of the attached client."""

    async def receive(self) -> bytes:
        """Return the next input."""
        ...

    async def send(self, data: bytes) -> None:
        """Write output."""
        ...


class _Interrupted(Exception):  # noqa: N818 - a key was pressed
    """Raised for a key that interrupts the command."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class _Keyboard:
    """Line-buffered, echoed input, as a terminal provides it.

    An empty line without a line ending marks the end of the input.
    """

    screen: Screen
    _line: bytearray = field(default_factory=bytearray)
    _done: "deque[bytes | _Interrupted]" = field(default_factory=deque["bytes | _Interrupted"])

    async def line(self) -> bytes:
        """Return the next line with its line ending; empty at the end of the input."""
        while not self._done:
            await self._more()
        item = self._done.popleft()
        if isinstance(item, _Interrupted):
            raise item
        return item

    async def interruption(self) -> None:
        """Wait for a key that interrupts a command without input; lines are kept for later."""
        while True:
            for item in self._done:
                if isinstance(item, _Interrupted):
                    self._done.remove(item)
                    raise item
            await self._more()

    async def _more(self) -> None:
        shown = bytearray()
        for byte in await self.screen.receive():
            self._take(byte, shown)
        if shown:
            await self.screen.send(bytes(shown))

    def _take(self, byte: int, shown: bytearray) -> None:
        if byte in _SIGNALS:
            mark, code = _SIGNALS[byte]
            shown += mark + b"\n"
            self._line.clear()
            self._done.append(_Interrupted(code))
        elif byte in _ENTER:
            shown += b"\n"
            self._done.append(bytes(self._line) + b"\n")
            self._line.clear()
        elif byte == _END:
            self._done.append(bytes(self._line))
            self._line.clear()
        elif byte in _ERASE:
            if self._line:
                del self._line[-1]
                shown += b"\b \b"
        elif byte != _SUSPEND and len(self._line) < _LONGEST_LINE:
            self._line.append(byte)
            shown.append(byte)


class Shell:
    """A small interpreter; `bash` and `sh` without arguments show a prompt.

    Args:
        one_off: The container.
        screen: The terminal of the attached client.
    """

    def __init__(self, one_off: OneOff, screen: Screen) -> None:
        self._one_off = one_off
        self._screen = screen
        self._keyboard = _Keyboard(screen)
        self._last = 0
        self._over = False
        self._commands: dict[str, Callable[[list[str]], Awaitable[int]]] = {
            "bash": self._shell,
            "cat": self._cat,
            "echo": self._echo,
            "env": self._env,
            "exit": self._exit,
            "false": self._nothing,
            "ls": self._ls,
            "sh": self._shell,
            "size": self._size,
            "sleep": self._sleep,
            "true": self._nothing,
        }

    async def run(self) -> int:
        """Run the container's command; returns its exit code."""
        return await self._run(self._one_off.container.command)

    async def _run(self, text: str) -> int:
        try:
            name, *arguments = shlex.split(text) or ["true"]
        except ValueError as error:
            await self._print(f"sh: {error}")
            return 2
        command = self._commands.get(name)
        if command is None:
            await self._print(f"sh: {name}: command not found")
            return 127
        try:
            return await command([name, *arguments])
        except _Interrupted as key:
            return key.code

    async def _print(self, text: str) -> None:
        await self._screen.send(f"{text}\n".encode())

    # The commands ---------------------------------------------------------------------------

    async def _shell(self, words: list[str]) -> int:
        if words[1:2] == ["-c"] and len(words) > 2:
            return await self._run(words[2])
        self._last, self._over = 0, False
        while not self._over:
            await self._screen.send(_PROMPT)
            try:
                line = await self._keyboard.line()
            except _Interrupted as key:
                self._last = key.code
                continue
            if not line:
                await self._print("exit")
                break
            if line.strip():
                self._last = await self._run(line.decode(errors="replace"))
        self._over = False
        return self._last

    async def _cat(self, words: list[str]) -> int:
        code = 0
        for name in words[1:]:
            folder, _, base = name.rpartition("/")
            content = self._one_off.files.get(base) if folder == UPLOADS else None
            if content is None:
                await self._print(f"cat: {name}: No such file or directory")
                code = 1
            else:
                await self._screen.send(content)
        if len(words) == 1:
            while line := await self._keyboard.line():
                await self._screen.send(line)
        return code

    async def _echo(self, words: list[str]) -> int:
        await self._print(" ".join(words[1:]))
        return 0

    async def _env(self, _words: list[str]) -> int:
        variables = {**self._one_off.environ(), "UPLOADS": UPLOADS}
        for name in sorted(variables):
            await self._print(f"{name}={variables[name]}")
        return 0

    async def _exit(self, words: list[str]) -> int:
        self._over = True
        code = words[1] if len(words) > 1 else str(self._last)
        if not (code.isascii() and code.isdigit() and len(code) < 10):
            await self._print(f"sh: exit: {code}: numeric argument required")
            return 2
        return int(code) % 256

    async def _ls(self, words: list[str]) -> int:
        for name in words[1:] or [UPLOADS]:
            if name.rstrip("/") != UPLOADS:
                await self._print(f"ls: cannot access '{name}': No such file or directory")
                return 2
            for base in sorted(self._one_off.files):
                await self._print(base)
        return 0

    async def _nothing(self, words: list[str]) -> int:
        return int(words[0] == "false")

    async def _size(self, _words: list[str]) -> int:
        await self._print(f"{self._one_off.width}x{self._one_off.height}")
        return 0

    async def _sleep(self, words: list[str]) -> int:
        try:
            seconds = float(words[1]) if len(words) > 1 else -1.0
        except ValueError:
            seconds = -1.0
        if not 0 <= seconds < float("inf"):
            await self._print("sleep: it takes a number of seconds")
            return 1
        with anyio.move_on_after(seconds):
            await self._keyboard.interruption()
        return 0
