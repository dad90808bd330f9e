"""Apps: list, create, change, rename, transfer and delete them; scale, restart and run."""

from __future__ import annotations

import builtins
import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypedDict, Unpack, cast

from scalingo_async import models
from scalingo_async._core.arguments import integer, ipv4_range
from scalingo_async._core.endpoint import Endpoint, items, model, nothing, performs
from scalingo_async._core.lazy import LazyModule
from scalingo_async._core.names import id_or_name
from scalingo_async._core.operation import Pages
from scalingo_async._core.resource_property import resource_property
from scalingo_async._core.secrets import conceals
from scalingo_async._core.session import Session
from scalingo_async.errors import InvalidArgumentError, NotFoundError
from scalingo_async.models.apps import App, AppFirewallRule, ChildApp
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource, list_of
from scalingo_async.types import UNSET, RequestOptions, Secret, Unset

if TYPE_CHECKING:
    from scalingo_async.resources import operations, organizations, projects, stacks
    from scalingo_async.waiting import pending
else:
    # Imported on first use, for names and for operations to wait for: most calls don't need them.
    operations = LazyModule("scalingo_async.resources.operations")
    organizations = LazyModule("scalingo_async.resources.organizations")
    projects = LazyModule("scalingo_async.resources.projects")
    pending = LazyModule("scalingo_async.waiting.pending")
    stacks = LazyModule("scalingo_async.resources.stacks")

__all__ = ["Apps"]


class _Amount(TypedDict):
    name: str
    amount: int


class ContainerAmount(_Amount, total=False):
    """The desired number and size of the containers of a type.

    Attributes:
        name: Container type, such as `web`.
        amount: Number of containers, 0 or more.
        size: Name of the container size; unchanged if omitted.
    """

    size: str


def command_line(command: str | Sequence[str]) -> str:
    """Return a command as one string.

    Raises:
        InvalidArgumentError: It is empty.
    """
    line = command if isinstance(command, str) else shlex.join(command)
    if not line.strip():
        raise InvalidArgumentError("command is empty: there is nothing to run")
    return line


def check_amounts(
    containers: Mapping[str, int] | Sequence[ContainerAmount],
) -> list[ContainerAmount]:
    """Check a formation.

    Raises:
        InvalidArgumentError: An entry has no name or an invalid amount.
    """
    if isinstance(containers, Mapping):
        containers = [{"name": name, "amount": amount} for name, amount in containers.items()]
    out = list_of(containers)
    if not out:
        raise InvalidArgumentError("containers is empty: there is nothing to scale")
    for entry in out:
        amount = cast("object", entry.get("amount"))
        name = cast("object", entry.get("name"))
        if not isinstance(name, str) or not name:
            raise InvalidArgumentError("each entry of containers needs a name, such as web")
        integer(amount, f"the amount of {name}", 0, end="; it is not relative")
    return out


LIST: Final[Endpoint[list[App]]] = items("apps.list", "GET", "/apps", App, root="apps")
CREATE: Final[Endpoint[App]] = model("apps.create", "POST", "/apps", App, root="app", wrap="app")
GET: Final[Endpoint[App]] = model("apps.get", "GET", "/apps/{app}", App, root="app")
UPDATE: Final[Endpoint[App]] = model(
    "apps.update", "PATCH", "/apps/{app}", App, root="app", wrap="app"
)
TRANSFER: Final[Endpoint[App]] = model(
    "apps.transfer", "PATCH", "/apps/{app}", App, root="app", wrap="app"
)
RENAME: Final[Endpoint[App]] = model("apps.rename", "POST", "/apps/{app}/rename", App, root="app")
DELETE: Final[Endpoint[None]] = nothing("apps.delete", "DELETE", "/apps/{app}")
SCALE: Final[Endpoint[list[models.ContainerType]]] = items(
    "apps.scale", "POST", "/apps/{app}/scale", lambda: models.ContainerType, root="containers"
)
RESTART: Final[Endpoint[None]] = nothing("apps.restart", "POST", "/apps/{app}/restart")
RUN: Final[Endpoint[models.Container]] = model(
    "apps.run",
    "POST",
    "/apps/{app}/run",
    lambda: models.Container,
    root="container",
    siblings=(
        ("operation", "operation_id"),
        ("operation_url", "operation_url"),
        ("attach_url", "attach_url"),
    ),
)
CHILDREN_CREATE: Final[Endpoint[App]] = model(
    "apps.children.create", "POST", "/apps/{app}/child_apps", App, root="app", wrap="app"
)
CHILDREN_LIST: Final[Endpoint[list[ChildApp]]] = items(
    "apps.children.list",
    "GET",
    "/apps/{app}/child_apps",
    ChildApp,
    root="child_apps",
    pages=Pages.NUMBERS,
)
FIREWALL_RULES_LIST: Final[Endpoint[list[AppFirewallRule]]] = items(
    "apps.firewall_rules.list",
    "GET",
    "/apps/{app}/firewall_rules",
    AppFirewallRule,
    root="firewall_rules",
)
FIREWALL_RULES_GET: Final[Endpoint[AppFirewallRule]] = model(
    "apps.firewall_rules.get",
    "GET",
    "/apps/{app}/firewall_rules/{rule_id}",
    AppFirewallRule,
    root="firewall_rule",
)
FIREWALL_RULES_CREATE: Final[Endpoint[AppFirewallRule]] = model(
    "apps.firewall_rules.create",
    "POST",
    "/apps/{app}/firewall_rules",
    AppFirewallRule,
    root="firewall_rule",
    wrap="firewall_rule",
)
FIREWALL_RULES_DELETE: Final[Endpoint[None]] = nothing(
    "apps.firewall_rules.delete", "DELETE", "/apps/{app}/firewall_rules/{rule_id}"
)


