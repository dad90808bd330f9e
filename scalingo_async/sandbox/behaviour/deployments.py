"""Deployments: how they progress, and their results."""

from collections.abc import Callable

from scalingo_async.sandbox.behaviour.containers import boot, running, settled_status, stop
from scalingo_async.sandbox.clock import iso_offset
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.world.apps import App, Formation
from scalingo_async.sandbox.world.deployments import Deployment, DeploymentNews
from scalingo_async.sandbox.world.events import Event
from scalingo_async.sandbox.world.state import Region

__all__ = ["announce", "deployment_data", "finish", "start", "write"]

#: The intermediate states, with the fraction of the time after which they begin.
_STEPS = (("building", 0.1), ("pushing", 0.6), ("starting", 0.8))

_OUTPUT = {
    "building": (
        " <-- Start deployment of {name} -->",
        "-----> Fetching source code",
        "       Revision: {revision}",
        "-----> Detecting the language",
        "       \x1b[1mPython\x1b[0m found",
        "-----> Restoring the cache of the last build",
        "-----> Installing Python 3.13.1",
        "-----> Installing dependencies",
        "       Collecting anyio",
        "       Collecting httpx",
        "       Collecting starlette",
        "       Collecting uvicorn",
        "       \x1b[32m✓\x1b[0m 40 packages installed",
        "-----> Saving the cache",
        "-----> Reading the Procfile",
        "       Process types: \x1b[36m{types}\x1b[0m",
    ),
    "pushing": (
        " Build complete, shipping your container...",
        " Pushing layer 1 of 2",
        " Pushing layer 2 of 2",
        " Image of size 104 MB sent to the registry",
    ),
    "starting": (
        " Waiting for your application to boot...",
        " Starting {types}",
    ),
    "success": (" <-- https://{name}.{region}.scalingo.io -->",),
    "build-error": (
        " \x1b[31m!\x1b[0m     The build failed",
        " !     Your application could not be deployed",
    ),
    "crashed-error": (" !     Your application crashed while it was starting",),
    "timeout-error": (" !     Your application didn't start within 60 seconds",),
    "hook-error": (" !     The postdeploy hook failed",),
    "aborted": (" !     The deployment was aborted",),
}

#: The step after which a deployment with that status fails.
_ENDS_AT = {"build-error": 0.6, "aborted": 0.6}


def deployment_data(deployment: Deployment) -> Json:
    """Return the payload of a deployment's event, which is updated with the deployment."""
    return {
        "deployment_id": deployment.event_id,
        "deployment_uuid": deployment.id,
        "deployment_type": "archive" if deployment.type == "archive" else "deployment",
        "pusher": deployment.pusher.username,
        "git_ref": deployment.git_ref,
        "git_ref_url": None,
        "status": deployment.status,
        "stack": deployment.stack.name,
        "duration": deployment.duration,
        "finished_at": (
            None if deployment.finished_at is None else iso_offset(deployment.finished_at)
        ),
        "last_commits": {"commits": [], "remaining": 0},
    }


def announce(region: Region, app: App, deployment: Deployment) -> Event:
    """Record the event of a deployment."""
    return region.record(
        "deployment",
        lambda: deployment_data(deployment),
        user=deployment.pusher,
        app=app,
        at=deployment.created_at,
    )


def start(region: Region, app: App, deployment: Deployment) -> None:
    """Run a deployment from `queued` to its final state."""
    world = region.world
    app.deployments[deployment.id] = deployment
    app.last_deployed_at = deployment.created_at
    app.last_deployed_by = deployment.pusher.username
    announce(region, app, deployment)
    app.deployment_news.append(DeploymentNews("new", deployment))
    failure = deployment.failure
    if failure is None and world.failing_deployments:
        failure = deployment.failure = world.failing_deployments.popleft()
    total = world.settings.operation_time
    end = _ENDS_AT.get(failure, 1.0) if failure is not None else 1.0
    # An app has only one running deployment: the next one stays queued.
    wait = max(0.0, app.deploying_until - deployment.created_at)
    app.deploying_until = deployment.created_at + wait + end * total
    ends = [share for _, share in _STEPS[1:]] + [end]
    for (status, share), until in zip(_STEPS, ends, strict=True):
        if share < end:
            world.after(wait + share * total, _step(app, deployment, status))
            lines = _lines(region, app, deployment, status)
            pace = (until - share) / (len(lines) + 1)
            for number, line in enumerate(lines):
                world.after(wait + (share + number * pace) * total, _print(app, deployment, line))
    world.after(wait + end * total, lambda when: finish(region, app, deployment, when))


def _step(app: App, deployment: Deployment, status: str) -> Callable[[float], None]:
    def change(_when: float) -> None:
        deployment.status = status
        app.deployment_news.append(DeploymentNews("status", deployment, status))

    return change


def _print(app: App, deployment: Deployment, line: str) -> Callable[[float], None]:
    def add(_when: float) -> None:
        if deployment.output is not None:
            deployment.output.append(line)
            app.deployment_news.append(DeploymentNews("log", deployment, line))

    return add


def _lines(region: Region, app: App, deployment: Deployment, status: str) -> list[str]:
    words = {
        "name": app.name,
        "region": region.name,
        "revision": deployment.git_ref or "archive",
        "types": ", ".join(app.formation) or "web",
    }
    return [line.format(**words) for line in _OUTPUT.get(status, ())]


def write(region: Region, app: App, deployment: Deployment) -> None:
    """Add the lines of the current status to a deployment's output."""
    if deployment.output is not None:
        deployment.output += _lines(region, app, deployment, deployment.status)


def finish(region: Region, app: App, deployment: Deployment, when: float) -> None:
    """Finish a deployment; a successful one replaces the app's containers."""
    deployment.finished_at = when
    status = deployment.failure or "success"
    for line in _lines(region, app, deployment, status):
        _print(app, deployment, line)(when)
    _step(app, deployment, status)(when)
    if status != "success":
        return
    deployment.image_size = 104_857_600
    app.last_deployment_id = deployment.id
    app.updated_at = when
    if not app.formation:
        app.formation["web"] = Formation("web", 1, "M")
    app.status = settled_status(app)
    stop(app, [row for row in app.containers if row.type in app.formation], when)
    for formation in app.formation.values():
        for index in range(1, formation.amount + 1):
            boot(region.world, app, formation.name, index, formation.size, when)
    running(app, when)
