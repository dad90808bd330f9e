"""One-off containers that clients can attach to, from their start to their exit code."""

from collections.abc import Callable
from dataclasses import dataclass, field

from scalingo_async.sandbox.world.apps import App, Container

__all__ = ["HUNG_UP", "STOPPED", "OneOff"]

HUNG_UP = 129
STOPPED = 143
"""The exit codes of a process that lost its terminal, and of one that was stopped."""


@dataclass(slots=True, eq=False)
class OneOff:
    """A one-off container that is not detached.

    Attributes:
        app: The app that its variables come from.
        container: The container.
        given_env: The variables in the request.
        width: The terminal's columns.
        height: The terminal's rows.
        files: The uploaded files by name.
        attached: Whether a client has attached; only one can.
        exit_code: The exit code of its command, once it has ended.
        inactive: Whether it was disconnected for inactivity.
        sized: Whether the client has sent the size of its terminal.
        resized: Called with a new size, to inform the process.
    """

    app: App
    container: Container
    given_env: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    width: int = 80
    height: int = 24
    files: dict[str, bytes] = field(default_factory=dict[str, bytes], repr=False)
    attached: bool = False
    exit_code: int | None = None
    inactive: bool = False
    sized: bool = False
    resized: Callable[[int, int], None] | None = field(default=None, repr=False)

    @property
    def ended(self) -> bool:
        """Whether it has ended."""
        return self.exit_code is not None

    @property
    def stopped(self) -> bool:
        """Whether its container was stopped."""
        return self.container not in self.app.containers

    def resize(self, width: int, height: int) -> None:
        """Resize the terminal."""
        self.width, self.height = width, height
        self.sized = True
        if self.resized is not None:
            self.resized(width, height)

    def environ(self) -> dict[str, str]:
        """Return the environment of its command."""
        return {
            **{row.name: row.value for row in self.app.variables.values()},
            "APP": self.app.name,
            "CONTAINER": self.container.label,
            "CONTAINER_SIZE": self.container.size,
            **self.given_env,
        }

    def end(self, exit_code: int, *, inactive: bool = False) -> None:
        """Record its exit code; only the first one counts."""
        if self.exit_code is None:
            self.exit_code = exit_code
            self.inactive = inactive
            self.files.clear()
