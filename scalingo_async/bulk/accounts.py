"""Reading a whole account in the fewest requests, app by app."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Mapping, Sequence
from types import MappingProxyType, TracebackType
from typing import Any, Final, Self, cast

import anyio
import anyio.to_thread
import attrs

from scalingo_async._core.decoding.results import Result
from scalingo_async._core.door import advice
from scalingo_async._core.misuse import NotAwaitable, OnlyAsyncFor, OnlyAsyncWith
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async.bulk.checks import check_items
from scalingo_async.bulk.job import Job, Outcomes
from scalingo_async.bulk.journal import Journal, key_of
from scalingo_async.bulk.journal_file import JournalFile
from scalingo_async.bulk.options import BulkOptions
from scalingo_async.bulk.outcomes import Progress
from scalingo_async.client import AsyncClient
from scalingo_async.errors import (
    APIError,
    InvalidArgumentError,
    JournalError,
    PermissionDeniedError,
)
from scalingo_async.hosts import check_region
from scalingo_async.models.addons import Addon
from scalingo_async.models.apps import App
from scalingo_async.models.base import Model, placed
from scalingo_async.models.collaborators import Collaborator
from scalingo_async.models.containers import ContainerType
from scalingo_async.models.domains import Domain
from scalingo_async.models.variables import Variable
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import session_of
from scalingo_async.types import MASK, AppRef, JSONValue

_CLOSED: Final = "region_disabled"
_NONE: Final[Mapping[str, APIError]] = MappingProxyType({})

_MODELS: Final[Mapping[str, type[Model]]] = MappingProxyType(
    {
        "variables": Variable,
        "domains": Domain,
        "addons": Addon,
        "containers": ContainerType,
        "collaborators": Collaborator,
    }
)
"""The parts of an app, in the order in which they are read."""


def all_apps(client: AsyncClient, *, regions: Sequence[str] | None = None) -> AsyncIterator[App]:
    """Iterate over the apps of all regions.

    This takes one request for each region, sent when its apps are needed, and one for the list of
    regions, once for a client and its copies. Regions that the account can't use are left out. You
    can leave the loop at any time.

    Args:
        client: The client.
        regions: Names of the regions; by default all regions of the account.

    Returns:
        The apps, region by region. `app.region` is the region; `app.ref`, `app.name` and `app.id`
        know it too, so calls with any of them go to that region.
    """
    check_client(client)
    if regions is None:
        return _AllApps(client, None)
    check_items(regions)
    return _AllApps(client, [check_region(name, "each of regions") for name in regions])


class _AllApps(OnlyAsyncFor, NotAwaitable, Uncopyable, AsyncIterator[App]):
    _awaited = "read it with `async for`"

    def __init__(self, client: AsyncClient, regions: list[str] | None) -> None:
        self._client = client
        self._regions = regions
        self._region = ""
        self._apps: AsyncIterator[App] | None = None

    async def __anext__(self) -> App:
        if self._regions is None:
            self._regions = list(await self._client.regions.names())
        while True:
            if self._apps is None:
                if not self._regions:
                    raise StopAsyncIteration
                self._region = self._regions.pop(0)
                self._apps = aiter(self._client.region(self._region).apps.list())
            try:
                app = await anext(self._apps)
            except StopAsyncIteration:
                self._apps = None
            except PermissionDeniedError as error:
                if error.code != _CLOSED:
                    raise
                self._apps = None
            else:
                app.region = app.region or self._region
                placed(app, self._region)
                return app


def check_client(client: object) -> None:
    """Check that something is a client.

    Raises:
        InvalidArgumentError: It is not.
    """
    if not callable(getattr(client, "estimate", None)):
        wanted = advice("an AsyncClient", "a Client")
        raise InvalidArgumentError(f"the client must be {wanted}, not {type(client).__name__}")


def _meant(text: str, known: Mapping[str, list[App]]) -> App:
    """Return the app with this name or id.

    Raises:
        InvalidArgumentError: There is none, or there are several.
    """
    region = text.region if isinstance(text, AppRef) else None
    found = [app for app in known.get(str(text), ()) if region in {None, app.ref.region}]
    if not found:
        where = "any region of the account" if region is None else region
        raise InvalidArgumentError(f"there is no app {str(text)!r} in {where}")
    if len(found) > 1:
        which = " and ".join(f"{app.id} in {app.region}" for app in found)
        raise InvalidArgumentError(
            f"there are {len(found)} apps {str(text)!r}, {which}: pass the id, the App, or "
            f"AppRef({str(text)!r}, region=...)"
        )
    return found[0]


@attrs.frozen
class AppInventory(Result):
    """An app and what belongs to it; a part that wasn't asked for, or failed, is `None`.

    Attributes:
        app: The app.
        variables: Its environment variables; their values are plain text.
        domains: Its custom domains.
        addons: Its addons.
        containers: Its container types, with amount and size.
        collaborators: The people who work on it, without its owner.
        errors: The errors of the parts that could not be read, by the name of the attribute.
    """

    app: App
    variables: tuple[Variable, ...] | None = None
    domains: tuple[Domain, ...] | None = None
    addons: tuple[Addon, ...] | None = None
    containers: tuple[ContainerType, ...] | None = None
    collaborators: tuple[Collaborator, ...] | None = None
    errors: Mapping[str, APIError] = _NONE

    def __repr__(self) -> str:
        read = {name: getattr(self, name) for name in (*_MODELS, "errors")}
        counts = ", ".join(f"{name}={len(part)}" for name, part in read.items() if part is not None)
        return f"<AppInventory {self.app.name}: {counts}>"

    def __reduce__(self) -> tuple[object, ...]:
        # A read-only view can't be pickled, but the dict behind it can.
        fields = attrs.asdict(self, recurse=False)
        return _inventory, ({**fields, "errors": dict(self.errors)},)


def _inventory(fields: dict[str, Any]) -> AppInventory:
    fields["errors"] = MappingProxyType(fields["errors"])
    return AppInventory(**fields)


def _kept(entry: AppInventory) -> JSONValue:
    """Return what a journal keeps of an app: all that was read of it but the secrets."""
    read = {name: cast("Iterable[Model] | None", getattr(entry, name)) for name in _MODELS}
    return {
        name: [_unmasked(model.to_dict()) for model in models]
        for name, models in read.items()
        if models is not None
    }


def _unmasked(value: JSONValue) -> JSONValue:
    """Return JSON data without the masks of secrets, which no model takes."""
    if isinstance(value, dict):
        return {key: _unmasked(each) for key, each in value.items() if each != MASK}
    if isinstance(value, list):
        return [_unmasked(each) for each in value if each != MASK]
    return value


def _restored(app: App, region: str, parts: list[str], kept: object) -> AppInventory:
    """Return an app as a journal has kept it.

    Raises:
        JournalError: What it has kept fits no app.
    """
    try:
        rows = cast("dict[str, list[dict[str, JSONValue]]]", kept)
        found: dict[str, Any] = {
            name: tuple([_MODELS[name].from_dict(row) for row in rows[name]]) for name in parts
        }
    except (InvalidArgumentError, KeyError, TypeError):
        raise JournalError(
            f"the journal can't restore {app.name}: it was written by another version; use another "
            "file"
        ) from None
    for models in found.values():
        placed([*models], region)
    return AppInventory(app, **found)


class _IncompleteError(Exception):
    """Some parts of an app could not be read.

    Args:
        entry: The app, with those that could.
    """

    def __init__(self, entry: AppInventory) -> None:
        super().__init__(f"{len(entry.errors)} parts could not be read")
        self.entry = entry


def inventory(
    client: AsyncClient,
    *,
    apps: Iterable[str | App] | AsyncIterable[str | App] | None = None,
    variables: bool = True,
    domains: bool = True,
    addons: bool = True,
    containers: bool = True,
    collaborators: bool = True,
    concurrency: int = 10,
    ordered: bool = True,
    journal: str | os.PathLike[str] | Journal | None = None,
    on_progress: Callable[[Progress], object] | None = None,
) -> Inventory:
    """Read a whole account, all regions of it: the apps and what belongs to them.

        async with bulk.inventory(client, domains=False) as account:
            entries = [entry async for entry in account]

    Each part takes one request per app. The collaborators of all apps that the account owns come in
    one request per region; those of other people's apps take one request each.

    Args:
        client: The client.
        apps: Which apps to read: `App`s and `AppRef`s of any region, such as those of
            `bulk.all_apps`, or ids or names that exist in only one region; by default all apps of
            all regions. `client.apps.list()` returns those of the client's region.
        variables: Read the environment variables.
        domains: Read the domains.
        addons: Read the addons.
        containers: Read the container types.
        collaborators: Read the collaborators.
        concurrency: How many apps are read at a time, 1 or more.
        ordered: Return the apps in the order of `apps`, by default region by region. Otherwise all
            regions are read in parallel, each at its own rate limit.
        journal: A file, or a `Journal` without `keep`, that makes this resumable: after a kill, the
            next run only requests the apps that were not read, or not completely. The journal
            stores what was read, without secrets; models that come from it aren't attached to the
            client. The values of variables can't be stored, so `variables=False` is required. A
            journal that can't be used raises a `JournalError` when the block is entered.
        on_progress: Called with the `Progress` after each app. An app of which a part could not be
            read counts as failed.

    Returns:
        The inventory, to be used with `async with`.

    Raises:
        InvalidArgumentError: An argument is invalid.
    """
    check_client(client)
    if isinstance(apps, str):
        raise InvalidArgumentError(f"apps must be a list, such as [{apps!r}]")
    if apps is not None:
        check_items(apps)
    wanted = {
        "variables": variables,
        "domains": domains,
        "addons": addons,
        "containers": containers,
        "collaborators": collaborators,
    }
    parts = [name for name, is_wanted in wanted.items() if is_wanted]
    options: BulkOptions = {
        "concurrency": concurrency,
        "ordered": ordered,
        # Reading an app again changes nothing.
        "idempotent": True,
        "on_progress": on_progress,
    }
    kept: Journal | None = None
    if journal is not None:
        options["journal"] = kept = _journal_of(journal, parts)
    job = Job(session_of(client.apps), options, per_item=len(parts))
    return Inventory(client, apps, parts, job, kept)


def _journal_of(journal: object, parts: list[str]) -> Journal:
    """Return the journal of an inventory.

    Raises:
        InvalidArgumentError: It is none, or can't be used for this.
    """
    if isinstance(journal, str | os.PathLike):
        journal = Journal(cast("str | os.PathLike[str]", journal))
    if not isinstance(journal, Journal):
        raise InvalidArgumentError("journal must be the path of a file or a Journal")
    if journal.keep is not None:
        raise InvalidArgumentError("the inventory decides what its journal keeps: omit keep")
    if "variables" in parts:
        raise InvalidArgumentError(
            "a journal can't store the values of variables, which are secrets: pass variables=False"
        )
    # What tells this reading from others.
    parameters = {"parts": parts, "parameters": journal.parameters}
    return attrs.evolve(journal, job=journal.job or "inventory", parameters=parameters, keep=_kept)


class Inventory(OnlyAsyncWith, OnlyAsyncFor, NotAwaitable, Uncopyable, AsyncIterator[AppInventory]):
    """An account, read app by app inside of an `async with` block; `inventory` makes it.

    Entering the block lists the apps. This takes one request per region, unless you pass the apps,
    and two to the authentication API: one for the list of regions, and one to learn which apps the
    account owns.

    Attributes:
        apps: The apps that will be read, in this order.
    """

    _awaited = "enter it with `async with`, and read it with `async for`"
    _hint = ", once it is entered with `async with`"

    def __init__(
        self,
        client: AsyncClient,
        apps: Iterable[str | App] | AsyncIterable[str | App] | None,
        parts: list[str],
        job: Job,
        journal: Journal | None = None,
    ) -> None:
        self.apps: tuple[App, ...] = ()
        self._client = client
        self._wanted = apps
        self._parts = parts
        self._job = job
        self._journal = journal
        # Keys of the apps that an earlier run has read.
        self._read_before: frozenset[str] = frozenset()
        self._copies: dict[str, AsyncClient] = {}
        # By region, and by app: the collaborators of the account's own apps.
        self._own: dict[str, dict[str, list[Collaborator]] | APIError] = {}
        self._asking: dict[str, anyio.Lock] = {}
        self._me: str | None = None
        self._outcomes: Outcomes[App, AppInventory] | None = None

    @property
    def requests(self) -> int:
        """How many requests to the regional APIs reading takes; apps in the journal take none."""
        return sum(self._needed().values())

    @property
    def seconds(self) -> float:
        """How long they take at least under the rate limits, in seconds."""
        needed = self._needed().items()
        return max((self._in(region).estimate(count) for region, count in needed), default=0.0)

    def _needed(self) -> dict[str, int]:
        """Count requests by region: each has a rate limit of its own."""
        counts: dict[str, int] = {}
        owners: set[str] = set()
        for app in self.apps:
            if key_of(app) in self._read_before:
                continue
            count, region = len(self._parts), self._region_of(app)
            if "collaborators" in self._parts and self._is_own(app):
                count -= 1
                owners.add(region)
            counts[region] = counts.get(region, 0) + count
        for region in owners:
            counts[region] += 1
        return counts

    def _is_own(self, app: App) -> bool:
        return app.owner.id == self._me

    def _region_of(self, app: App) -> str:
        return app.ref.region or self._client.region_name

    def _in(self, region: str) -> AsyncClient:
        if region not in self._copies:
            self._copies[region] = self._client.region(region)
        return self._copies[region]

    async def __aenter__(self) -> Self:
        self.apps = tuple(await self._resolve())
        if "collaborators" in self._parts:
            self._me = (await self._client.users.self()).id
        if self._journal is not None:
            self._read_before = await anyio.to_thread.run_sync(_done_in, self._journal)
        await self._job.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._job.__aexit__(kind, error, trace)

    async def _resolve(self) -> list[App]:
        wanted = self._wanted
        if wanted is None:
            return [app async for app in all_apps(self._client)]
        given: list[str | App] = []
        if isinstance(wanted, AsyncIterable):
            given += [app async for app in wanted]
        else:
            given += wanted
        wrong = [app for app in given if not isinstance(app, str | App)]  # pyright: ignore[reportUnnecessaryIsInstance]
        if wrong:
            raise InvalidArgumentError(
                f"apps must be names, ids or apps, not {type(wrong[0]).__name__}"
            )
        if all(isinstance(app, App) for app in given):
            return cast("list[App]", given)
        known: dict[str, list[App]] = {}
        async for app in all_apps(self._client):
            for text in {str(app.name), str(app.id), str(app.uuid or app.id)}:
                known.setdefault(text, []).append(app)
        return [app if isinstance(app, App) else _meant(app, known) for app in given]

    async def __anext__(self) -> AppInventory:
        if self._outcomes is None:
            self._outcomes = self._job.map(self._read, self.apps)
        outcome = await anext(self._outcomes)
        if outcome.status == "skipped":
            app = outcome.item
            return _restored(app, self._region_of(app), self._parts, outcome.value)
        if isinstance(outcome.error, _IncompleteError):
            return outcome.error.entry
        return outcome.unwrap()

    async def _own_collaborators(self, region: str) -> dict[str, list[Collaborator]] | APIError:
        """Return the collaborators of the account's own apps, asked for once a region."""
        if region not in self._asking:
            self._asking[region] = anyio.Lock()
        async with self._asking[region]:
            if region not in self._own:
                try:
                    self._own[region] = await self._all_collaborators(region)
                except APIError as error:
                    self._own[region] = error
        return self._own[region]

    async def _all_collaborators(self, region: str) -> dict[str, list[Collaborator]]:
        people: dict[str, list[Collaborator]] = {}
        async for person in self._in(region).collaborators.list_all(priority="low"):
            if person.app_id:
                people.setdefault(person.app_id, []).append(person)
        return people

    async def _read(self, app: App) -> AppInventory:
        region = self._region_of(app)
        client = self._in(region)
        lists: dict[str, Callable[[str], Paginator[Any]]] = {
            "variables": client.variables.list,
            "domains": client.domains.list,
            "addons": client.addons.list,
            "containers": client.containers.types.list,
            "collaborators": client.collaborators.list,
        }
        found: dict[str, Any] = {}
        errors: dict[str, APIError] = {}
        for part in self._parts:
            if part == "collaborators" and self._is_own(app):
                people = await self._own_collaborators(region)
                if isinstance(people, APIError):
                    errors[part] = people
                else:
                    found[part] = (*people.get(app.id, ()), *people.get(app.uuid or "", ()))
                continue
            try:
                found[part] = tuple([item async for item in lists[part](app.id or app.name)])
            except APIError as error:
                errors[part] = error
        entry = AppInventory(app, **found, errors=MappingProxyType(errors))
        if errors:
            # It counts as failed, and a journal leaves it to the next run.
            raise _IncompleteError(entry)
        return entry


def _done_in(journal: Journal) -> frozenset[str]:
    """Return the keys of the apps that a journal holds.

    Raises:
        JournalError: It belongs to another job, or is damaged.
        OSError: The file can't be read.
    """
    file = JournalFile(journal, journal.job or "", journal.parameters or {})
    file.look()
    return frozenset(key for key, entry in file.entries.items() if entry.state == "done")
