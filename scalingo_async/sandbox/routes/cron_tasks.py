"""`cron_tasks.get`."""

import re

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.clock import iso, iso_or_none
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.apps import App
from scalingo_async.sandbox.world.cron_jobs import CronJob

__all__ = ["routes"]

routes = Routes()

_DAY = 86_400
_DAILY = re.compile(r"(\d{1,2}) (\d{1,2}) \* \* \* ")


@routes("cron_tasks.get", "GET", "/apps/{app}/cron_tasks")
def get(call: Call) -> Response:
    """Show an app's tasks; they never run."""
    app = call.app()
    jobs = [_view(app, job, call.now) for job in app.cron_jobs]
    body: Json = {"jobs": jobs if app.deployed else None}
    if app.last_deployment_id is not None:
        body["deployment_id"] = app.last_deployment_id
    return json_response(body)


def _view(app: App, job: CronJob, now: float) -> Json:
    view: Json = {"command": job.command}
    if job.size is not None:
        view["size"] = job.size
    daily = _DAILY.match(job.command)
    if daily is not None:
        turn = int(daily[2]) * 3600 + int(daily[1]) * 60
        last = now // _DAY * _DAY + turn
        last = last if last <= now else last - _DAY
        ran = app.last_deployed_at is not None and app.last_deployed_at <= last
        view["last_execution_date"] = iso_or_none(last if ran else None)
        view["next_execution_date"] = iso(last + _DAY)
    return view
