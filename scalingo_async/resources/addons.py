"""Addons of apps, and the catalogue of providers and plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final, Literal, Unpack, overload

from scalingo_async._core.arguments import shown
from scalingo_async._core.endpoint import Endpoint, items, model, nothing, performs
from scalingo_async._core.matching import hint, listing
from scalingo_async._core.names import ByName, Kind, checked_name, either, id_or_name, needed
from scalingo_async._core.operation import Auth
from scalingo_async._core.resource_property import resource_property
from scalingo_async._core.secrets import conceals
from scalingo_async._core.session import Session
from scalingo_async.errors import NotFoundError, ScalingoError
from scalingo_async.middleware.authentication.addon_exchange import TOKEN_PATH
from scalingo_async.models.addons import Addon, AddonCategory, AddonProvider, Plan
from scalingo_async.models.base import bound
from scalingo_async.models.log_drains import LogDrain
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.resources.log_drains import url_of
from scalingo_async.types import UNSET, RequestOptions, Secret, Unset
from scalingo_async.waiting import final_states, waiters
from scalingo_async.waiting.polling import Polling

__all__ = ["Addons"]

LIST: Final[Endpoint[list[Addon]]] = items(
    "addons.list", "GET", "/apps/{app}/addons", Addon, root="addons"
)
CREATE: Final[Endpoint[Addon]] = model(
    "addons.create",
    "POST",
    "/apps/{app}/addons",
    Addon,
    root="addon",
    wrap="addon",
    siblings=(("message", "message"), ("variables", "variables"), ("vars", "variables")),
)
GET: Final[Endpoint[Addon]] = model(
    "addons.get", "GET", "/apps/{app}/addons/{addon_id}", Addon, root="addon"
)
UPDATE: Final[Endpoint[Addon]] = model(
    "addons.update",
    "PATCH",
    "/apps/{app}/addons/{addon_id}",
    Addon,
    root="addon",
    wrap="addon",
    siblings=(("message", "message"), ("variables", "variables"), ("vars", "variables")),
)
DELETE: Final[Endpoint[None]] = nothing("addons.delete", "DELETE", "/apps/{app}/addons/{addon_id}")
TOKEN: Final[Endpoint[Addon]] = model(
    "addons.token", "POST", TOKEN_PATH, Addon, root="addon", exchange=True
)
SSO: Final[Endpoint[Addon]] = model(
    "addons.sso", "GET", "/apps/{app}/addons/{addon_id}/sso", Addon, root="addon"
)
RESUME: Final[Endpoint[Addon]] = model(
    "addons.resume",
    "POST",
    "/apps/{app}/addons/{addon_id}/resume",
    Addon,
    root="addon",
    siblings=(("message", "message"), ("variables", "variables"), ("vars", "variables")),
)
LOG_DRAINS_LIST: Final[Endpoint[list[LogDrain]]] = items(
    "addons.log_drains.list",
    "GET",
    "/apps/{app}/addons/{addon_id}/log_drains",
    LogDrain,
    root="drains",
)
LOG_DRAINS_CREATE: Final[Endpoint[LogDrain]] = model(
    "addons.log_drains.create",
    "POST",
    "/apps/{app}/addons/{addon_id}/log_drains",
    LogDrain,
    root="drain",
    wrap="drain",
)
LOG_DRAINS_DELETE: Final[Endpoint[None]] = nothing(
    "addons.log_drains.delete", "DELETE", "/apps/{app}/addons/{addon_id}/log_drains"
)
PROVIDERS_LIST: Final[Endpoint[list[AddonProvider]]] = items(
    "addons.providers.list",
    "GET",
    "/addon_providers",
    AddonProvider,
    root="addon_providers",
    auth=Auth.NONE,
)
PROVIDERS_PLANS: Final[Endpoint[list[Plan]]] = items(
    "addons.providers.plans",
    "GET",
    "/addon_providers/{addon_provider}/plans",
    Plan,
    root="plans",
    auth=Auth.NONE,
)
CATEGORIES_LIST: Final[Endpoint[list[AddonCategory]]] = items(
    "addons.categories.list",
    "GET",
    "/addon_categories",
    AddonCategory,
    root="addon_categories",
    auth=Auth.NONE,
)


def _provider_names(provider: AddonProvider) -> tuple[str, ...]:
    return (provider.id, provider.name)


CATEGORY: Final = Kind("addon category", CATEGORIES_LIST, kept=True)
PROVIDER: Final = Kind("addon provider", PROVIDERS_LIST, names=_provider_names, kept=True)
# Databases on dedicated resources have a separate catalogue.
_DEDICATED: Final = Kind(
    "addon provider",
    PROVIDERS_LIST,
    names=_provider_names,
    kept=True,
    query={"dedicated": True},
)
_PLAN: Final = Kind("plan", PROVIDERS_PLANS, kept=True)
_DEDICATED_NAME: Final = "-dr-"
"""The part that marks names of plans with dedicated resources: `postgresql-dr-starter-4096`."""


def _plan_to_add(plan: str, provider: str) -> ByName:
    """Return a lookup of a plan by the names of its provider and of itself."""

    async def lookup(session: Session, options: RequestOptions) -> str:
        found: AddonProvider = PROVIDER.pick(provider, await PROVIDER.items(session, options))
        plans = found.plans or []
        # `starter-512` is short for `postgresql-starter-512`.
        long = f"{found.id}-{plan}"
        name = long if any(each.name == long for each in plans) else plan
        return _PLAN.pick(name, plans).id

    return ByName(plan, lookup)


def _plan_to_change_to(plan: str) -> ByName:
    """Return a lookup of a plan by its name alone, among all providers."""

    async def lookup(session: Session, options: RequestOptions) -> str:
        # The more likely catalogue comes first, which usually saves a request.
        kinds = (PROVIDER, _DEDICATED)
        plans: list[Plan] = []
        for kind in reversed(kinds) if _DEDICATED_NAME in plan else kinds:
            providers: Sequence[AddonProvider] = await kind.items(session, options)
            plans += [each for provider in providers for each in provider.plans or ()]
            if any(plan in {each.id, each.name} for each in plans):
                break
        return _PLAN.pick(plan, plans).id

    return ByName(plan, lookup)


class AddonsLogDrains(Resource):
    """Log drains of an addon; databases have them."""

    __slots__ = ()

    @performs(LOG_DRAINS_LIST)
    def list(
        self, app: str, addon_id: str, **options: Unpack[RequestOptions]
    ) -> Paginator[LogDrain]:
        """List the log drains of an addon.

        Source: API documentation, “List Log Drains of an Addon”:
        https://developers.scalingo.com/log_drains#list-log-drains-of-an-addon

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(LOG_DRAINS_LIST, (app, addon_id), options=options)

    @performs(LOG_DRAINS_CREATE)
    @conceals("token", "url")
    async def create(
        self,
        app: str,
        addon_id: str,
        *,
        type: str,
        token: str | Secret | Unset = UNSET,
        host: str | Unset = UNSET,
        port: str | Unset = UNSET,
        drain_region: str | Unset = UNSET,
        url: str | Secret | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> LogDrain:
        """Send the logs of an addon to an external service.

        Source: API documentation, “Add a New Log Drain to an Addon”:
        https://developers.scalingo.com/log_drains#add-a-new-log-drain-to-an-addon

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            type: Service: `appsignal`, `betterstack`, `datadog`, `elk`, `logtail`, `ovh-graylog`,
                `papertrail` or `syslog`.
            token: Token of the service, for `appsignal`, `betterstack`, `datadog`, `ovh-graylog`
                and `syslog`.
            host: Host of the service, for `betterstack`, `ovh-graylog`, `papertrail` and `syslog`.
            port: Port of the service as a string, for `papertrail` and `syslog`.
            drain_region: Region of the service, for `datadog`.
            url: URL of the service, for `elk`.
            **options: Options of the call.

        Returns:
            The new drain.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            LOG_DRAINS_CREATE,
            (app, addon_id),
            body={
                "type": type,
                "token": token,
                "host": host,
                "port": port,
                "drain_region": drain_region,
                "url": url,
            },
            options=options,
        )

    @performs(LOG_DRAINS_DELETE)
    @conceals("url")
    async def delete(
        self,
        app: str,
        addon_id: str,
        drain: LogDrain | None = None,
        *,
        url: str | Secret | None = None,
        **options: Unpack[RequestOptions],
    ) -> None:
        """Remove a log drain of an addon.

        A drain has no id: pass the listed drain, or its URL.

        Source: API documentation, “Delete a Log Drain From an Addon”:
        https://developers.scalingo.com/log_drains#delete-a-log-drain-from-an-addon

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            drain: The drain, as `list` or `create` returns it.
            url: Its URL exactly as listed, instead of the drain.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid, or not exactly one of `drain` and `url`
                was given; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        query = {"url": url_of(drain, url)}
        await self._session.call(LOG_DRAINS_DELETE, (app, addon_id), query=query, options=options)


class AddonsProviders(Resource):
    """Providers of addons and their plans."""

    __slots__ = ()

    @performs(PROVIDERS_LIST)
    def list(
        self,
        *,
        category: str | None = None,
        category_id: str | None = None,
        dedicated: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[AddonProvider]:
        """List the providers of addons with their plans.

        No token is required.

        Source: API documentation, “List addon providers”:
        https://developers.scalingo.com/addon_providers#list-addon-providers

        Args:
            category: Name of a category, to list only its providers. The first name of a category
                used by the client or one of its copies in this region takes one more request.
            category_id: Its id, instead of the name.
            dedicated: List the providers of dedicated resources instead.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such category; the message lists the categories that exist.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(
            PROVIDERS_LIST,
            (),
            query={
                "category_id": id_or_name(CATEGORY, "category", category, category_id, unset=None),
                "dedicated": dedicated,
            },
            options=options,
        )

    @performs(PROVIDERS_PLANS)
    def plans(
        self,
        addon_provider: str,
        *,
        show_all: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Plan]:
        """List the plans of a provider.

        No token is required.

        Source: not documented; known to the official Go and command line clients.

        Args:
            addon_provider: Id of the provider, such as `postgresql`.
            show_all: Include plans that are no longer available.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such provider.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(
            PROVIDERS_PLANS, (addon_provider,), query={"show_all": show_all}, options=options
        )

    @overload
    async def find_plan(
        self,
        addon_provider: str,
        name: str,
        *,
        required: Literal[True],
        **options: Unpack[RequestOptions],
    ) -> Plan: ...
    @overload
    async def find_plan(
        self,
        addon_provider: str,
        name: str,
        *,
        required: bool = False,
        **options: Unpack[RequestOptions],
    ) -> Plan | None: ...
    async def find_plan(
        self,
        addon_provider: str,
        name: str,
        *,
        required: bool = False,
        **options: Unpack[RequestOptions],
    ) -> Plan | None:
        """Find a plan by name, for its id or price: one request.

        `addons.create` and `addons.update` also accept the name.

        Args:
            addon_provider: Id of the provider, such as `postgresql`.
            name: Name of the plan, such as `postgresql-starter-512`, or the part after the
                provider's name: `starter-512`.
            required: Raise an error if there is none.
            **options: Options of the call.

        Returns:
            The plan; `None` if the provider has none with that name, unless `required` is set.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such provider; the message lists the providers that exist. Or
                the provider has no such plan, and `required` is set.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        long = f"{addon_provider}-{name}"
        try:
            plans = await self.plans(addon_provider, **options)
        except NotFoundError as error:
            with suppress(ScalingoError):
                known = ", ".join(sorted([one.id async for one in self.list(**options)]))
                error.message = f"no addon provider {addon_provider!r}; choose one of {known}"
            raise
        found = next((plan for plan in plans if plan.name in {name, long}), None)
        if found is None and required:
            return _PLAN.pick(name, plans)
        return found


class AddonsCategories(Resource):
    """Categories of addon providers."""

    __slots__ = ()

    @performs(CATEGORIES_LIST)
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[AddonCategory]:
        """List the categories of addon providers.

        No token is required.

        Source: API documentation, “List addon categories”:
        https://developers.scalingo.com/addon_providers#list-addon-categories

        Args:
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(CATEGORIES_LIST, (), options=options)


class Addons(Resource):
    """Addons of an app."""

    __slots__ = ()

    @resource_property
    def log_drains(self) -> AddonsLogDrains:
        """Log drains of an addon."""
        return AddonsLogDrains(self._session)

    @resource_property
    def providers(self) -> AddonsProviders:
        """Providers of addons and their plans."""
        return AddonsProviders(self._session)

    @resource_property
    def categories(self) -> AddonsCategories:
        """Categories of addon providers."""
        return AddonsCategories(self._session)

    @performs(LIST)
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[Addon]:
        """List the addons of an app.

        A database on dedicated resources is an app with one addon: with its name as the app, this
        returns the addon id for `databases`.

        Source: API documentation, “List Application Addons”:
        https://developers.scalingo.com/addons#list-application-addons

        Args:
            app: Id or name of the app.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(LIST, (app,), options=options, waiter=watch(self._session, app))

    @performs(CREATE)
    async def create(
        self,
        app: str,
        *,
        provider: str | Unset = UNSET,
        addon_provider_id: str | Unset = UNSET,
        plan: str | Unset = UNSET,
        plan_id: str | Unset = UNSET,
        options: Mapping[str, str] | Unset = UNSET,
        **call: Unpack[RequestOptions],
    ) -> Addon:
        """Add an addon to an app.

            addon = await client.addons.create("my-app", provider="redis", plan="starter-256")

        It takes one request. Using names takes one more request in total, the first time that the
        client or one of its copies in this region uses such a name.

        The addon may be `provisioning` at first: `wait` on the result waits until it runs. The
        provider's message is in `message` of the addon, and the names of the changed variables are
        in `variables`.

        Source: API documentation, “Provision an Addon”:
        https://developers.scalingo.com/addons#provision-an-addon

        Args:
            app: Id or name of the app.
            provider: Id or name of the provider, such as `postgresql` or `PostgreSQL`.
            addon_provider_id: Its id, instead of the name; it is not looked up.
            plan: Name of the plan, such as `postgresql-starter-512`, or the part after the
                provider's name: `starter-512`.
            plan_id: Its id, instead of the name.
            options: Settings for the provider, by name.
            **call: Options of the call.

        Returns:
            The new addon.

        Raises:
            InvalidArgumentError: An argument is invalid, one is missing, or both a name and an id
                were given for the same object; nothing was sent.
            NotFoundError: There is no such app, provider or plan; the message lists the providers
                or plans that exist.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            PaymentRequiredError: This is not included in the free trial.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        needed("provider", provider, addon_provider_id)
        needed("plan", plan, plan_id)
        provider_id = id_or_name(PROVIDER, "provider", provider, addon_provider_id)
        chosen: object = plan_id
        if plan is not UNSET:
            either("plan", plan_id)
            of = addon_provider_id if provider is UNSET else provider
            chosen = _plan_to_add(checked_name(plan, "plan"), str(of))
        made = await self._call(
            CREATE,
            (app,),
            body={"addon_provider_id": provider_id, "plan_id": chosen, "options": options},
            options=call,
        )
        return bound(made, watch(self._session, app))

    @performs(GET)
    async def get(self, app: str, addon_id: str, **options: Unpack[RequestOptions]) -> Addon:
        """Get one addon of an app.

        Source: API documentation, “Get an Addon”:
        https://developers.scalingo.com/addons#get-an-addon

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            **options: Options of the call.

        Returns:
            The addon.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return bound(
            await self._session.call(GET, (app, addon_id), options=options),
            watch(self._session, app),
        )

    @performs(UPDATE)
    async def update(
        self,
        app: str,
        addon_id: str,
        *,
        plan: str | Unset = UNSET,
        plan_id: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Addon:
        """Change the plan of an addon.

        It takes one request. The name of the plan takes one more request the first time that the
        client or one of its copies in this region uses such a name: plans with dedicated resources,
        which have `-dr-` in their name, are in a separate list. A name that is in neither list
        takes a request for each.

        The provider may refuse the change, for example to a smaller plan. Its message is in
        `message` of the addon, and the names of the changed variables are in `variables`. `wait` on
        the result waits until the addon runs on the new plan.

        Source: API documentation, “Upgrade an Addon”:
        https://developers.scalingo.com/addons#upgrade-an-addon

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            plan: Name of the new plan, such as `postgresql-starter-1024`.
            plan_id: Its id, instead of the name.
            **options: Options of the call.

        Returns:
            The addon.

        Raises:
            InvalidArgumentError: An argument is invalid, or not exactly one of `plan` and `plan_id`
                was given; nothing was sent.
            NotFoundError: There is no such app, addon or plan; the message lists the plans that
                exist.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        from scalingo_async.resources.databases.databases import DatabaseCalls

        needed("plan", plan, plan_id)
        body: dict[str, object] = {"plan_id": plan_id}
        if plan is not UNSET:
            either("plan", plan_id)
            named = {"plan_id": _plan_to_change_to(checked_name(plan, "plan"))}
            body = await self._with_ids(UPDATE, (app, addon_id), body=named, options=options)
        changed = await self._session.call(UPDATE, (app, addon_id), body=body, options=options)
        database = DatabaseCalls(self._session).get
        return bound(
            changed, waiters.plan_change(app, str(body["plan_id"]), changed, self.get, database)
        )

    @performs(DELETE)
    async def delete(self, app: str, addon_id: str, **options: Unpack[RequestOptions]) -> None:
        """Remove an addon and its data.

        Source: API documentation, “Remove an Addon”:
        https://developers.scalingo.com/addons#remove-an-addon

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(DELETE, (app, addon_id), options=options)

    @performs(TOKEN)
    async def token(self, app: str, addon_id: str, **options: Unpack[RequestOptions]) -> Addon:
        """Get a token for the database API.

        It is in `token` of the addon and is valid for one hour. The methods of `databases` fetch
        and cache it automatically.

        Source: API documentation, “Get Addon Token”:
        https://developers.scalingo.com/addons#get-addon-token

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            **options: Options of the call.

        Returns:
            The addon, with its token.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return bound(
            await self._session.call(TOKEN, (app, addon_id), options=options),
            watch(self._session, app),
        )

    @performs(SSO)
    async def sso(self, app: str, addon_id: str, **options: Unpack[RequestOptions]) -> Addon:
        """Get the URL of an addon's dashboard, which logs in automatically.

        It is in `sso_url` of the addon, is valid for one hour, and must be opened in a browser.

        Source: API documentation, “Get Dashboard Addon Authenticated URL”:
        https://developers.scalingo.com/addons#get-dashboard-addon-authenticated-url

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            **options: Options of the call.

        Returns:
            The addon, with the URL.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return bound(
            await self._session.call(SSO, (app, addon_id), options=options),
            watch(self._session, app),
        )

    @performs(RESUME)
    async def resume(self, app: str, addon_id: str, **options: Unpack[RequestOptions]) -> Addon:
        """Resume a suspended addon.

        Source: not documented; known to the official JavaScript client.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            **options: Options of the call.

        Returns:
            The addon.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        resumed = await self._session.call(RESUME, (app, addon_id), options=options)
        return bound(resumed, waiters.addon(app, self.get, final_states.resumed_completion))

    @overload
    async def find(
        self,
        app: str,
        provider: str,
        *,
        required: Literal[True],
        **options: Unpack[RequestOptions],
    ) -> Addon: ...
    @overload
    async def find(
        self,
        app: str,
        provider: str,
        *,
        required: bool = False,
        **options: Unpack[RequestOptions],
    ) -> Addon | None: ...
    async def find(
        self,
        app: str,
        provider: str,
        *,
        required: bool = False,
        **options: Unpack[RequestOptions],
    ) -> Addon | None:
        """Find the addon of an app by its provider: one request.

        Args:
            app: Id or name of the app, or of a dedicated database.
            provider: Id or name of the provider, such as `postgresql`; case-insensitive.
            required: Raise an error if there is none.
            **options: Options of the call.

        Returns:
            The first addon of that provider; `None` if there is none, unless `required` is set.
            `databases.find` returns its database, and raises an error if there are several.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app. Or no addon matches, and `required` is set; the
                message lists the existing ones.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        wanted = provider.casefold()
        addons = await self.list(app, **options)
        for addon in addons:
            found = addon.addon_provider
            if wanted in {found.id.casefold(), found.name.casefold()}:
                return addon
        if required:
            raise no_addon(app, provider, addons)
        return None


def no_addon(app: str, wanted: str, addons: Sequence[Addon]) -> NotFoundError:
    """Create the error for an app without an addon of a kind; it lists the app's addons."""
    known = tuple(addon.addon_provider.id for addon in addons)
    there = f"its addons are {listing(known)}" if known else "it has no addons"
    return NotFoundError(
        f"{app} has no addon {shown(wanted)}{hint(wanted.casefold(), known)}; {there}",
        resource="addon",
        known=known,
    )


def watch(session: Session, app: str) -> Polling[Addon]:
    """Return the function that waits for the addons of an app."""
    return waiters.addon(app, Addons(session).get)
