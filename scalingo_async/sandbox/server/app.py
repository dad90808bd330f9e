"""The ASGI application: from request to response, including faults and limits."""

import logging
from dataclasses import dataclass
from email.utils import formatdate
from functools import partial
from typing import Protocol

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from scalingo_async.sandbox.behaviour.call import Call, Later, json_response, text_response
from scalingo_async.sandbox.behaviour.tokens import Authority, Principal
from scalingo_async.sandbox.ids import Ids
from scalingo_async.sandbox.refusals import ConnectionCut, Refusal
from scalingo_async.sandbox.server.broken_answers import PARTIAL, resized, send_some
from scalingo_async.sandbox.server.faults import Fault, Faults
from scalingo_async.sandbox.server.rate_limit import Limiter
from scalingo_async.sandbox.server.requests import KEPT_HEADERS, RequestRecord, Requests
from scalingo_async.sandbox.server.routing import WEBSOCKET, Match, NoRoute, Peek, Router
from scalingo_async.sandbox.server.streams import Stream, answering, handshake
from scalingo_async.sandbox.world.state import World

__all__ = ["LOOK", "SandboxApp"]

_LOGGER = logging.getLogger("scalingo_async.sandbox")

#: Seconds between two checks for a delayed response.
LOOK = 0.02

_HIDDEN_PARAMETERS = frozenset({"token", "signature"})

_USUAL = {
    400: "Bad request",
    401: "Not authenticated",
    403: "Forbidden",
    404: "not found",
    408: "Request timeout",
    409: "Conflict",
    500: "Internal error occured, we're on it!",
    502: "Bad gateway",
    503: "Service unavailable",
    504: "Gateway timeout",
}

_NOT_FOUND_PAGE = """<!DOCTYPE html>
<html>
<head><title>The page you were looking for doesn't exist (404)</title></head>
<body><h1>The page you were looking for doesn't exist.</h1></body>
</html>
"""

_PROXY_PAGE = """<html>
<head><title>{status}</title></head>
<body><center><h1>{status}</h1></center><hr><center>sandbox</center></body>
</html>
"""


