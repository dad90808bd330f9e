"""Webhooks: check the requests of a notifier, and turn them into events.

The platform doesn't sign its requests. A secret in the URL distinguishes them from others, and the
event can be fetched again from the platform, which proves that it is genuine.
"""

from __future__ import annotations

import functools
import hmac
import inspect
import math
import re
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, Protocol, cast

import anyio

from scalingo_async._core.annotations import checked, checks_itself
from scalingo_async._core.arguments import (
    IS_MASKED,
    at_least,
    json_values,
    masked_at,
    seconds,
    string,
    wrong_kind,
)
from scalingo_async._core.cancellation import attributed
from scalingo_async._core.decoding import converters, json
from scalingo_async._core.decoding.mismatch import MismatchError
from scalingo_async._core.door import advice
from scalingo_async._core.secrets import Hidden, conceals, hidden_frames, reveal
from scalingo_async.client import AsyncClient
from scalingo_async.errors import (
    ConfigurationError,
    InvalidArgumentError,
    NotFoundError,
    PermissionDeniedError,
    ResponseTooLargeError,
    WebhookBodyError,
    WebhookContentTypeError,
    WebhookSecretError,
    WebhookTooLargeError,
    WebhookUnverifiedError,
)
from scalingo_async.models.events.event import Event
from scalingo_async.types import UNSET, Headers, Secret, Unset

__all__ = [
    "HeaderItems",
    "RecentEvents",
    "SeenEvents",
    "WebhookReceiver",
    "check_handler",
    "parse",
]

MAX_BODY: Final = 256 * 1024
"""The largest body that is read, in bytes; events have a few kilobytes."""

_SECRET: Final = re.compile(r"[A-Za-z0-9._~-]{16,256}").fullmatch
_JSON: Final = re.compile(r"application/(?:[a-z0-9.-]+\+)?json").fullmatch
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,128}").fullmatch
_DIGITS: Final = 18
_FORGETTING: Final = 5.0
_OLDEST: Final = 72
_BYTES: Final = (bytes, bytearray, memoryview)
_PAIR: Final = 2


class HeaderItems(Protocol):
    """Headers of a web framework: a mapping, or another object with `items()`."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Return the names and values."""
        ...


@hidden_frames
def parse(
    headers: HeaderItems | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]],
    body: bytes,
    *,
    max_json_values: int = json.MAX_JSON_VALUES,
) -> Event:
    """Turn the HTTP request of a notifier into an event.

    This doesn't check who sent the request; a `WebhookReceiver` does.

    Source: API documentation, page `events`; the body is the event itself, without a root.

    Args:
        headers: Headers of the request from your framework: a mapping, another object with
            `items()`, or pairs of str or bytes.
        body: Body of the request.
        max_json_values: How many values the body may have, counted as the characters `{`, `[` and
            `,`, including those in strings.

    Returns:
        The event. An unknown type has `GenericData`.

    Raises:
        InvalidArgumentError: `max_json_values` isn't an integer, or is less than 1; or `headers`
            aren't headers.
        WebhookTooLargeError: The body has too many values.
        WebhookContentTypeError: The headers announce a body that isn't plain JSON.
        WebhookBodyError: The body is not JSON, or not an event; `path` says where.
    """
    known = _known(headers)
    _check_body(body, "the raw bytes of the request", _BYTES)
    most = json_values(max_json_values)
    _check_type(known)
    return _decode(body, most)


@hidden_frames
def _known(
    given: HeaderItems | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]],
) -> Headers:
    """Return the headers of a request, from any form that a framework uses.

    Raises:
        InvalidArgumentError: They aren't headers.
    """
    if isinstance(given, Headers):
        return given
    items: Any = given
    if callable(getattr(given, "items", None)) and not isinstance(given, type):
        items = cast("HeaderItems", given).items()
    if not isinstance(items, Iterable) or isinstance(items, str | bytes | Secret):
        called = "those of the request: a mapping, or pairs of names and values"
        raise wrong_kind(items, "headers", called)
    pairs: list[tuple[str, str]] = []
    for item in cast("Iterable[object]", items):
        if not isinstance(item, list | tuple) or len(cast("list[object]", item)) != _PAIR:
            raise InvalidArgumentError("headers that are a list must have pairs: (name, value)")
        name, value = map(_text, cast("list[object]", item))
        pairs.append((string(name, "each name in headers"), string(value, f"headers[{name!r}]")))
    return Headers(pairs)


