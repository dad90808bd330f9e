"""Routing: from a request to an operation."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

if TYPE_CHECKING:
    from starlette.responses import Response

    from scalingo_async.sandbox.behaviour.call import Call

__all__ = [
    "WEBSOCKET",
    "Api",
    "Auth",
    "Handler",
    "Match",
    "NoRoute",
    "Peek",
    "Route",
    "Router",
    "Routes",
]

Api = Literal["regional", "auth", "database", "billing", "logs", "deployments", "one_offs"]
Auth = Literal["bearer", "addon", "basic", "optional", "none"]
Handler = Callable[["Call"], "Response"]

#: The path prefix of each API, within a region.
_BEGINNINGS: dict[str, Api] = {
    "v1": "regional",
    "api": "database",
    "logs": "logs",
    "deployments": "deployments",
    "one-offs": "one_offs",
}

#: The pseudo-method of a websocket handshake, which is a GET on the wire.
WEBSOCKET = "WEBSOCKET"

#: The credentials of APIs that don't use a bearer token.
_AUTH: dict[Api, Auth] = {"database": "addon", "one_offs": "basic"}


@dataclass(frozen=True, slots=True)
class Peek:
    """The parts of a request that distinguish operations with the same method and path."""

    authorization: str | None
    body: bytes
    query: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Route:
    """A route to an operation.

    Attributes:
        operation: Its id.
        method: The HTTP method, or `WEBSOCKET` for a handshake.
        path: The path after the API's prefix, with `{names}`.
        handler: The function that executes it.
        api: The API it belongs to.
        auth: The credential it requires.
        limited: Whether it counts against the rate limit.
        other: Returns the id of another operation with the same method and path, if the request
            means that one.
    """

    operation: str
    method: str
    path: str
    handler: Handler
    api: Api = "regional"
    auth: Auth = "bearer"
    limited: bool = True
    other: Callable[[Peek], str | None] | None = None

    @property
    def segments(self) -> tuple[str, ...]:
        """The segments of the path."""
        return tuple(self.path.strip("/").split("/"))

    def name(self, peek: Peek) -> str:
        """Return the id of the operation that a request means."""
        return (self.other(peek) if self.other is not None else None) or self.operation


class Routes:
    """A group of routes, registered by decorators.

    Args:
        api: The API that they belong to.
    """

    def __init__(self, api: Api = "regional") -> None:
        self.api: Api = api
        self.routes: list[Route] = []

    def __call__(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        auth: Auth | None = None,
        limited: bool = True,
        other: Callable[[Peek], str | None] | None = None,
        also: Iterable[str] = (),
    ) -> Callable[[Handler], Handler]:
        """Register a handler for an operation; `also` lists other methods that clients use."""
        wanted: Auth = auth or _AUTH.get(self.api, "bearer")
        limited = limited and self.api != "one_offs"

        def register(handler: Handler) -> Handler:
            for verb in (method, *also):
                self.routes.append(
                    Route(operation, verb, path, handler, self.api, wanted, limited, other)
                )
            return handler

        return register


@dataclass(frozen=True, slots=True)
class Match:
    """A matched route, with its region and the values in its path."""

    route: Route
    region: str
    params: dict[str, str]


@dataclass(frozen=True, slots=True)
class NoRoute:
    """No route matched; `allowed` holds the methods of the path, if the path exists."""

    allowed: tuple[str, ...]


class Router:
    """Finds routes.

    Args:
        families: All routes.
        regions: The names of the regions, the default one first.
    """

    def __init__(self, families: Iterable[Routes], regions: Iterable[str]) -> None:
        self._regions = tuple(regions)
        self._table: dict[tuple[Api, int], list[tuple[tuple[str, ...], Route]]] = {}
        for family in families:
            for route in family.routes:
                segments = route.segments
                self._table.setdefault((route.api, len(segments)), []).append((segments, route))
        for rows in self._table.values():
            # A literal segment takes precedence over a parameter: /apps/collaboration is not an
            # app.
            rows.sort(key=lambda row: [segment.startswith("{") for segment in row[0]])

    def find(self, method: str, raw_path: str) -> Match | NoRoute:
        """Return the route for a method and a percent-encoded path."""
        place = self._locate(raw_path.strip("/").split("/") if raw_path.startswith("/") else [])
        if place is None or raw_path.endswith("/"):
            return NoRoute(())
        api, region, segments = place
        allowed: list[str] = []
        for pattern, route in self._table.get((api, len(segments)), ()):
            params = _params(pattern, segments)
            if params is None:
                continue
            if route.method == method or (method == "HEAD" and route.method == "GET"):
                return Match(route, region, params)
            if route.method != WEBSOCKET:
                allowed.append(route.method)
        return NoRoute(tuple(dict.fromkeys(allowed)))

    def _locate(self, parts: list[str]) -> tuple[Api, str, list[str]] | None:
        """Determine the API and the region from the prefix of a path."""
        default = self._regions[0]
        match parts:
            case ["auth", "v1", *rest]:
                return "auth", default, rest
            case ["billing", *rest]:
                return "billing", default, rest
            case [name, *rest] if name in self._regions[1:]:
                region, parts = name, rest
            case _:
                region = default
        api = _BEGINNINGS.get(parts[0]) if parts else None
        return None if api is None else (api, region, parts[1:])


def _params(pattern: tuple[str, ...], segments: list[str]) -> dict[str, str] | None:
    params: dict[str, str] = {}
    for expected, found in zip(pattern, segments, strict=True):
        if expected.startswith("{"):
            if not found:
                return None
            params[expected[1:-1]] = unquote(found)
        elif expected != found:
            return None
    return params
