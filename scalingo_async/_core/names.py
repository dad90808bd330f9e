"""Names instead of ids: the id is looked up in the list that has both."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from scalingo_async._core.arguments import shown
from scalingo_async._core.lazy import LazyModule
from scalingo_async.errors import AmbiguousMatchError, InvalidArgumentError, NotFoundError
from scalingo_async.types import UNSET

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

    from scalingo_async._core import matching
    from scalingo_async._core.endpoint import Endpoint
    from scalingo_async._core.session import Session
    from scalingo_async.types import RequestOptions, Unset
else:
    # It words what was not found.
    matching = LazyModule("scalingo_async._core.matching")

I = TypeVar("I")  # noqa: E741 - an item


def _name(item: Any) -> tuple[str, ...]:
    return (item.name,)


def _id(item: Any) -> str:
    return str(item.id)


class Kind(NamedTuple):
    """A kind of resource with an id and a name.

    Attributes:
        called: What messages call one.
        endpoint: The operation that lists them, in one answer.
        names: Returns the names of one.
        kept: Whether the list is the platform's own, the same for everybody: it is fetched once
            for the life of the client then.
        query: What the list is asked for with.
        id: Returns the id of one.
        label: Returns what a message says of one that there is; its first name by default.
    """

    called: str
    endpoint: Endpoint[list[Any]]
    names: Callable[[Any], Iterable[str]] = _name
    kept: bool = False
    query: Mapping[str, object] = MappingProxyType({})
    id: Callable[[Any], str] = _id
    label: Callable[[Any], str] | None = None

    def pick(self, name: str, items: Sequence[I]) -> I:
        """Return the one thing of a name; its id does as well.

        Raises:
            NotFoundError: There is none.
            AmbiguousMatchError: There are several.
        """
        found = [item for item in items if name in self._known_as(item)]
        if not found and self.kept:
            folded = name.casefold()
            found = [i for i in items if folded in map(str.casefold, self._known_as(i))]
        if len(found) == 1:
            return found[0]
        if found:
            ids = tuple(map(self.id, found))
            raise AmbiguousMatchError(
                f"{self.called} {shown(name)} is not one but {len(found)}; give the id of the one "
                f"that you mean: {matching.listing(ids)}",
                count=len(found),
                matches=ids,
                differ_in=("id",),
            )
        raise self._missing(name, items)

    def _known_as(self, item: Any) -> tuple[str, ...]:
        return (self.id(item), *self.names(item))

    def _missing(self, name: str, items: Sequence[Any]) -> NotFoundError:
        known = tuple(next(iter(self.names(item))) for item in items)
        labels = known if self.label is None else tuple(map(self.label, items))
        there = f"there are {matching.listing(labels)}" if items else "there are none"
        return NotFoundError(
            f"there is no {self.called} {shown(name)}{matching.hint(name, known)}; {there}",
            resource=self.called.replace(" ", "_"),
            known=known,
        )

    async def items(
        self,
        session: Session,
        options: RequestOptions,
        ids: tuple[object, ...] = (),
        subject: tuple[str, str] | None = None,
    ) -> Sequence[Any]:
        """Return all things of this kind: one request, or none when they are kept.

        Raises:
            ScalingoError: The request failed.
        """

        async def fetch() -> Sequence[Any]:
            return await session.call(
                self.endpoint, ids, query=self.query, subject=subject, options=options
            )

        if not self.kept:
            return await fetch()
        session.state.check()
        key = (await session.base(self.endpoint.api), self.endpoint.id, *self.query)
        limit = session.options(options).deadline
        return await session.state.catalogue(key).get(fetch, options, limit)


class ByName:
    """An id that is to be looked up, or several.

    Attributes:
        given: The name that was given, or the names.
        lookup: Looks the id up.
    """

    __slots__ = ("given", "lookup")

    def __init__(
        self,
        given: str | list[str],
        lookup: Callable[[Session, RequestOptions], Awaitable[str | list[str]]],
    ) -> None:
        self.given = given
        self.lookup = lookup


def checked_name(name: str, argument: str) -> str:
    """Check that a name has any letters.

    Raises:
        InvalidArgumentError: It is empty.
    """
    if not name.strip():
        raise InvalidArgumentError(f"{argument} is empty")
    return name


def id_or_name(
    kind: Kind,
    argument: str,
    name: str | Unset | None,
    id_: str | Unset | None,
    *,
    unset: Unset | None = UNSET,
    ids: tuple[object, ...] = (),
    subject: tuple[str, str] | None = None,
) -> Any:
    """Return the id that was given, or what looks it up by the name that was given.

    Args:
        kind: What it is the id of.
        argument: The argument for the name; that for the id is `<argument>_id`.
        name: The name, if one was given.
        id_: The id, if one was given.
        unset: What stands for none.
        ids: What fills the path of the list.
        subject: App and addon, for lists of the database API.

    Raises:
        InvalidArgumentError: Both were given, or the name is empty.
    """
    if name is UNSET or name is None:
        return id_
    either(argument, id_, unset)
    checked_name(name, argument)

    async def lookup(session: Session, options: RequestOptions) -> str:
        return kind.id(kind.pick(name, await kind.items(session, options, ids, subject)))

    return ByName(name, lookup)


_OTHERS: Final = {
    "events": "selected_event_ids",
    "integration": "auth_integration_uuid",
    "managed_range": "range_id",
    "notifier_names": "notifiers",
    "provider": "addon_provider_id",
}
"""The arguments for ids whose names do not follow the rule."""


def ids_or_names(
    kind: Kind,
    argument: str,
    names: Sequence[str] | Unset,
    given: Sequence[str] | Unset | None,
    *,
    ids: tuple[object, ...] = (),
) -> Any:
    """Return the ids that were given, or what looks them up; as `id_or_name`, for several.

    Raises:
        InvalidArgumentError: Both were given, or a name is empty.
    """
    if names is UNSET:
        return given
    either(argument, given)
    wanted = [checked_name(name, f"{argument}[{at}]") for at, name in enumerate(names)]

    async def lookup(session: Session, options: RequestOptions) -> list[str]:
        found = await kind.items(session, options, ids) if wanted else ()
        return [kind.id(kind.pick(name, found)) for name in wanted]

    return ByName(wanted, lookup)


def either(argument: str, id_: object, unset: object = UNSET) -> None:
    """Check that an id was not given besides a name.

    Raises:
        InvalidArgumentError: It was.
    """
    if id_ is not unset:
        raise InvalidArgumentError(f"give {argument} or {_id_argument(argument)}, not both")


def needed(argument: str, name: object, id_: object) -> None:
    """Check that there is a name or an id.

    Raises:
        InvalidArgumentError: There is neither.
    """
    if name is UNSET and id_ is UNSET:
        raise InvalidArgumentError(f"give {argument} or {_id_argument(argument)}")


def _id_argument(argument: str) -> str:
    return _OTHERS.get(argument, f"{argument}_id")


def placeholders(values: Mapping[str, object]) -> dict[str, object]:
    """Return values with names in the place of ids, to see whether all else is right."""
    return {
        key: value.given if isinstance(value, ByName) else value for key, value in values.items()
    }


def has_names(values: Mapping[str, object]) -> bool:
    """Tell whether any id has to be looked up."""
    return any(isinstance(value, ByName) for value in values.values())


async def with_ids(
    session: Session, values: Mapping[str, object], options: RequestOptions
) -> dict[str, object]:
    """Return values with the ids that they name.

    Raises:
        NotFoundError: There is nothing of a name.
        AmbiguousMatchError: There are several things of a name.
        ScalingoError: A request failed.
    """
    return {
        key: await value.lookup(session, options) if isinstance(value, ByName) else value
        for key, value in values.items()
    }
