"""A database, and its API with the right credential."""

from .bare_client import bearer

PLANS = {
    "postgresql": "5cc45d3e3e6b3b0012490001",
    "redis": "5cc45d3e3e6b3b0012491001",
    "mysql": "5cc45d3e3e6b3b0012492001",
    "mongodb": "5cc45d3e3e6b3b0012493001",
    "influxdb": "5cc45d3e3e6b3b0012494001",
    "elasticsearch": "5cc45d3e3e6b3b0012495001",
}


class DatabaseApi:
    """The database API of one addon; paths are below `/databases/{addon_id}`, or absolute."""

    def __init__(self, api, app, addon_id, token):
        self.api, self.app, self.addon_id = api, app, addon_id
        self.headers = bearer(token)

    @classmethod
    async def make(cls, api, engine, app="some-example-app"):
        """Add a database to an app; it is still being made."""
        addon = {"addon_provider_id": engine, "plan_id": PLANS[engine]}
        addon = (await api.ok("POST", f"/v1/apps/{app}/addons", {"addon": addon}))["addon"]
        return await cls.of(api, app, addon["id"])

    @classmethod
    async def of(cls, api, app, addon_id):
        return cls(api, app, addon_id, await api.addon_token(app, addon_id))

    def where(self, path):
        if path.startswith("/"):
            return f"/api{path}"
        return f"/api/databases/{self.addon_id}" + (f"/{path}" if path else "")

    async def send(self, method, path="", json=None, **more):
        return await self.api.send(method, self.where(path), json, headers=self.headers, **more)

    async def ok(self, method, path="", json=None, **more):
        return await self.api.ok(method, self.where(path), json, headers=self.headers, **more)

    async def act(self, name, params=None):
        """Do an action; returns its result, or its error in a tuple."""
        body = await self.ok("POST", "action", {"action_name": name, "params": params})
        return body["result"] if body["ok"] else (body["error"],)

    async def show(self, *keys):
        database = (await self.ok("GET"))["database"]
        return tuple(database[key] for key in keys) if len(keys) > 1 else database[keys[0]]
