"""The base class of all resources, and functions that several of them use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any, Final, Self, TypeVar

import attrs

from scalingo_async._core.annotations import checked
from scalingo_async._core.decoding import json
from scalingo_async._core.endpoint import Endpoint, performed_as
from scalingo_async._core.headers import fault_of
from scalingo_async._core.names import has_names, placeholders, with_ids
from scalingo_async._core.operation import API, Auth, Pages
from scalingo_async._core.secrets import RedactedDict
from scalingo_async._core.session import Session
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.middleware.error_mapping import error_for
from scalingo_async.models.base import Waiter
from scalingo_async.pagination import Paginator
from scalingo_async.request import Request, Response
from scalingo_async.types import RequestOptions, Secret

T = TypeVar("T")

DATABASE_API: Final[dict[str, Any]] = {"api": API.DATABASE, "auth": Auth.ADDON}
"""The shared settings of the database API's endpoints."""

OF_A_LINK: Final[dict[str, Any]] = {"handled": frozenset({404})}
"""The shared settings of lists that belong to an app's repository, which may be missing."""

_NO_LINK: Final = "not_linked"


class Resource(Uncopyable):
    """A group of operations. Its methods are thin: they only describe the request.

    Args:
        session: The middleware chain and the settings of its client.
    """

    # A dict costs nothing until it is used: for parts, and for methods replaced in tests.
    __slots__ = ("__dict__", "_session")

    def __init_subclass__(cls) -> None:
        """Make all public methods check their arguments."""
        for name, method in list(vars(cls).items()):
            if isinstance(method, FunctionType) and not name.startswith("_"):
                setattr(cls, name, performed_as(method, checked(method)))

    def __init__(self, session: Session) -> None:
        self._session = session

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._session.lookup.hosts.region}>"

    def _in_region(self, region: str) -> Self:
        """Return this resource in a region; in the session's own region, it returns itself.

        Raises:
            InvalidArgumentError: The name of the region is invalid.
        """
        session = self._session.in_region(region)
        return self if session is self._session else type(self)(session)

    def _list(
        self,
        endpoint: Endpoint[list[T]],
        ids: tuple[object, ...] = (),
        *,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        subject: tuple[str, str] | None = None,
        options: RequestOptions | None = None,
        waiter: Waiter | None = None,
        noted: Callable[[T], object] | None = None,
    ) -> Paginator[T]:
        """Create the paginator of a list; invalid arguments are refused immediately.

        The query may contain names instead of ids: they are looked up before the first page. The
        waiter waits for items that can be waited for; `noted` is called with each item.
        """
        session = self._session
        given: dict[str, object] = dict(query or {})
        if given.get("from") is not None:
            # The platform then omits pages, whatever its metadata says.
            endpoint = attrs.evolve(endpoint, pages=Pages.NONE)

        def request(position: dict[str, Any], query: Mapping[str, object] = given) -> Any:
            return session.prepare(
                endpoint,
                ids,
                query={**query, **position},
                headers=headers,
                subject=subject,
                options=options,
            )

        request({}, placeholders(given))

        async def fetch(position: dict[str, Any]) -> Response:
            if has_names(given):
                given.update(await with_ids(session, given, options or {}))
            sent = request(position)
            response = await session.send(sent)
            return _or_empty(response, sent) if endpoint.handled else response

        start = {name: given[name] for name in ("page", "cursor") if given.get(name)}
        region = session.place_of(endpoint)
        return Paginator(endpoint, fetch, start, waiter=waiter, noted=noted, region=region)

    async def _call(
        self,
        endpoint: Endpoint[T],
        ids: tuple[object, ...],
        *,
        body: Mapping[str, object],
        headers: Mapping[str, str] | None = None,
        subject: tuple[str, str] | None = None,
        options: RequestOptions,
    ) -> T:
        """Perform an operation whose body may contain names instead of ids.

        Everything else is checked first: nothing is looked up for an invalid call.
        """
        if has_names(body):
            body = await self._with_ids(
                endpoint, ids, body=body, headers=headers, subject=subject, options=options
            )
        return await self._session.call(
            endpoint, ids, body=body, headers=headers, subject=subject, options=options
        )

    async def _with_ids(
        self,
        endpoint: Endpoint[Any],
        ids: tuple[object, ...],
        *,
        body: Mapping[str, object],
        options: RequestOptions,
        **more: Any,
    ) -> dict[str, object]:
        """Return the body of a call with names replaced by ids; the call is checked first."""
        self._session.prepare(endpoint, ids, body=placeholders(body), options=options, **more)
        return await with_ids(self._session, body, options)


def _or_empty(response: Response, request: Request) -> Response:
    """Return a response, or an empty list if it was refused because there is no repository.

    Raises:
        APIStatusError: It was refused for another reason.
    """
    endpoint = request.endpoint
    if response.status_code not in endpoint.handled:
        return response
    error = error_for(response, request)
    if error.code != _NO_LINK:
        raise error
    empty = json.dumps({endpoint.root: []})
    return Response(response.status_code, response.headers, empty, request=response.request)


def session_of(resource: Resource) -> Session:
    """Return the session of the client that a resource belongs to."""
    return resource._session  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


def list_of(values: Sequence[T]) -> list[T]:
    """Return a sequence as a list; resources have methods named `list`."""
    return list(values)


def otp_header(otp: str | Secret | None) -> dict[str, str] | None:
    """Return the header for a one-time code.

    Raises:
        InvalidArgumentError: It is not a valid code.
    """
    if otp is None:
        return None
    fault = fault_of(Secret(otp).reveal())
    if fault is not None:
        raise InvalidArgumentError(f"otp {fault}")
    return RedactedDict({"x-authorization-otp": Secret(otp).reveal()})
