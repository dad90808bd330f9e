"""One-off containers of a served sandbox, reached over bare sockets."""

import base64
from contextlib import asynccontextmanager

import anyio
import httpx

from .bare_client import Api


class Line:
    """A connection that was asked for with CONNECT."""

    def __init__(self, stream, head, data, first):
        self.status = int(head.split()[1])
        self.head = head
        self.first = first
        self._stream = stream
        self._data = data

    async def until(self, end):
        """Return the output up to and with a piece of text."""
        while end not in self._data:
            self._data += await self._stream.receive()
        found, _, self._data = self._data.partition(end)
        return found + end

    async def rest(self):
        """Return the output to the end of the connection."""
        try:
            while True:
                self._data += await self._stream.receive()
        except anyio.EndOfStream:
            data, self._data = self._data, b""
            return data

    async def type(self, data):
        await self._stream.send(data)

    async def aclose(self):
        await self._stream.aclose()


class OneOff:
    """A one-off container that was started."""

    def __init__(self, api, container, attach_url, token):
        self.api = api
        self.container = container
        self.url = attach_url
        self.token = token

    @property
    def auth(self):
        return ("", self.token)

    @asynccontextmanager
    async def attach(self, *, token=None, early=b""):
        url = httpx.URL(self.url)
        credential = base64.b64encode(f":{token or self.token}".encode()).decode()
        head = (
            f"CONNECT {url.path} HTTP/1.1\r\nHost: {url.host}:{url.port}\r\n"
            f"Authorization: Basic {credential}\r\n\r\n"
        )
        async with await anyio.connect_tcp(url.host, url.port) as stream:
            await stream.send(head.encode() + early)
            data = b""
            while b"\r\n\r\n" not in data:
                first = await stream.receive()
                data += first
            answer, _, data = data.partition(b"\r\n\r\n")
            yield Line(stream, answer, data, first)

    async def upload(self, name, content, **more):
        files = {"file": (name, content, "application/octet-stream")}
        return await self.api.http.post(f"{self.url}/files", files=files, auth=self.auth, **more)

    async def resize(self, width, height):
        body = {"width": width, "height": height}
        return await self.api.http.put(self.url, json=body, auth=self.auth)

    async def wait(self):
        answer = await self.api.http.get(f"{self.url}/wait", auth=self.auth, timeout=20)
        return answer.status_code, answer.json()

    async def output(self):
        """Attach, and return all that comes."""
        async with self.attach() as line:
            assert line.status == 200
            return await line.rest()


async def start(api: Api, command, **fields):
    """Start a one-off container of the sandbox's first app; operations take no time."""
    app = api.sandbox.apps()[0]
    body = await api.ok("POST", f"/v1/apps/{app.name}/run", {"command": command, **fields})
    operation = (await api.ok("GET", body["operation_url"]))["operation"]
    url = operation["start_one_off_data"]["attach_url"]
    token = api.http.headers["Authorization"].removeprefix("Bearer ")
    return OneOff(api, body["container"], url, token)
