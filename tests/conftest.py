"""Fixtures and options that all tests share."""

from __future__ import annotations

import gc
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import certifi
import pytest
from hypothesis import settings
from sweeps import LONG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from instruments.canaries import Spy
    from platform_routes import Platform

# The same examples in each run: a change is not to fail by what was there before it. The other
# profile looks for new ones: `--hypothesis-profile=random`.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("random", deadline=None)
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that runs long sweeps in full."""
    parser.addoption(
        "--long", action="store_true", help="run long sweeps in full (tests/sweeps.py)"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Hand the option on to the workers of pytest-xdist and to programs that tests start."""
    if config.getoption("--long"):
        os.environ[LONG] = "1"
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # So begins what a script starts in the background: Ctrl-C would reach neither the tests of it
        # nor the programs that they start, and these would wait for it for ever.
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Spare the garbage collector what was collected: it lives as long as the process."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def few_authorities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Trust one public authority, not 118: reading them takes most of the time of a new client."""
    end = "-----END CERTIFICATE-----\n"
    first = Path(certifi.where()).read_text(encoding="utf-8").partition(end)[0] + end
    path = tmp_path_factory.mktemp("authorities") / "authority.pem"
    path.write_text(first, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certifi, "where", lambda: str(path))
        yield path


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Run async tests on both event loops."""
    return request.param


@pytest.fixture
def platform() -> Iterator[Platform]:
    """Routes beneath httpx, in the place of the platform."""
    # Not every session has respx.
    from platform_routes import Platform

    with Platform() as platform:
        yield platform


@pytest.fixture
def spy() -> Iterator[Spy]:
    """A spy on the log and on all that it is shown (instruments/canaries.py)."""
    from instruments.canaries import spying

    with spying() as spy:
        yield spy