@dataclass(slots=True, eq=False)
class SandboxApp:
    """The sandbox as an ASGI application.

    Attributes:
        end_connection: Ends the connection from an address; the server sets it.
    """

    world: World
    authority: Authority
    router: Router
    limiter: Limiter | None
    faults: Faults
    requests: Requests
    request_ids: Ids
    end_connection: "_EndConnection | None" = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, as the ASGI specification defines it."""
        match scope["type"]:
            case "http":
                await self._http(Request(scope, receive), receive, send)
            case "websocket":
                await receive()
                await self._deal(handshake(scope), b"", receive, answering(send))
            case _:
                await _lifespan(receive, send)

    async def _http(self, request: Request, receive: Receive, send: Send) -> None:
        try:
            body = await request.body()
        except ClientDisconnect:
            return
        await self._deal(request, body, receive, send)

    async def _deal(self, request: Request, body: bytes, receive: Receive, send: Send) -> None:
        response, record, fault = await self._reply(request, body)
        if response is None or (fault is not None and fault.kind == "close_after"):
            self.requests.end(record, None)
            await self._cut(request, receive)
            return
        if isinstance(response, Later):
            response = await self._look_until(response, receive)
        if response is None:
            return
        response = _spoiled(fault, response)
        self._complete(response, record)
        if request.method == "HEAD":
            response.body = b""
        if isinstance(response, Stream):
            response.end_by(fault, partial(self._cut, request, receive, flush=True))
        elif fault is not None and fault.kind in PARTIAL:
            await send_some(response, fault, send)
            await self._leave(fault, request, receive)
            return
        await response(request.scope, receive, send)

    async def _reply(
        self, request: Request, body: bytes
    ) -> tuple[Response | None, RequestRecord, Fault | None]:
        """Execute a request unless a fault prevents it; `None` means to cut the connection."""
        match = self._find(request)
        with self.world.lock:
            record = self._open(request, match, body)
            fault = self.faults.take(record.operation)
        delay = self.world.settings.latency + (fault.delay if fault is not None else 0)
        if delay > 0:
            await anyio.sleep(delay)
        if fault is not None:
            record.fault = fault.kind
            if not fault.executes:
                cut = fault.kind == "close_before"
                return (None if cut else _faulty(fault)), record, fault
        return self._execute(request, match, body, record), record, fault

    def _complete(self, response: Response, record: RequestRecord) -> None:
        self.requests.end(record, response.status_code)
        response.headers["x-request-id"] = record.request_id
        response.headers["date"] = formatdate(self.world.clock.time(), usegmt=True)

    async def _look_until(self, later: Later, receive: Receive) -> Response | None:
        """Poll until there is a response; `None` if the client disconnects first."""
        found: Response | None = None

        async def leave() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            tasks.cancel_scope.cancel()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(leave)
            while found is None:
                with self.world.lock:
                    self.world.settle()
                    found = later.look()
                if found is None:
                    await anyio.sleep(LOOK)
            tasks.cancel_scope.cancel()
        return found

    async def attach(self, request: Request) -> tuple[Response | None, Fault | None]:
        """Handle a request that takes over the connection: it leads to a `Handover`."""
        response, record, fault = await self._reply(request, b"")
        if response is None:
            self.requests.end(record, None)
        else:
            self._complete(response, record)
        return response, fault

    # Before the response --------------------------------------------------------------------

    def _find(self, request: Request) -> Match | NoRoute:
        path = _raw_path(request.scope)
        match = self.router.find(request.method, path)
        if isinstance(match, NoRoute) and request.method == WEBSOCKET:
            # Without a stream at that path, a server answers the handshake like any other GET.
            return self.router.find("GET", path)
        return match

    def _open(self, request: Request, match: Match | NoRoute, body: bytes) -> RequestRecord:
        authorization = request.headers.get("authorization")
        if isinstance(match, Match):
            operation = match.route.name(Peek(authorization, body, request.query_params))
            api, region = str(match.route.api), match.region
        else:
            operation, api, region = "", "", None
        record = RequestRecord(
            method="GET" if request.method == WEBSOCKET else request.method,
            path=_raw_path(request.scope),
            query={
                name: "…" if name in _HIDDEN_PARAMETERS else value
                for name, value in request.query_params.items()
            },
            operation=operation,
            api=api,
            region=region,
            request_id=request.headers.get("x-request-id") or self.request_ids.uuid(),
            headers={
                name: value for name, value in request.headers.items() if name in KEPT_HEADERS
            },
            authorization=(authorization or "").partition(" ")[0].lower() or None,
            time=self.world.clock.time(),
        )
        self.requests.open(record)
        return record

    def _execute(
        self, request: Request, match: Match | NoRoute, body: bytes, record: RequestRecord
    ) -> Response:
        with self.world.lock:
            record.time = self.world.clock.time()
            self.world.settle()
            try:
                response = self._answer(request, match, body, record)
            except Refusal as refusal:
                response = _refused(refusal, request, record.api)
            except Exception:
                _LOGGER.exception("The sandbox failed at %s", record.operation)
                response = json_response({"error": _USUAL[500]}, 500)
            if response.status_code < 400:
                self.requests.done(record)
            return response

    def _answer(
        self, request: Request, match: Match | NoRoute, body: bytes, record: RequestRecord
    ) -> Response:
        if isinstance(match, NoRoute):
            if match.allowed:
                allow = {"Allow": ", ".join(match.allowed)}
                raise Refusal(405, {"error": "method not allowed"}, allow)
            raise Refusal(404, {"error": "not found"})
        principal = self._authenticate(request, match)
        if principal is not None and match.route.limited:
            record.limit_key = (match.route.api, match.region, principal.token.id)
            if self.limiter is not None and not self.limiter.admit(record.limit_key, record.time):
                self.requests.refuse(record)
                raise Refusal(429, "Retry later")
        call = Call(
            self.world,
            self.world.regions[match.region],
            self.authority,
            record.operation,
            request,
            match.params,
            body,
            principal,
        )
        return match.route.handler(call)

    def _authenticate(self, request: Request, match: Match) -> Principal | None:
        authorization = request.headers.get("authorization")
        route = match.route
        if route.auth == "none" or (route.auth == "optional" and authorization is None):
            return None
        if route.auth == "basic":
            attaching = self.authority.attaching(authorization)
            if attaching is None:
                raise Refusal.unauthorized()
            return attaching
        principal = self.authority.principal(authorization)
        if route.auth == "addon":
            return self._database_principal(principal, match)
        if principal is None or principal.addon is not None:
            raise Refusal.unauthorized()
        return principal

    def _database_principal(self, principal: Principal | None, match: Match) -> Principal:
        """Check the credential of a database request; an addon's token opens only that addon.

        The database API responds to an invalid one with 400, as recorded.
        """
        if principal is not None and principal.addon is None:
            principal = _as_addon(principal, match, self.world)
        if principal is None:
            raise Refusal.bad_request("unauthorized")
        addon_id, scope = match.params.get("addon_id"), principal.addon
        if scope is not None and (
            scope[0] != match.region or (addon_id is not None and scope[2] != addon_id)
        ):
            raise Refusal.bad_request("unauthorized")
        return principal

    async def _leave(self, fault: Fault, request: Request, receive: Receive) -> None:
        """Handle a partly sent body: wait for the client to disconnect, or cut the connection."""
        if fault.kind == "stall":
            await _departure(receive)
        else:
            await self._cut(request, receive, flush=True)

    async def _cut(self, request: Request, receive: Receive, *, flush: bool = False) -> None:
        """End the connection; in process, where there is none, raise an exception instead."""
        address = request.scope.get("client")
        if self.end_connection is None or address is None:
            raise ConnectionCut("The sandbox cut the connection")
        self.end_connection((address[0], address[1]), flush=flush)
        await _departure(receive)


class _EndConnection(Protocol):
    """Ends the connection of a client address; with `flush`, pending data is sent first."""

    def __call__(self, address: tuple[str, int], *, flush: bool) -> None: ...


def _as_addon(principal: Principal, match: Match, world: World) -> Principal | None:
    """Accept a user's bearer token on the database API if the settings allow it."""
    if not world.settings.bearer_on_database_api:
        return None
    addon_id = match.params.get("addon_id")
    if addon_id is None:
        return principal
    found = world.regions[match.region].addon(addon_id)
    if found is None:
        return None
    app, addon = found
    if principal.user.id not in app.members():
        return None
    return Principal(principal.user, principal.token, (match.region, app.id, addon.id))


