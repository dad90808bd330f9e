"""A bare client: the sandbox is tested without the package's own one."""

import httpx
import jwt

from .shapes import check_event


class Api:
    """A user's client, in process or, when the sandbox is served, over its socket."""

    def __init__(self, sandbox, api_token=None, *, region=None, over_socket=False):
        self.sandbox = sandbox
        self.api_token = api_token or sandbox.api_token
        self.prefix = f"/{region}" if region else ""
        transport = None if over_socket else httpx.ASGITransport(app=sandbox.app)
        self.http = httpx.AsyncClient(
            base_url=sandbox.url, transport=transport, headers={"Accept": "application/json"}
        )

    async def __aenter__(self):
        await self.http.__aenter__()
        return self

    async def __aexit__(self, *details):
        await self.http.__aexit__(*details)

    async def exchange(self):
        answer = await self.http.post("/auth/v1/tokens/exchange", auth=("", self.api_token))
        answer.raise_for_status()
        return answer.json()["token"]

    async def sign_in(self):
        self.http.headers["Authorization"] = f"Bearer {await self.exchange()}"

    async def send(self, method, path, json=None, **more):
        """Send to an API: `/v1/…` and `/api/…` get the region's prefix."""
        if path.startswith(("/v1/", "/api/")):
            path = self.prefix + path
        return await self.http.request(method, path, json=json, **more)

    async def get(self, path, **more):
        return await self.send("GET", path, **more)

    async def ok(self, method, path, json=None, **more):
        """Send, and return the decoded body of an answer that has to be a good one."""
        answer = await self.send(method, path, json, **more)
        assert answer.status_code < 300, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    async def addon_token(self, app, addon_id):
        body = await self.ok("POST", f"/v1/apps/{app}/addons/{addon_id}/token")
        return body["addon"]["token"]

    async def events(self, app):
        body = await self.ok("GET", f"/v1/apps/{app}/events", params={"per_page": 100})
        return body["events"]


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


async def latest_event(api, app="some-example-app"):
    """Return the type and the payload of what happened to an app last."""
    event = (await api.events(app))[0]
    check_event(event)
    return event["type"], event["type_data"]
