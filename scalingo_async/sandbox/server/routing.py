"""Which operation a request asks for."""

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

#: Where the paths of an API begin, in each region.
_BEGINNINGS: dict[str, Api] = {
    "v1": "regional",
    "api": "database",
    "logs": "logs",
    "deployments": "deployments",
    "one-offs": "one_offs",
}

#: What stands for the method of a websocket handshake, which on the wire is a GET.
WEBSOCKET = "WEBSOCKET"

#: The credential of APIs that don't take a bearer token.
_AUTH: dict[Api, Auth] = {"database": "addon", "one_offs": "basic"}


@dataclass(frozen=True, slots=True)
class Peek:
    """What may tell two operations apart that share a method and a path."""

    authorization: str | None
    body: bytes
    query: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation.

    Attributes:
        operation: Its id.
        method: The HTTP method, or `WEBSOCKET` for a handshake.
        path: The path below the API's prefix, with `{names}`.
        handler: What carries it out.
        api: The API it belongs to.
        auth: The credential it wants.
        limited: Whether it counts against the rate limit.
        other: Says the id of another operation with the same method and path, if it is that one.
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
        """The parts of the path."""
        return tuple(self.path.strip("/").split("/"))

    def name(self, peek: Peek) -> str:
        """Return the id of the operation that a request means."""
        return (self.other(peek) if self.other is not None else None) or self.operation


class Routes:
    """A family of routes, collected by decorators.

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
        """Register a handler for an operation; `also` names further methods that clients use."""
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
    """A route that was found, in which region, with the values in its path."""

    route: Route
    region: str
    params: dict[str, str]


@dataclass(frozen=True, slots=True)
class NoRoute:
    """Nothing was found; `allowed` are the methods that the path knows, if it is known."""

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
            # A fixed word goes before a value: /apps/collaboration is not an app.
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
        """Tell from a path's beginning which API of which region it means."""
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
