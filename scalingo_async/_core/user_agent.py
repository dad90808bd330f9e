"""The user agent that requests carry."""

from __future__ import annotations

from scalingo_async._version import __version__


def user_agent(prefix: str | None) -> str:
    """Return the value of the header, with what a program puts in front."""
    own = f"scalingo-async/{__version__}"
    return f"{prefix} {own}" if prefix else own