def _text(value: object) -> object:
    """Return a name or a value of a header; ASGI has bytes."""
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _check_type(headers: Headers) -> None:
    """Refuse a body that is announced as something else; a missing header announces nothing.

    Raises:
        WebhookContentTypeError: It isn't plain JSON.
    """
    kind, _, parameters = headers.get("content-type", "application/json").partition(";")
    if not _JSON(kind.strip().lower()):
        raise WebhookContentTypeError("the content type of a webhook must be application/json")
    charset = re.search(r"charset\s*=\s*\"?([^\s;\"]*)", parameters.lower())
    if charset is not None and charset[1] not in {"utf-8", "utf8", "us-ascii"}:
        raise WebhookContentTypeError("the charset of a webhook must be utf-8")
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise WebhookContentTypeError("the body of a webhook must not be compressed")


def _decode(body: bytes, most: int) -> Event:
    try:
        event: Event = converters.hook(Event)(json.loads(body, most))
    except ResponseTooLargeError as error:
        raise WebhookTooLargeError(f"the body can't be read: {error.message}") from None
    except MismatchError as misfit:
        where = misfit.where()
        raise WebhookBodyError(
            f"the body is not an event: {where} should be {misfit.expected}, but is {misfit.found}",
            path=where,
        ) from None
    except (ValueError, RecursionError):
        raise WebhookBodyError("the body is not valid JSON") from None
    if not _ID(event.id):
        # It becomes a part of a path, and of a key in a store.
        raise WebhookBodyError("the body is not an event: $.id can't be an id", path="$.id")
    return event


class SeenEvents(Protocol):
    """Remembers which events were received, so that none is handled twice.

    Implement it to share this memory between processes.
    """

    async def add(self, event_id: str) -> bool:
        """Note an event, and return whether it is new, in one atomic step."""
        ...

    async def discard(self, event_id: str) -> None:
        """Forget an event: it couldn't be handled, and may come again."""
        ...


