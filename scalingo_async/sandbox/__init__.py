"""An in-memory Scalingo to develop and test against.

It keeps state, enforces the rate limit, expires tokens, and injects faults on demand:

    from scalingo_async.sandbox import Sandbox

    async with Sandbox(apps=10).serve() as sandbox:
        sandbox.inject("apps.get", status=503, times=2)
        ...

Install it with `pip install "scalingo-async[sandbox]"`. `python -m scalingo_async.sandbox` serves
one from the command line. The pytest plugin in the package provides three fixtures:
`scalingo_sandbox`, `scalingo_server`, and `scalingo_client`, an open client for that server.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scalingo_async.sandbox.clock import Clock, LoopClock, ManualClock
    from scalingo_async.sandbox.refusals import ConnectionCut
    from scalingo_async.sandbox.sandbox import Sandbox
    from scalingo_async.sandbox.server.faults import Fault, FaultKind
    from scalingo_async.sandbox.server.rate_limit import LimitKind, RateLimit
    from scalingo_async.sandbox.server.requests import RequestRecord
    from scalingo_async.sandbox.settings import Settings

__all__ = [
    "Clock",
    "ConnectionCut",
    "Fault",
    "FaultKind",
    "LimitKind",
    "LoopClock",
    "ManualClock",
    "RateLimit",
    "RequestRecord",
    "Sandbox",
    "Settings",
]

# Loaded on first use: the pytest plugin lives in this package, and pytest imports it in every
# environment where the client is installed, with or without the sandbox's requirements.
_HOMES = {
    "Clock": "clock",
    "ConnectionCut": "refusals",
    "Fault": "server.faults",
    "FaultKind": "server.faults",
    "LimitKind": "server.rate_limit",
    "LoopClock": "clock",
    "ManualClock": "clock",
    "RateLimit": "server.rate_limit",
    "RequestRecord": "server.requests",
    "Sandbox": "sandbox",
    "Settings": "settings",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = import_module(f"{__name__}.{home}")
    except ModuleNotFoundError as error:
        from scalingo_async.sandbox.extras import install_hint

        hint = install_hint(error)
        if hint is error:
            raise
        raise hint from error
    value = getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