async def _departure(receive: Receive) -> None:
    """Wait until the client disconnects."""
    while not (await receive())["type"].endswith(".disconnect"):
        pass


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def _raw_path(scope: Scope) -> str:
    raw: bytes | None = scope.get("raw_path")
    return raw.decode("latin-1").partition("?")[0] if raw else str(scope["path"])


def _refused(refusal: Refusal, request: Request, api: str) -> Response:
    if isinstance(refusal.body, str):
        response = text_response(refusal.body, refusal.status)
    elif (
        refusal.status == 404
        and api == "auth"
        and "application/json" not in request.headers.get("accept", "")
    ):
        # The auth service sends HTML to clients that don't ask for JSON.
        response = text_response(_NOT_FOUND_PAGE, 404, "text/html")
    else:
        response = json_response(refusal.body, refusal.status)
    response.headers.update(refusal.headers)
    return response


def _faulty(fault: Fault) -> Response:
    status = fault.status or 502
    body = fault.body
    if fault.kind == "html":
        page = body if isinstance(body, str) else _PROXY_PAGE.format(status=status)
        response = text_response(page, status, "text/html")
    elif body is None and status == 429:
        response = text_response("Retry later", status)
    elif isinstance(body, str):
        response = text_response(body, status)
    elif isinstance(body, bytes):
        response = Response(body, status, {"content-type": "application/octet-stream"})
    else:
        content = {"error": _USUAL.get(status, "error")} if body is None else body
        response = json_response(content, status)
    response.headers.update(fault.headers)
    return response


def _spoiled(fault: Fault | None, response: Response) -> Response:
    """Apply a fault to a response."""
    # A connection that switches to another protocol has no length.
    if fault is not None and fault.kind == "wrong_length" and response.status_code >= 200:
        return resized(response, fault.bytes or 0)
    return response if fault is None or fault.kind != "garbage" else _garbage(fault)


def _garbage(fault: Fault) -> Response:
    body: object = fault.body
    content = body if isinstance(body, bytes) else str(body or '{"app": {"name": tru').encode()
    headers = {"content-type": "application/json; charset=utf-8", **fault.headers}
    return Response(content, fault.status or 200, headers)