class RecentEvents:
    """Remembers the last events that this process received.

    Args:
        limit: How many events are remembered.
        keep: How long they are remembered, in seconds.
        clock: A monotonic clock, in seconds.

    Raises:
        ConfigurationError: A number is less than 1.
        InvalidArgumentError: `keep` isn't a number of seconds.
    """

    __slots__ = ("_clock", "_keep", "_limit", "_times")

    def __init__(
        self,
        limit: int = 10_000,
        keep: float = 24 * 3600.0,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = at_least(limit, "limit", 1, ConfigurationError)
        self._keep = seconds(keep, "keep")
        self._clock = clock
        self._times: OrderedDict[str, float] = OrderedDict()

    async def add(self, event_id: str) -> bool:
        """Note an event; return whether it is new."""
        now, times = self._clock(), self._times
        while times and next(iter(times.values())) + self._keep <= now:
            times.popitem(last=False)
        if event_id in times:
            return False
        times[event_id] = now
        if len(times) > self._limit:
            times.popitem(last=False)
        return True

    async def discard(self, event_id: str) -> None:
        """Forget an event."""
        self._times.pop(event_id, None)

    def __len__(self) -> int:
        return len(self._times)

    def __repr__(self) -> str:
        return f"<RecentEvents {len(self)} of at most {self._limit}>"


class WebhookReceiver:
    """Receives the requests of a webhook: checks them, and returns each event once.

    The URL of the notifier ends with the secret: `https://example.com/webhooks/scalingo/…`. A
    receiver is independent of frameworks; the modules in `scalingo_async.integrations` use it.

    Args:
        secret: The secret of the URL: 16 to 256 of the characters `A-Z a-z 0-9 . _ ~ -`, such as
            from `secrets.token_urlsafe(32)`. Of several secrets, each is accepted: pass the old and
            the new one to rotate it.
        max_body: The largest body that is read, in bytes.
        max_json_values: How many values a body may have, counted as the characters `{`, `[` and
            `,`, including those in strings.
        seen: Remembers which events were received; by default this process remembers the last
            10,000 of the last day. `None` returns repeated events each time.

    Raises:
        ConfigurationError: A setting is invalid.
    """

    @hidden_frames
    def __init__(
        self,
        secret: str | Secret | Iterable[str | Secret],
        *,
        max_body: int = MAX_BODY,
        max_json_values: int = json.MAX_JSON_VALUES,
        seen: SeenEvents | Unset | None = UNSET,
    ) -> None:
        self._secrets = _checked_secrets(secret)
        self._max_body = at_least(max_body, "max_body", 1, ConfigurationError)
        if not (seen is UNSET or seen is None or callable(getattr(seen, "add", None))):
            called = "a memory of events, such as RecentEvents(), or None"
            raise wrong_kind(seen, "seen", called, error=ConfigurationError)
        self._max_json_values = at_least(max_json_values, "max_json_values", 1, ConfigurationError)
        self._seen = RecentEvents() if seen is UNSET else seen

    @checked
    @conceals("secret")
    @checks_itself("headers")
    def admit(
        self,
        headers: HeaderItems | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]],
        *,
        secret: str | Secret,
    ) -> None:
        """Check the request before its body is read.

        Args:
            headers: Headers of the request from your framework: a mapping, another object with
                `items()`, or pairs of str or bytes.
            secret: The part of the URL where the secret should be.

        Raises:
            InvalidArgumentError: `headers` aren't headers.
            WebhookSecretError: The secret is wrong.
            WebhookContentTypeError: The headers announce a body that isn't plain JSON.
            WebhookTooLargeError: The headers announce a body that is too large.
        """
        if not self._knows(Secret(secret)):
            raise WebhookSecretError("the URL does not contain the secret of this webhook")
        known = _known(headers)
        _check_type(known)
        length = known.get("content-length", "")
        if length.isdecimal() and (len(length) > _DIGITS or int(length) > self._max_body):
            raise self._too_large()

    def _knows(self, given: Secret) -> bool:
        # All are compared, so that the time doesn't reveal a partial match.
        text = given.reveal().encode("utf-8", "surrogatepass")
        return sum(hmac.compare_digest(text, one.reveal().encode()) for one in self._secrets) > 0

    def _too_large(self) -> WebhookTooLargeError:
        return WebhookTooLargeError(
            f"the body of a webhook may have at most {self._max_body} bytes"
        )

    @checked
    @conceals("body", "secret")
    @checks_itself("headers")
    async def receive(
        self,
        headers: HeaderItems | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]],
        body: bytes | AsyncIterable[bytes],
        *,
        secret: str | Secret,
        check_back: AsyncClient | None = None,
    ) -> Event | None:
        """Receive one request of a notifier.

        Args:
            headers: Headers of the request from your framework: a mapping, another object with
                `items()`, or pairs of str or bytes.
            body: Body of the request, or an async iterable of its chunks: no more is read than is
                accepted.
            secret: The part of the URL where the secret should be.
            check_back: A client that fetches the event by its id: then the platform's version is
                returned, whoever sent the request.

        Returns:
            The event; `None` if it was received before.

        Raises:
            InvalidArgumentError: `headers` aren't headers, or `body` isn't a body.
            WebhookError: The request is refused; `answer` is the status of the response.
            ScalingoError: The event could not be fetched, so it was not noted.
        """
        known = _known(headers)
        self.admit(known, secret=secret)
        called = "the raw bytes of the request, or an iterable of them"
        _check_body(body, called, (*_BYTES, AsyncIterable))
        if check_back is not None and not hasattr(check_back, "events"):
            raise wrong_kind(check_back, "check_back", "a client, or None")
        event = parse(known, await self._read(body), max_json_values=self._max_json_values)
        if self._seen is not None and not await attributed(self._seen.add(event.id)):
            return None
        if check_back is None:
            return event
        try:
            return await _confirmed(event, check_back)
        except BaseException:
            await self.forget(event)
            raise

    async def _read(self, body: bytes | AsyncIterable[bytes]) -> bytes:
        if not isinstance(body, AsyncIterable):
            return self._checked(reveal(body))
        parts = Hidden(bytearray())
        source = aiter(body)
        try:
            with suppress(StopAsyncIteration):
                while len(parts.reveal()) <= self._max_body:
                    # No variable may hold a chunk when the next one fails.
                    parts.reveal().extend(await anext(source))
            return self._checked(bytes(parts.reveal()))
        finally:
            # An unfinished generator must not be left to the garbage collector.
            if isinstance(source, AsyncGenerator):
                await source.aclose()

    @hidden_frames
    def _checked(self, body: bytes) -> bytes:
        """Return a body unless it is too large."""
        if len(body) > self._max_body:
            raise self._too_large()
        return body

    async def forget(self, event: Event) -> None:
        """Note that handling an event failed: if it comes again, it is returned again.

        Args:
            event: The event.
        """
        if self._seen is not None:
            # A cancelled request must not lose its event.
            with anyio.move_on_after(_FORGETTING, shield=True):
                await attributed(self._seen.discard(event.id))

    @checked
    @conceals("body", "secret")
    @checks_itself("handler", "headers")
    async def deliver(
        self,
        handler: Callable[[Event], Awaitable[object]],
        headers: HeaderItems | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]],
        body: bytes | AsyncIterable[bytes],
        *,
        secret: str | Secret,
        check_back: AsyncClient | None = None,
    ) -> Event | None:
        """Receive one request of a notifier and handle its event, unless it was received before.

        If the handler fails or is cancelled, the event is forgotten, so it is handled if it comes
        again.

        Args:
            handler: Handles an event.
            headers: Headers of the request from your framework: a mapping, another object with
                `items()`, or pairs of str or bytes.
            body: Body of the request, or an async iterable of its chunks.
            secret: The part of the URL where the secret should be.
            check_back: A client that fetches the event.

        Returns:
            The event; `None` if it was received before.

        Raises:
            InvalidArgumentError: The handler isn't an async function; or `headers` aren't headers,
                or `body` isn't a body.
            WebhookError: The request is refused; `answer` is the status of the response.
            ScalingoError: The event could not be fetched.
        """
        check_handler(handler)
        event = await self.receive(headers, body, secret=secret, check_back=check_back)
        if event is not None:
            try:
                await attributed(_awaitable(handler(event)))
            except BaseException:
                await self.forget(event)
                raise
        return event

    def __repr__(self) -> str:
        return f"<WebhookReceiver max_body={self._max_body}>"


