"""The pages of a service, as HTML, independent of the web framework.

static/page.js refreshes the elements marked `data-live`. Everything else works without it.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service_page.known import Known, Row
    from service_page.problems import Problem

RELOAD: Final = "<noscript><p>Reload the page to see what is new.</p></noscript>"
STATIC: Final = Path(__file__).parent / "static"

HEADERS: Final = {
    # Browsers load the files in static/ and nothing else, and run no inline script.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    # Pages show logs, so no cache may store them.
    "Cache-Control": "no-store",
}
"""Headers of all responses."""


def is_from_here(headers: Mapping[str, str]) -> bool:
    """Tell whether a POST comes from a page of this service, not of another site (CSRF).

    Browsers send at least one of these two headers. A request with neither comes from a program,
    which no page of another site controls.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is None:
        return True
    host = urlsplit(origin).netloc
    return host != "" and host == headers.get("host")


@dataclass(frozen=True)
class Webhook:
    """Where a notifier sends events to.

    Attributes:
        base: URL of the service, without a slash at the end.
        secret: The end of the URL; `None` shows the environment variable in its place.
    """

    base: str
    secret: str | None

    @property
    def url(self) -> str:
        """The URL to show."""
        return f"{self.base}/webhooks/scalingo/{self.secret or '$WEBHOOK_SECRET'}"

    def curl(self, app: str) -> str:
        """Return a command that sends an event, with another id each time."""
        url = shlex.quote(f"{self.base}/webhooks/scalingo/{self.secret or ''}")
        event: dict[str, object] = {
            "id": "try-@",
            "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "type": "restart",
            "app_name": app,
            "type_data": {},
        }
        body = shlex.quote(json.dumps(event)).replace("@", "'$RANDOM'", 1)
        url += "" if self.secret else '"$WEBHOOK_SECRET"'
        return (
            f"curl -sS -w '%{{http_code}}\\n' -H 'Content-Type: application/json' -d {body} {url}"
        )


def apps_page(apps: Known, events: list[Row], webhook: Webhook) -> str:
    """Show all apps, the last events, and the URL of the webhook."""
    rows = apps.rows or []
    running = sum(row["status"] == "running" for row in rows)
    lines = "".join(
        f'<tr><th scope="row"><a id="open-{escape(row["name"])}" href="{_path(row["name"])}">'
        f'{escape(row["name"])}</a></th><td>{_state(row)}</td><td><a class="button" '
        f'id="restart-{escape(row["name"])}" href="{_path(row["name"])}/restart">Restart'
        f'<span class="hidden"> {escape(row["name"])}</span></a></td></tr>'
        for row in rows
    )
    example = rows[0]["name"] if rows else "my-app"
    return _page(
        "My apps",
        f"<h1>My apps</h1>{_note(apps)}"
        f'<p id="sum" data-live>{len(rows)} apps, {running} running {_as_of(apps)}</p>{RELOAD}'
        '<table><caption class="hidden">Apps and their states</caption><thead><tr>'
        '<th scope="col">App</th><th scope="col">State</th>'
        '<th scope="col"><span class="hidden">What to do</span></th></tr></thead>'
        f'<tbody id="apps" data-live>{lines}</tbody></table>'
        f"<h2>Last events</h2>{_events(events)}"
        "<h2>Webhook</h2>"
        "<p>A notifier of type <code>webhook</code> sends events to this URL:</p>"
        f"{_copied('url', 'the URL', webhook.url)}"
        "<p>This command sends an event, which appears above:</p>"
        f"{_copied('curl', 'the command', webhook.curl(example))}"
        + (
            ""
            if webhook.secret
            else "<p>The secret, <code>WEBHOOK_SECRET</code> of the service, is not shown. "
            "Set it in your shell as well.</p>"
        ),
        above="",
    )


