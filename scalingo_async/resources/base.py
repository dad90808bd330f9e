"""The base of all resources, and what several of them use."""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from scalingo_async._core.annotations import checked
from scalingo_async._core.endpoint import performed_as
from scalingo_async._core.headers import fault_of
from scalingo_async._core.operation import API, Auth, Pages
from scalingo_async._core.secrets import RedactedDict
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.pagination import Paginator
from scalingo_async.types import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scalingo_async._core.endpoint import Endpoint
    from scalingo_async._core.session import Session
    from scalingo_async.models.base import Waiter
    from scalingo_async.request import Response
    from scalingo_async.types import RequestOptions

T = TypeVar("T")

DATABASE_API: Final[dict[str, Any]] = {"api": API.DATABASE, "auth": Auth.ADDON}
"""What endpoints of the database API have in common."""


class Resource(Uncopyable):
    """A group of operations; its methods are thin: what is asked, and of whom.

    Args:
        session: The chain and the settings of the client that it belongs to.
    """

    # A dict costs nothing until something is put there: parts, and what tests put in the place of a
    # method.
    __slots__ = ("__dict__", "_session")

    def __init_subclass__(cls) -> None:
        """Have the arguments of all public methods checked."""
        for name, method in list(vars(cls).items()):
            if isinstance(method, FunctionType) and not name.startswith("_"):
                setattr(cls, name, performed_as(method, checked(method)))

    def __init__(self, session: Session) -> None:
        self._session = session

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._session.lookup.hosts.region}>"

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
    ) -> Paginator[T]:
        """Make the paginator of a list; wrong arguments are refused here and now.

        The waiter is what its items are waited for by, when they can be.
        """
        session = self._session
        given = dict(query or {})
        if given.get("from") is not None:
            # The platform leaves pages out then, whatever it says beside the items.
            endpoint = attrs.evolve(endpoint, pages=Pages.NONE)

        def request(position: dict[str, Any]) -> Any:
            return session.prepare(
                endpoint,
                ids,
                query={**given, **position},
                headers=headers,
                subject=subject,
                options=options,
            )

        request({})

        async def fetch(position: dict[str, Any]) -> Response:
            return await session.send(request(position))

        start = {name: given[name] for name in ("page", "cursor") if given.get(name)}
        return Paginator(endpoint, fetch, start, waiter=waiter)


def list_of(values: Sequence[T]) -> list[T]:
    """Return a sequence as a list; resources have methods of that name."""
    return list(values)


def otp_header(otp: str | Secret | None) -> dict[str, str] | None:
    """Return the header of a one-time code.

    Raises:
        InvalidArgumentError: It can't be one.
    """
    if otp is None:
        return None
    fault = fault_of(Secret(otp).reveal())
    if fault is not None:
        raise InvalidArgumentError(f"otp {fault}")
    return RedactedDict({"x-authorization-otp": Secret(otp).reveal()})
