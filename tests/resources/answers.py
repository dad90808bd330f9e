"""A transport with one answer, and a client of it."""

from __future__ import annotations

import json

from scalingo_async import AsyncClient, Headers, Request
from scalingo_async.request import Response


class Answer:
    """A transport with one answer."""

    def __init__(self, body: object) -> None:
        self.content = json.dumps(body).encode()
        self.count = 0

    async def send(self, request: Request) -> Response:
        self.count += 1
        return Response(200, Headers(), self.content, request=request)

    async def aclose(self) -> None:
        pass


def client_with(answer: Answer) -> AsyncClient:
    return AsyncClient(bearer_token="bearer", transport=answer, rate_limit=None)
