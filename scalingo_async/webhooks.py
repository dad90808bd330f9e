"""Webhooks: what a notifier of the platform sends, checked, and turned into an event.

The platform signs nothing. A secret in the URL tells its requests from others, and the event can
be fetched once more from the platform, which is then the one that vouches for it.
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
"""The largest body that is read, in bytes; events have some kilobytes."""

_SECRET: Final = re.compile(r"[A-Za-z0-9._~-]{16,256}").fullmatch
_JSON: Final = re.compile(r"application/(?:[a-z0-9.-]+\+)?json").fullmatch
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,128}").fullmatch
_DIGITS: Final = 18
_FORGETTING: Final = 5.0
_OLDEST: Final = 72
_BYTES: Final = (bytes, bytearray, memoryview)
_PAIR: Final = 2


class HeaderItems(Protocol):
    """Headers as web frameworks have them: a mapping, or whatever else has `items()`."""

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

    It says what came, not who sent it: that is what a `WebhookReceiver` is for.

    Source: API documentation, page `events`; the body is the event itself, without a root.

    Args:
        headers: Headers of the request, as your framework has them: a mapping, something else
            with `items()`, or pairs of texts or bytes.
        body: Body of the request.
        max_json_values: How many values the body may have, counted as the characters `{`, `[`
            and `,`, those within texts included.

    Returns:
        The event. A type that is not known here has `GenericData`.

    Raises:
        InvalidArgumentError: `max_json_values` is no whole number, or less than 1; `headers` are
            no headers.
        WebhookTooLargeError: The body has too many values.
        WebhookContentTypeError: The headers announce something that is not plain JSON.
        WebhookBodyError: The body is not JSON, or not an event; `path` says where.
    """
    known = _known(headers)
    _check_body(body, "the bytes of the request as they came", _BYTES)
    most = json_values(max_json_values)
    _check_type(known)
    return _decode(body, most)


@hidden_frames
def _known(
    given: HeaderItems | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]],
) -> Headers:
    """Return the headers of a request, in whatever form a framework has them.

    Raises:
        InvalidArgumentError: They are no headers.
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
    """Refuse what is announced as something else; a header that is missing announces nothing.

    Raises:
        WebhookContentTypeError: It is not plain JSON.
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
        # It becomes part of a path, and of a key in a store.
        raise WebhookBodyError("the body is not an event: $.id can't be an id", path="$.id")
    return event


class SeenEvents(Protocol):
    """Remembers which events came, so that none is handled twice.

    Implement it to share that memory among processes.
    """

    async def add(self, event_id: str) -> bool:
        """Note an event; tell whether it is new. Noting and telling are one step."""
        ...

    async def discard(self, event_id: str) -> None:
        """Forget an event: handling it failed, and it may come again."""
        ...


