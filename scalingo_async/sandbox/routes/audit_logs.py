"""`audit_logs.get`."""

from datetime import UTC, datetime

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes

__all__ = ["routes"]

routes = Routes()


@routes("audit_logs.get", "GET", "/apps/{app}/audit_logs/{audit_log_id}")
def get(call: Call) -> Response:
    """Show the input and output of a one-off container."""
    log = call.app().audit_logs.get(call.params["audit_log_id"])
    if log is None:
        raise Refusal.not_found("audit_log")
    rows = [
        {"time": _nanoseconds(time), "content": text, "type": direction}
        for time, direction, text in log.entries
    ]
    return json_response(rows)


def _nanoseconds(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000+00:00")
