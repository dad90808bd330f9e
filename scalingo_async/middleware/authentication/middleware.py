"""Authentication: adds the right credential, and handles a refusal."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast

from scalingo_async._core.lazy import LazyModule
from scalingo_async._core.operation import API, Auth
from scalingo_async._core.secrets import RedactedDict
from scalingo_async.errors import APIConnectionError, ResponseTooLargeError
from scalingo_async.middleware.authentication.token_cache import TokenSource
from scalingo_async.middleware.error_mapping import read_some
from scalingo_async.request import Handler, Phase, Request, Response, carrying
from scalingo_async.types import Headers, Secret

if TYPE_CHECKING:
    from scalingo_async._core.decoding import json
else:
    # It brings orjson along, which a client that is made has no use for yet.
    json = LazyModule("scalingo_async._core.decoding.json")

_UNAUTHORIZED: Final = 401
_BAD_REQUEST: Final = 400
_REFUSALS: Final = frozenset({_UNAUTHORIZED, _BAD_REQUEST})
_REFUSAL: Final = "unauthorized"
_REFUSAL_SIZE: Final = 1024

# On Python 3.11 a member costs more to look up than to store.
_AUTHENTICATION: Final = Phase.AUTHENTICATION
_BEARER: Final = Auth.BEARER
_ADDON: Final = Auth.ADDON
_BASIC: Final = Auth.BASIC


def _takes_token(request: Request) -> bool:
    """Return whether a request has a token in its headers.

    Terminals send it as a password; websockets send it later, in a frame.
    """
    endpoint = request.endpoint
    auth = endpoint.auth
    if auth is _BEARER or auth is _ADDON:
        return not request.upgrade
    return auth is _BASIC and endpoint.api is API.ABSOLUTE


def _header(request: Request, token: Secret) -> dict[str, str]:
    if request.endpoint.auth is Auth.BASIC:
        # The user's name is empty.
        password = b64encode(f":{token.reveal()}".encode()).decode()
        return RedactedDict({"authorization": f"Basic {password}"})
    return RedactedDict({"authorization": f"Bearer {token.reveal()}"})


async def _is_refusal(response: Response, request: Request) -> bool:
    """Return whether a response refuses the token.

    The database API returns 400 for a token that has expired or was revoked. The part of a stream
    that is read to find out stays in the response.
    """
    if response.status_code != _BAD_REQUEST:
        return response.status_code == _UNAUTHORIZED
    if request.endpoint.api is not API.DATABASE:
        return False
    if response.body is not None:
        response.content = await read_some(response.body, request.state.expires)
        response.body = None
    if len(response.content) > _REFUSAL_SIZE:
        return False
    try:
        said = json.loads(response.content, request.options.max_json_values)
    except (ValueError, RecursionError, ResponseTooLargeError):
        return False
    return isinstance(said, dict) and cast("dict[str, object]", said).get("error") == _REFUSAL


class Authentication:
    """Adds the token that the request's endpoint needs, and handles a refusal.

    Args:
        source_for: Returns the source of a request's token.
    """

    def __init__(self, source_for: Callable[[Request], TokenSource]) -> None:
        self._source_for = source_for
        # Calls that follow each other have the same headers, the very same object.
        self._last: tuple[Headers, Secret, Headers] | None = None

    async def __call__(self, request: Request, call_next: Handler) -> Response:
        """Send the request on with its credential."""
        if not _takes_token(request):
            return await call_next(request)
        state = request.state
        state.phase = _AUTHENTICATION
        source = self._source_for(request)
        token = source.peek()
        if token is None:
            token = await self._fetch(source)
        response = await call_next(carrying(request, self._with_token(request, token)))
        if response.status_code in _REFUSALS and await _is_refusal(response, request):
            if state.reauthenticated:
                source.note_fresh_refusal(token)
            else:
                state.replay = source.invalidate(token)
        return response

    def _with_token(self, request: Request, token: Secret) -> Headers:
        plain = request.headers
        if request.endpoint.auth is _BASIC:
            return plain.with_values(_header(request, token))
        last = self._last
        if last is not None and last[0] is plain and last[1] is token:
            return last[2]
        headers = plain.with_values(_header(request, token))
        self._last = (plain, token, headers)
        return headers

    @staticmethod
    async def _fetch(source: TokenSource) -> Secret:
        try:
            return await source.get()
        except APIConnectionError as error:
            # The request itself was not sent.
            error.sent = False
            error.phase = _AUTHENTICATION
            raise