class RecentEvents:
    """Remembers the last events of this process.

    Args:
        limit: How many are remembered.
        keep: For how many seconds.
        clock: A monotonic clock, in seconds.

    Raises:
        ConfigurationError: A number is less than 1.
        InvalidArgumentError: `keep` is no number of seconds.
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
        """Note an event; tell whether it is new."""
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
    """Takes what comes to a webhook: checks it, and lets each event through once.

    The URL of the notifier ends with the secret: `https://example.com/webhooks/scalingo/…`. A
    receiver belongs to no framework; the modules in `scalingo_async.integrations` call it.

    Args:
        secret: The secret of the URL: 16 to 256 of the characters `A-Z a-z 0-9 . _ ~ -`, such as
            `secrets.token_urlsafe(32)` makes. With several, each is accepted: give the old and
            the new one while you change it.
        max_body: The largest body that is read, in bytes.
        max_json_values: How many values a body may have, counted as the characters `{`, `[` and
            `,`, those within texts included.
        seen: Remembers which events came; by default this process remembers the last 10,000 of
            the last day. `None` lets events through as often as they come.

    Raises:
        ConfigurationError: A setting makes no sense.
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
            called = "what remembers events, such as RecentEvents(), or None"
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
        """Check what is known before the body is read.

        Args:
            headers: Headers of the request, as your framework has them: a mapping, something else
                with `items()`, or pairs of texts or bytes.
            secret: What the URL held in the place of the secret.

        Raises:
            InvalidArgumentError: `headers` are no headers.
            WebhookSecretError: It is not the secret.
            WebhookContentTypeError: The headers announce something that is not plain JSON.
            WebhookTooLargeError: The headers announce a body that is too large.
        """
        if not self._knows(Secret(secret)):
            raise WebhookSecretError("the URL does not hold the secret of this webhook")
        known = _known(headers)
        _check_type(known)
        length = known.get("content-length", "")
        if length.isdecimal() and (len(length) > _DIGITS or int(length) > self._max_body):
            raise self._too_large()

    def _knows(self, given: Secret) -> bool:
        # All are compared, so that the time does not tell which was almost right.
        text = given.reveal().encode("utf-8", "surrogatepass")
        return sum(hmac.compare_digest(text, one.reveal().encode()) for one in self._secrets) > 0

    def _too_large(self) -> WebhookTooLargeError:
        return WebhookTooLargeError(
            f"the body of a webhook may have {self._max_body} bytes at the most"
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
        """Take one request of a notifier.

        Args:
            headers: Headers of the request, as your framework has them: a mapping, something else
                with `items()`, or pairs of texts or bytes.
            body: Body of the request, or what reads it in parts: no more is read than is
                accepted.
            secret: What the URL held in the place of the secret.
            check_back: A client to fetch the event with, by its id: what the platform says is
                returned then, whoever sent the request.

        Returns:
            The event; `None` when it came before.

        Raises:
            InvalidArgumentError: `headers` are no headers, or `body` is no body.
            WebhookError: The request is refused; `answer` is the status to answer with.
            ScalingoError: The platform could not be asked, so the event was not noted.
        """
        known = _known(headers)
        self.admit(known, secret=secret)
        called = "the bytes of the request as they came, or what reads them"
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
                    # No variable holds a part when the next one fails.
                    parts.reveal().extend(await anext(source))
            return self._checked(bytes(parts.reveal()))
        finally:
            # A generator that is left half way must not be left to the garbage collector.
            if isinstance(source, AsyncGenerator):
                await source.aclose()

    @hidden_frames
    def _checked(self, body: bytes) -> bytes:
        """Return a body unless it is too large."""
        if len(body) > self._max_body:
            raise self._too_large()
        return body

    async def forget(self, event: Event) -> None:
        """Note that handling an event failed: when it comes again, it is let through.

        Args:
            event: The event.
        """
        if self._seen is not None:
            # A request that is cancelled must not take its event with it.
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
        """Take one request of a notifier and handle its event, unless it came before.

        When the handler fails or is cancelled, the event is forgotten: it is handled when it
        comes again.

        Args:
            handler: What to do with an event.
            headers: Headers of the request, as your framework has them: a mapping, something else
                with `items()`, or pairs of texts or bytes.
            body: Body of the request, or what reads it in parts.
            secret: What the URL held in the place of the secret.
            check_back: A client to fetch the event with.

        Returns:
            The event; `None` when it came before.

        Raises:
            InvalidArgumentError: The handler is no async function; `headers` are no headers, or
                `body` is no body.
            WebhookError: The request is refused; `answer` is the status to answer with.
            ScalingoError: The platform could not be asked.
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
        raise ConfigurationError("there is no secret: make one with secrets.token_urlsafe(32)")
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
        raise wrong_kind(handling, "what handler returns", "something to await")
    return handling


def check_handler(handler: object) -> None:
    """Check what is to handle events: an async function of one.

    A lambda may return something to await, and so may any object that can be called.

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
            f"handler must be an async function, and {name} is none: write `async def {name}`"
        )
    if not callable(handler) or isinstance(handler, type):
        called = advice("an async function of an event", "a function of an event")
        raise wrong_kind(handler, "handler", called)


def _check_body(body: object, called: str, kinds: tuple[type, ...]) -> None:
    """Check the body of a request: as it came, and not what was made of it.

    Raises:
        InvalidArgumentError: It is something else.
    """
    if not isinstance(reveal(body), kinds):
        problem: InvalidArgumentError = wrong_kind(reveal(body), "body", called)
        del body
        raise problem


async def _confirmed(event: Event, client: AsyncClient) -> Event:
    """Fetch an event by its id from whoever it is about.

    Raises:
        WebhookUnverifiedError: The platform does not know it.
    """
    known: Event | None = None
    if event.app_id:
        try:
            known = await client.events.get(event.app_id, event.id)
        except (NotFoundError, PermissionDeniedError, InvalidArgumentError):
            # The app may be gone, which is an event as well: the account's list has it.
            known = None
    if known is None:
        known = await _listed(event, client)
    if known is None or (known.id, known.type) != (event.id, event.type):
        raise WebhookUnverifiedError("the platform does not know this event")
    return known


async def _listed(event: Event, client: AsyncClient) -> Event | None:
    """Look for an event in the list that it belongs to, as far back as lists go."""
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
