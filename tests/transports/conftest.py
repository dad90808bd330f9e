"""Every transport on every event loop that it works on."""

import pytest

from transports.sending import KINDS, Kind

CASES = [(kind, backend) for kind in KINDS for backend in kind.backends]


@pytest.fixture(params=CASES, ids=[f"{kind.name}-{backend}" for kind, backend in CASES])
def case(request: pytest.FixtureRequest) -> tuple[Kind, str]:
    """Return a transport and an event loop."""
    return request.param


@pytest.fixture
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Run on the event loops that the transport works on, or on both."""
    return request.getfixturevalue("case")[1]


@pytest.fixture
def kind(case: tuple[Kind, str]) -> Kind:
    """Return how to make the transport."""
    return case[0]
