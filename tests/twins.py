"""Two apps of one name, in two regions of a sandbox."""

from typing import Any

from scalingo_async.sandbox import Sandbox

HERE, THERE = "osc-fr1", "osc-secnum-fr1"
NAME = "web-api"


def twin_sandbox(apps: int = 5, **settings: Any) -> Sandbox:
    """Make a sandbox whose regions each have an app `web-api`, and others."""
    sandbox = Sandbox(apps=apps, names=[NAME], **{"rate_limit": None, **settings})
    there = sandbox.world.regions[THERE]
    with sandbox.world.lock:
        there.rename(next(iter(there.apps.values())), NAME)
    return sandbox


def asked(sandbox: Sandbox, name: str = NAME) -> list[str]:
    """Return which regions were asked about the twins since the last time, in order."""
    ids = {sandbox.get_app(name, region).id for region in (HERE, THERE)}
    found = [
        request.region
        for request in sandbox.requests
        if request.region and {name, *ids} & set(request.path.split("/"))
    ]
    sandbox.forget_requests()
    return found


def restarts(sandbox: Sandbox, name: str = NAME) -> dict[str, int]:
    """Count how often each twin was restarted, as the platform has it."""
    return {
        region: sum(
            request.operation == "apps.restart"
            and request.region == region
            and bool({name, sandbox.get_app(name, region).id} & set(request.path.split("/")))
            for request in sandbox.requests
        )
        for region in (HERE, THERE)
    }
