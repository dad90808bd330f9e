"""A Flask service: lists apps, restarts one, shows a log, and takes webhooks.

    python examples/flask_service/flask_app.py

With no SCALINGO_API_TOKEN set it starts a sandbox, an in-memory Scalingo on a port of this machine.
In production it is served by threads: `gunicorn "flask_app:create_app()" --workers 2 --threads 4`.
WEBHOOK_SECRET is the end of the URL that the notifier sends to. There is no login: put one in
front before you let anybody near it.
"""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, current_app, request

from scalingo_async import ScalingoError
from scalingo_async.blocking import Client, WebhookReceiver
from scalingo_async.integrations.failures import answer_to

if TYPE_CHECKING:
    from scalingo_async.models import Event

receiver = WebhookReceiver(os.environ.get("WEBHOOK_SECRET") or secrets.token_urlsafe(32))


def create_app() -> Flask:
    """Create the application and the client of this process."""
    app = Flask(__name__)
    # A user waits for the page, so no call may take long.
    app.extensions["scalingo"] = Client.from_env(max_wait=5, deadline=20)
    app.add_url_rule("/apps", view_func=list_apps)
    app.add_url_rule("/apps/<name>/restart", view_func=restart, methods=["POST"])
    app.add_url_rule("/apps/<name>/log", view_func=log)
    app.add_url_rule("/webhooks/scalingo/<secret>", view_func=webhook, methods=["POST"])
    app.register_error_handler(ScalingoError, failed)
    return app


def client() -> Client:
    """Return the client of this process."""
    found: Client = current_app.extensions["scalingo"]
    return found


def list_apps() -> dict[str, Any]:
    """List the apps."""
    return {"apps": [app.name for app in client().apps.list()], "worker": os.getpid()}


def restart(name: str) -> dict[str, Any]:
    """Restart an app, and respond when it runs again."""
    client().apps.restart(name).wait(timeout=60)
    return {"name": name, "status": client().apps.get(name).status}


def log(name: str) -> Response:
    """Show the last lines of an app's log."""
    lines = client().logs.lines(name, n=100)
    return Response("".join(f"{line.message}\n" for line in lines), mimetype="text/plain")


def webhook(secret: str) -> tuple[str, int]:
    """Receive an event from a notifier."""
    receiver.deliver(handle, request.headers, request.get_data(), secret=secret)
    return "", 204


def handle(event: Event) -> None:
    """Handle an event."""
    print(event.type, event.app_name, flush=True)


def failed(error: ScalingoError) -> Response:
    """Turn an error of a call into a response that doesn't contain the platform's message."""
    answer = answer_to(error)
    if answer is None:
        raise error
    return Response(answer.body, answer.status, answer.headers)


def main() -> None:
    """Serve it, against a sandbox when there is no token."""
    port = int(os.environ.get("PORT", "8000"))
    if os.environ.get("SCALINGO_API_TOKEN"):
        create_app().run(port=port)
        return
    from scalingo_async.sandbox import Sandbox

    with Sandbox(apps=8).running() as sandbox:
        os.environ.update(sandbox.environ())
        print(f"A sandbox at {sandbox.url}: nothing real is touched.", flush=True)
        create_app().run(port=port)


if __name__ == "__main__":
    main()
