"""Fixtures for testing code that uses Scalingo; pytest finds them by itself.

Nothing of the sandbox is imported before a test asks for one of them.
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from scalingo_async.sandbox.sandbox import Sandbox

__all__ = ["scalingo_sandbox", "scalingo_server"]


@pytest.fixture
def scalingo_sandbox() -> "Sandbox":
    """A new sandbox in process, without a rate limit; `.app` goes to `httpx.ASGITransport`."""
    from scalingo_async.sandbox import Sandbox

    return Sandbox(rate_limit=None)


@pytest.fixture
def scalingo_server() -> "Generator[Sandbox]":
    """A new sandbox that is served on a free port of this machine, without a rate limit."""
    from scalingo_async.sandbox import Sandbox

    with Sandbox(rate_limit=None).running() as sandbox:
        yield sandbox