def app_page(row: Row, apps: Known, log: Known, events: list[Row]) -> str:
    """Show an app: its state, the last lines of its log, and its last events."""
    name = row["name"]
    link = ""
    if row["url"].startswith(("https://", "http://")):
        link = f'<p><a href="{escape(row["url"])}" rel="noreferrer">{escape(row["url"])}</a></p>'
    lines = "".join(
        f"<span>{_clock(line['at'])} <b>{escape(line['source'])}</b> {escape(line['text'])}\n"
        "</span>"
        for line in log.rows or []
    )
    return _page(
        name,
        f"<h1>{escape(name)}</h1>{_note(apps)}"
        f'<p id="state" data-live>{_state(row)} {_as_of(apps)}</p>{RELOAD}{link}'
        f'<p><a class="button" id="restart" href="{_path(name)}/restart">Restart</a></p>'
        f'<h2 id="log-title">Last lines of the log (UTC)</h2>{_note(log, "log-note")}'
        '<pre id="log" data-live tabindex="0" role="region" aria-labelledby="log-title">'
        f"{lines or 'No lines yet.'}</pre>"
        "<h2>Last events</h2>"
        + _events([event for event in events if event["app"] == name], with_app=False),
    )


def confirm_page(row: Row) -> str:
    """Ask for a confirmation of a restart."""
    name = row["name"]
    return _page(
        f"Restart {name}?",
        f"<h1>Restart {escape(name)}?</h1><p>{_state(row)}</p>"
        "<p>New containers replace all of its containers. Requests in flight may fail.</p>"
        f'<form method="post" action="{_path(name)}/restart">'
        f'<button class="button danger" id="confirm">Restart {escape(name)}</button> '
        f'<a class="button" id="cancel" href="{_path(name)}">Cancel</a></form>',
    )


def problem_page(problem: Problem) -> str:
    """Show what happened."""
    return _page(
        problem.title,
        f'<h1>{escape(problem.title)}</h1><div id="problem"><p>{escape(problem.text)}</p>'
        f"{_request_id(problem)}</div>"
        '<p><a class="button" href="">Try again</a></p>',
    )


def _page(title: str, content: str, *, above: str = '<nav><a href="/">All apps</a></nav>') -> str:
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)}</title>"
        '<link rel="icon" href="/static/icon.svg"><link rel="stylesheet" href="/static/page.css">'
        '<script src="/static/page.js" defer></script></head><body>'
        f"{above}<main>"
        '<p id="lost" class="note" role="status" hidden></p>'
        f"{content}</main></body></html>\n"
    )


def _path(name: str) -> str:
    return f"/apps/{quote(name, safe='')}"


def _state(row: Row) -> str:
    status = escape(row["status"])
    return f'<span class="state" data-state="{status}">{status}</span>'


def _note(known: Known, name: str = "note") -> str:
    """Say why the page is out of date; screen readers announce it."""
    text = ""
    if known.problem is not None:
        what = "This page is out of date" if known.rows is not None else "There is nothing to show"
        text = f"<strong>{what}.</strong> {escape(known.problem.text)}{_request_id(known.problem)}"
    return f'<div id="{name}" class="note" role="status" data-live>{text}</div>'


def _request_id(problem: Problem) -> str:
    if problem.request_id is None:
        return ""
    return f"<p>Request id: <code>{escape(problem.request_id)}</code></p>"


def _events(events: list[Row], *, with_app: bool = True) -> str:
    lines: list[str] = []
    for event in events:
        time = _time(datetime.fromisoformat(event["at"]))
        app = f' <span class="app">{escape(event["app"])}</span>' if with_app else ""
        lines.append(f"<li>{time} <b>{escape(event['type'])}</b>{app}</li>")
    return f'<ul id="events" data-live>{"".join(lines) or "<li>none yet</li>"}</ul>'


def _copied(name: str, what: str, text: str) -> str:
    return (
        f'<div class="copied"><pre id="{name}" tabindex="0">{escape(text)}</pre>'
        f'<button class="button" type="button" data-copy="{name}" hidden>Copy'
        f'<span class="hidden"> {what}</span></button></div>'
    )


def _as_of(known: Known) -> str:
    moment = datetime.fromtimestamp(known.at, UTC)
    return f"at {_time(moment, '%H:%M:%S')}"


def _time(moment: datetime, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    """Show a moment in UTC, because the time zone of the reader is unknown."""
    text = moment.astimezone(UTC).strftime(form)
    return f'<time datetime="{moment.isoformat(timespec="seconds")}">{text} UTC</time>'


def _clock(at: str) -> str:
    return f'<time datetime="{escape(at)}">{escape(at[11:19])}</time>' if at else ""