class AppsChildren(Resource):
    """Child apps of an app."""

    __slots__ = ()

    @performs(CHILDREN_CREATE)
    async def create(self, app: str, *, name: str, **options: Unpack[RequestOptions]) -> App:
        """Create a child app of an app.

        `apps.create` with `parent_id` does the same.

        Source: API documentation, “Create a Child Application”:
        https://developers.scalingo.com/apps#create-a-child-application

        Args:
            app: Id or name of the parent.
            name: Name: 6 to 32 lowercase letters, digits and hyphens.
            **options: Options of the call.

        Returns:
            The new app.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            CHILDREN_CREATE, (app,), body={"name": name}, options=options
        )

    @performs(CHILDREN_LIST)
    def list(
        self,
        app: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[ChildApp]:
        """List the child apps of an app, as summaries: `get` returns the rest.

        Source: API documentation, “List Child Apps of an Application”:
        https://developers.scalingo.com/apps#list-child-apps-of-an-application

        Args:
            app: Id or name of the parent.
            page: Number of the first page to fetch, from 1.
            per_page: Items per page; the platform has a maximum.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(
            CHILDREN_LIST, (app,), query={"page": page, "per_page": per_page}, options=options
        )


class AppsFirewallRules(Resource):
    """The firewall of an app: the addresses that are allowed to reach its web containers.

    An app without rules is open to everybody. The first rule closes it: from then on, addresses
    without a rule get 403 from the platform, **including you and your monitoring**. A change takes
    several minutes to take effect, and the API doesn't tell when it has. It applies only to public
    HTTP(S), and to the address of the TCP connection, not to `X-Forwarded-For`. Limited
    collaborators can read the rules, but not change them.

    Source for all of it: https://doc.scalingo.com/platform/networking/public/application-firewall
    """

    __slots__ = ()

    @performs(FIREWALL_RULES_LIST)
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[AppFirewallRule]:
        """List the address ranges that are allowed to reach an app; none means all.

        Source: not documented; known to all official clients.

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
        return self._list(FIREWALL_RULES_LIST, (app,), options=options)

    @performs(FIREWALL_RULES_GET)
    async def get(
        self, app: str, rule_id: str, **options: Unpack[RequestOptions]
    ) -> AppFirewallRule:
        """Get one rule of an app's firewall.

        Source: not documented; known to the official Go, JavaScript and Ruby clients.

        Args:
            app: Id or name of the app.
            rule_id: Id of the rule.
            **options: Options of the call.

        Returns:
            The rule.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or rule.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(FIREWALL_RULES_GET, (app, rule_id), options=options)

    @performs(FIREWALL_RULES_CREATE)
    async def create(
        self,
        app: str,
        *,
        cidr: str,
        label: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> AppFirewallRule:
        """Allow an address range to reach an app, **and block all others**.

        The first rule closes the app to all addresses without a rule, after a few minutes: allow
        your own first. The limit is 20 rules; Scalingo's support can raise it. A rule can't be
        changed: delete it and create another one.

        Source: not documented; known to all official clients. The status 201 is inferred.

        Args:
            app: Id or name of the app.
            cidr: IPv4 range with its suffix, such as `203.0.113.0/24`; `203.0.113.7/32` is one
                address. IPv6 is not supported.
            label: Free text.
            **options: Options of the call.

        Returns:
            The new rule.

        Raises:
            InvalidArgumentError: `cidr` is not an IPv4 range with a suffix, or another argument is
                invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            APIStatusError: The app has reached the limit of rules.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        body = {"cidr": ipv4_range(cidr, "cidr"), "label": label}
        return await self._session.call(FIREWALL_RULES_CREATE, (app,), body=body, options=options)

    @performs(FIREWALL_RULES_DELETE)
    async def delete(self, app: str, rule_id: str, **options: Unpack[RequestOptions]) -> None:
        """Delete a rule; without any rule, the app is open to all addresses again.

        It takes effect after a few minutes.

        Source: not documented; known to all official clients. The status 204 is inferred.

        Args:
            app: Id or name of the app.
            rule_id: Id of the rule.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or rule.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(FIREWALL_RULES_DELETE, (app, rule_id), options=options)


class Apps(Resource):
    """The apps that the account owns or collaborates on."""

    __slots__ = ()

    @resource_property
    def children(self) -> AppsChildren:
        """Child apps of an app."""
        return AppsChildren(self._session)

    @resource_property
    def firewall_rules(self) -> AppsFirewallRules:
        """The firewall of an app."""
        return AppsFirewallRules(self._session)

    @performs(LIST)
    def list(
        self,
        *,
        organization: str | None = None,
        organization_id: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[App]:
        """List the apps that the account owns or collaborates on.

        The platform sends the whole list in one response.

        Source: API documentation, “List Your Applications”:
        https://developers.scalingo.com/apps#list-your-applications

        Args:
            organization: Only apps of the organization with this name; it takes one more request.
            organization_id: Only apps of this organization. Only known from the changelog of the
                official JavaScript client.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such organization; the message lists the organizations that
                exist.
            AmbiguousMatchError: Several organizations have the name.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        query = {
            "organization_id": id_or_name(
                organizations.ORGANIZATION,
                "organization",
                organization,
                organization_id,
                unset=None,
            )
        }
        return self._list(LIST, (), query=query, options=options, noted=self._session.know_app)

    @performs(CREATE)
    async def create(
        self,
        *,
        name: str,
        git_source: str | Unset = UNSET,
        stack: str | Unset = UNSET,
        stack_id: str | Unset = UNSET,
        project: str | Unset = UNSET,
        project_id: str | Unset = UNSET,
        parent_id: str | Unset = UNSET,
        hds_resource: bool | Unset = UNSET,
        dry_run: bool = False,
        **options: Unpack[RequestOptions],
    ) -> App:
        """Create an app, or check whether it could be created.

        A dry run performs all checks and returns the app as usual, but doesn't create it.

        It takes one request. The name of a stack takes one more request the first time that the
        client or one of its copies in this region uses the name of a stack; the name of a project
        takes one more request each time. An unknown name is refused before the app is created.

        Source: API documentation, “Create an Application”:
        https://developers.scalingo.com/apps#create-an-application

        Args:
            name: Name: 6 to 48 lowercase letters, digits and hyphens; no leading or trailing
                hyphen, no two consecutive hyphens.
            git_source: URL of the repository to deploy from later.
            stack: Name of the stack, such as `scalingo-24`; by default, the platform's default.
            stack_id: Its id (`st-…`), instead of the name.
            project: Name of a project that the account owns; by default, its default project.
            project_id: Its id (`pr-…`), instead of the name.
            parent_id: Id of the parent, for a child app; `apps.children.create` takes its name.
            hds_resource: Create an app that may store health data (HDS).
            dry_run: Run all checks, but don't create the app.
            **options: Options of the call.

        Returns:
            The new app.

        Raises:
            InvalidArgumentError: An argument is invalid, or both a name and an id were given for
                the same object; nothing was sent.
            NotFoundError: There is no such stack or project; the message lists the stacks or
                projects that exist.
            AmbiguousMatchError: Several projects have the name.
            ValidationFailedError: A value is invalid, such as a name that is taken (`code` is
                `name_taken`); `errors` has the messages for each field.
            PaymentRequiredError: The account has no payment method.
            PermissionDeniedError: No app can be created in this region (`code` is
                `region_disabled`).
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._call(
            CREATE,
            (),
            body={
                "name": name,
                "git_source": git_source,
                "stack_id": id_or_name(stacks.STACK, "stack", stack, stack_id),
                "project_id": id_or_name(projects.PROJECT, "project", project, project_id),
                "parent_id": parent_id,
                "hds_resource": hds_resource,
            },
            headers={"x-dry-run": "true"} if dry_run else None,
            options=options,
        )

    @performs(GET)
    async def get(self, app: str, **options: Unpack[RequestOptions]) -> App:
        """Get one app.

        Source: API documentation, “Get a Precise Application”:
        https://developers.scalingo.com/apps#get-a-precise-application

        Args:
            app: Id or name of the app.
            **options: Options of the call.

        Returns:
            The app.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        found = await self._session.call(GET, (app,), options=options)
        self._session.know_app(found)
        return found

    @performs(UPDATE)
    async def update(
        self,
        app: str,
        *,
        force_https: bool | Unset | None = UNSET,
        sticky_session: bool | Unset | None = UNSET,
        router_logs: bool | Unset | None = UNSET,
        stack: str | Unset = UNSET,
        stack_id: str | Unset | None = UNSET,
        project: str | Unset = UNSET,
        project_id: str | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> App:
        """Change the settings of an app.

        Changing the stack also empties the deployment cache.

        It takes one request, and one more for the name of a stack or a project, as for `create`.

        Source: API documentation, “Update Application Settings”:
        https://developers.scalingo.com/apps#update-application-settings

        Args:
            app: Id or name of the app.
            force_https: Redirect plain HTTP to HTTPS.
            sticky_session: Send all requests of a visitor to the same container.
            router_logs: Include the lines of the router in the logs.
            stack: Name of the stack to move to, such as `scalingo-24`.
            stack_id: Its id (`st-…`), instead of the name.
            project: Name of the project to move to, one that the account owns.
            project_id: Its id (`pr-…`), instead of the name.
            **options: Options of the call.

        Returns:
            The app.

        Raises:
            InvalidArgumentError: An argument is invalid, or both a name and an id were given for
                the same object; nothing was sent.
            NotFoundError: There is no such app, stack or project; the message lists the stacks or
                projects that exist.
            AmbiguousMatchError: Several projects have the name.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._call(
            UPDATE,
            (app,),
            body={
                "force_https": force_https,
                "sticky_session": sticky_session,
                "router_logs": router_logs,
                "stack_id": id_or_name(stacks.STACK, "stack", stack, stack_id),
                "project_id": id_or_name(projects.PROJECT, "project", project, project_id),
            },
            options=options,
        )

    @performs(TRANSFER)
    async def transfer(
        self,
        app: str,
        *,
        owner: str,
        current_name: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> App:
        """Transfer an app to one of its collaborators.

        Source: API documentation, “Transfer Ownership of an Application”:
        https://developers.scalingo.com/apps#transfer-ownership-of-an-application

        Args:
            app: Id or name of the app.
            owner: E-mail address of the new owner, who must be a collaborator already.
            current_name: The app's name again, as a safety check.
            **options: Options of the call.

        Returns:
            The app.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: The new owner is not a collaborator of the app (`code` is
                `not_collaborator`).
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            TRANSFER,
            (app,),
            query={"current_name": current_name},
            body={"owner": owner},
            options=options,
        )

    @performs(RENAME)
    async def rename(
        self, app: str, *, current_name: str, new_name: str, **options: Unpack[RequestOptions]
    ) -> App:
        """Rename an app.

        Source: API documentation, “Rename an Application”:
        https://developers.scalingo.com/apps#rename-an-application

        Args:
            app: Id or name of the app.
            current_name: The app's current name again, as a safety check.
            new_name: New name: 6 to 48 lowercase letters, digits and hyphens.
            **options: Options of the call.

        Returns:
            The app.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: The new name is invalid or taken (`code` is `name_taken`), or
                `current_name` is not the app's name (`name_mismatch`).
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        renamed = await self._session.call(
            RENAME,
            (app,),
            body={"current_name": current_name, "new_name": new_name},
            options=options,
        )
        self._session.forget_app(current_name)
        self._session.know_app(renamed)
        return renamed

    @performs(DELETE)
    async def delete(
        self, app: str, *, current_name: str, **options: Unpack[RequestOptions]
    ) -> None:
        """Delete an app and everything that belongs to it.

        Source: API documentation, “Delete an Application”:
        https://developers.scalingo.com/apps#delete-an-application

        Args:
            app: Id or name of the app.
            current_name: The app's name again, as a safety check.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: `current_name` is not the app's name (`code` is `name_mismatch`).
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(
            DELETE, (app,), query={"current_name": current_name}, options=options
        )
        self._session.forget_app(current_name)

    @performs(SCALE)
    async def scale(
        self,
        app: str,
        *,
        containers: Mapping[str, int] | Sequence[ContainerAmount],
        **options: Unpack[RequestOptions],
    ) -> pending.PendingOperation[builtins.list[models.ContainerType]]:
        """Change the number or the size of an app's containers.

        Omitted types keep their formation. An app that was never deployed is changed at once: the
        operation then has no id, and waiting for it returns at once. Manual scaling disables the
        type's autoscaler.

        Source: API documentation, “Scale an Application”:
        https://developers.scalingo.com/apps#scale-an-application

        Args:
            app: Id or name of the app.
            containers: Types to change: amounts by name, such as `{"web": 2}`, or a list of
                `{"name": "web", "amount": 2, "size": "L"}`, where the size is optional. The
                platform allows 10 containers of a type.
            **options: Options of the call.

        Returns:
            The operation to wait for; its `value` is the complete formation.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or container type.
            ValidationFailedError: The number of containers exceeds the limit (`code` is
                `quota_reached`), or another value is invalid.
            BadRequestError: The app already has this formation (`code` is `nothing_changed`).
            PaymentRequiredError: This is not included in the free trial.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await operations.start(
            self._session,
            SCALE,
            app,
            body={"containers": check_amounts(containers)},
            options=options,
        )

    @performs(RESTART)
    async def restart(
        self, app: str, *, scope: Sequence[str] | None = None, **options: Unpack[RequestOptions]
    ) -> pending.PendingOperation[None]:
        """Restart an app, some of its types, or single containers.

        Source: API documentation, “Restart an Application”:
        https://developers.scalingo.com/apps#restart-an-application

        Args:
            app: Id or name of the app.
            scope: Container types (`web`) or containers (`web-1`); everything by default.
            **options: Options of the call.

        Returns:
            The operation to wait for.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: There is no such container type (`code` is
                `unknown_container_type`).
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        if isinstance(scope, str):
            raise InvalidArgumentError(f"scope must be a list of names, such as [{scope!r}]")
        body = {"scope": None if scope is None else list_of(scope)}
        return await operations.start(self._session, RESTART, app, body=body, options=options)

    @performs(RUN)
    @conceals("env")
    async def run(
        self,
        app: str,
        *,
        command: str | Sequence[str],
        env: Mapping[str, str] | Unset = UNSET,
        size: str | Unset = UNSET,
        detached: bool | Unset = UNSET,
        has_uploads: bool | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> models.Container:
        """Start a one-off container, to attach to or in the background.

        An attached one waits until a client attaches to it: its operation has the URL, once it is
        done. A detached one starts at once; its output goes to the logs of the app. The limits are
        10 per app and 50 per account.

        Source: API documentation, “Run a One-off Container”:
        https://developers.scalingo.com/apps#run-a-one-off-container

        Args:
            app: Id or name of the app.
            command: Command line as a string, or as a list of words, which are quoted.
            env: Variables in addition to those of the app.
            size: Name of the container size; `M` by default.
            detached: Start at once, in the background.
            has_uploads: Announce that files will be uploaded.
            **options: Options of the call.

        Returns:
            The container. Wait for its start with `client.operations.pending(app,
            container.operation_id)`.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await start_one_off(
            self._session,
            app,
            {
                "command": command_line(command),
                "env": env and {name: Secret(value) for name, value in env.items()},
                "size": size,
                "detached": detached,
                "has_uploads": has_uploads,
            },
            options,
        )

    async def exists(self, app: str, **options: Unpack[RequestOptions]) -> bool:
        """Check whether an app exists.

        The platform responds with 401 for another user's app: this raises `AuthenticationError`,
        since the name is taken.

        Args:
            app: Id or name of the app.
            **options: Options of the call.

        Returns:
            Whether the app exists and the account can see it.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        try:
            await self.get(app, **options)
        except NotFoundError:
            return False
        return True


async def start_one_off(
    session: Session, app: str, body: Mapping[str, object], options: RequestOptions
) -> models.Container:
    """Start a one-off container.

    The response refers to the operation in up to three places, any of which may be empty.
    """
    response = await session.send(session.prepare(RUN, (app,), body=body, options=options))
    container = session.decode(RUN, response)
    if not container.operation_id:
        found = pending.id_in_url(container.operation_url)
        container.operation_id = found or pending.operation_id(response)
    return container