def _checked_secrets(given: str | Secret | Iterable[str | Secret]) -> tuple[Secret, ...]:
    if not isinstance(given, str | Secret | Iterable) or isinstance(given, bytes | Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        problem = wrong_kind(
            cast("object", given), "secret", "a str, or a list of them", error=ConfigurationError
        )
        del given
        raise problem
    secrets = (given,) if isinstance(given, str | Secret) else tuple(given)
    if not secrets:
        raise ConfigurationError("the secret is missing: make one with secrets.token_urlsafe(32)")
    if masked_at(secrets, "") is not None:
        raise ConfigurationError(f"the secret of a webhook {IS_MASKED}")
    checked = tuple(Secret(secret) for secret in secrets)
    if not all(_SECRET(secret.reveal()) for secret in checked):
        raise ConfigurationError(
            "the secret of a webhook must be 16 to 256 of the characters A-Z a-z 0-9 . _ ~ -"
        )
    return checked


def _awaitable(handling: Awaitable[object]) -> Awaitable[object]:
    if not inspect.isawaitable(handling):
        raise wrong_kind(handling, "the result of handler", "an awaitable")
    return handling


def check_handler(handler: object) -> None:
    """Check the handler of events: an async function with one argument.

    A lambda or any other callable object may return an awaitable.

    Raises:
        InvalidArgumentError: It is something else.
    """
    function: Any = handler
    while isinstance(function, functools.partial):
        function = function.func
    function = inspect.unwrap(function) if callable(function) else function
    plain = inspect.isfunction(function) or inspect.ismethod(function)
    if plain and function.__name__ != "<lambda>" and not inspect.iscoroutinefunction(function):
        name = function.__name__
        raise InvalidArgumentError(
            f"handler must be an async function, but {name} isn't: write `async def {name}`"
        )
    if not callable(handler) or isinstance(handler, type):
        called = advice("an async function of an event", "a function of an event")
        raise wrong_kind(handler, "handler", called)


def _check_body(body: object, called: str, kinds: tuple[type, ...]) -> None:
    """Check that the body of a request is raw, and not decoded already.

    Raises:
        InvalidArgumentError: It is something else.
    """
    if not isinstance(reveal(body), kinds):
        problem: InvalidArgumentError = wrong_kind(reveal(body), "body", called)
        del body
        raise problem


async def _confirmed(event: Event, client: AsyncClient) -> Event:
    """Fetch an event by its id, from its app or account.

    Raises:
        WebhookUnverifiedError: The platform doesn't know it.
    """
    known: Event | None = None
    if event.app_id:
        try:
            known = await client.events.get(event.app_id, event.id)
        except (NotFoundError, PermissionDeniedError, InvalidArgumentError):
            # The app may have been deleted, and the account's list has that event.
            known = None
    if known is None:
        known = await _listed(event, client)
    if known is None or (known.id, known.type) != (event.id, event.type):
        raise WebhookUnverifiedError("the platform does not know this event")
    return known


async def _listed(event: Event, client: AsyncClient) -> Event | None:
    """Search an event in its list, as far back as the list goes."""
    age = (datetime.now(UTC) - event.created_at).total_seconds() / 3600
    hours = min(_OLDEST, max(1, math.ceil(age) + 1))
    if event.project_id and not event.app_id:
        events = client.events.list_for_project(event.project_id, from_=hours)
    else:
        events = client.events.list_for_user(from_=hours)
    try:
        async for known in events:
            if known.id == event.id:
                return known
    except (NotFoundError, PermissionDeniedError):
        pass
    return None
