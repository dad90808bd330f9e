"""The platform as routes of respx, for the tests of the surface.

respx sits in httpcore, beneath httpx: the client sends with its own transport and connections, and
all but the socket is real. What no route knows is refused, so a request to a wrong host, path or
verb is an error, not an answer.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import httpx
import respx
from api_facts import OPERATIONS, path_pattern

from scalingo_async import AsyncClient

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

BASES = {
    "regional": "https://api.osc-fr1.scalingo.com/v1",
    "auth": "https://auth.scalingo.com/v1",
    "database": "https://db-api.osc-fr1.scalingo.com/api",
    "billing": "https://cashmachine.scalingo.com",
}
"""Where each API is for a client that is told nothing else."""

_TOKENS = "addons.token"


class Platform:
    """Answers operations, each by a route of its own.

    Calls of the database API need an addon token first: that is given, and not counted.
    """

    def __init__(self) -> None:
        self.mock = respx.mock(assert_all_called=False)
        self._tokens: respx.Route | None = None

    def __enter__(self) -> Self:
        self.mock.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.mock.stop()

    def on(self, id_: str) -> respx.Route:
        """Return a new route for an operation: at its place, whatever its ids and its query are."""
        fact = OPERATIONS[id_]
        url = path_pattern(fact["path"])
        if fact["api"] == "absolute":
            # A URL that was handed out, and maybe something behind it.
            url = re.sub(r"^\(\?P<\w+>\[\^/\]\+\)", r"https://[^?]+", url)
        else:
            url = re.escape(BASES[fact["api"]]) + url
        return self.mock.route(method=fact["method"], url__regex=rf"^{url}(\?.*)?$")

    def answers(
        self,
        id_: str,
        content: object = b"",
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> respx.Route:
        """Let one operation answer and no other, and forget what was asked before.

        Args:
            id_: The operation.
            content: Its answer; what is not bytes is written as JSON. A function gets the request
                and returns it, or a whole response.
            status: The status, if it is not the one of the facts.
            headers: Headers of the answer.
        """
        self.mock.clear()
        self.mock.reset()
        self._tokens = None
        if id_ != _TOKENS:
            self._tokens = self.on(_TOKENS)
            self._tokens.respond(json={"addon": {"id": "ad-1", "token": "addon-token"}})
        return self.also(id_, content, status, headers)

    def also(
        self,
        id_: str,
        content: object = b"",
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> respx.Route:
        """Let one more operation answer."""
        status = OPERATIONS[id_]["status"] if status is None else status

        def answer(request: httpx.Request, **_: str) -> httpx.Response:
            made: Any = content(request) if callable(content) else content
            if isinstance(made, httpx.Response):
                return made
            raw = made if isinstance(made, bytes) else json.dumps(made).encode()
            return httpx.Response(status, headers=headers, content=raw)

        return self.on(id_).mock(side_effect=answer)

    @property
    def requests(self) -> list[httpx.Request]:
        """What was sent since `answers`, in order, but for the requests for addon tokens."""
        tokens = [call.request for call in self._tokens.calls] if self._tokens else []
        sent = [call.request for call in self.mock.calls]
        return [request for request in sent if not any(request is other for other in tokens)]


def connected(**settings: Any) -> AsyncClient:
    """Make a client that sends with httpx, needs no exchange of tokens and does not wait."""
    given = {"bearer_token": "bearer", "rate_limit": None, "max_retries": 0, "trust_env": False}
    return AsyncClient(**{**given, **settings})
