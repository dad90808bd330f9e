"""The views of a service, independent of the web framework."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from scalingo_async import NotFoundError, current_request_id
from service_page.pages import Webhook, app_page, apps_page, confirm_page, is_from_here
from service_page.problems import Problem, ProblemError, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scalingo_async import AsyncClient
    from service_page.known import Knowledge, Known, Row


@dataclass
class Site:
    """The pages of a service.

    Attributes:
        known: The state that they show.
        secret: The secret of the webhook; `None` unless whoever opens a page may see it.
        public_url: URL of the service for the platform; by default the one in the browser.
    """

    known: Knowledge
    secret: str | None = None
    public_url: str | None = None

    async def home(self, client: AsyncClient, origin: str) -> str:
        """Show all apps."""
        with shown():
            apps = readable(await self.known.apps(client))
            events = await self.known.events()
        webhook = Webhook((self.public_url or origin).rstrip("/"), self.secret)
        return apps_page(apps, events, webhook)

    async def app(self, client: AsyncClient, name: str) -> str:
        """Show one app."""
        with shown():
            apps, row = await self._app(client, name)
            log = await self.known.log(client, name)
            return app_page(row, apps, log, await self.known.events())

    async def confirm(self, client: AsyncClient, name: str) -> str:
        """Ask for a confirmation of a restart."""
        with shown():
            _, row = await self._app(client, name)
        return confirm_page(row)

    async def restart(self, client: AsyncClient, name: str, headers: Mapping[str, str]) -> str:
        """Start the restart of an app, and return the path of its page."""
        if not is_from_here(headers):
            text = "The request came from a page of another site. Nothing was restarted."
            raise ProblemError(
                Problem(403, "Request from another site", text, current_request_id())
            )
        with shown():
            await client.apps.restart(name)
        await self.known.changed(name, now=True)
        return f"/apps/{quote(name, safe='')}"

    async def _app(self, client: AsyncClient, name: str) -> tuple[Known, Row]:
        apps = readable(await self.known.apps(client))
        for row in apps.rows or []:
            if row["name"] == name:
                return apps, row
        raise NotFoundError(f"there is no app {name!r} in the list")


def readable(known: Known) -> Known:
    """Return what is known, if there is something to show.

    Raises:
        ProblemError: It could never be read.
    """
    if known.rows is None and known.problem is not None:
        raise ProblemError(known.problem)
    return known


def announce(url: str, secret: str, *, told: bool) -> None:
    """Print the URLs of the service and of its webhook, and a command that sends an event.

    Args:
        url: URL of the service.
        secret: The secret of the webhook.
        told: Whether to print it; otherwise `$WEBHOOK_SECRET` takes its place.
    """
    webhook = Webhook(url.rstrip("/"), secret if told else None)
    print(f"Open {url}")
    print(f"Webhook: {webhook.url}")
    print(f"Send it an event: {webhook.curl('my-app')}", flush=True)
