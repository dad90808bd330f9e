"""Deployments of an app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scalingo_async._core.endpoint import Pages, items, model, nothing, text
from scalingo_async.models.base import bound
from scalingo_async.models.deployments import Deployment
from scalingo_async.resources import waiting
from scalingo_async.resources.base import Resource
from scalingo_async.types import UNSET, Secret

if TYPE_CHECKING:
    from typing import Unpack

    from scalingo_async._core.endpoint import Endpoint
    from scalingo_async._core.session import Session
    from scalingo_async.operations import Watch
    from scalingo_async.pagination import Paginator
    from scalingo_async.types import RequestOptions, Unset

__all__ = ["Deployments"]

LIST: Final[Endpoint[list[Deployment]]] = items(
    "deployments.list",
    "GET",
    "/apps/{app}/deployments",
    Deployment,
    root="deployments",
    pages=Pages.NUMBERS,
)
GET: Final[Endpoint[Deployment]] = model(
    "deployments.get",
    "GET",
    "/apps/{app}/deployments/{deployment_id}",
    Deployment,
    root="deployment",
)
CREATE: Final[Endpoint[Deployment]] = model(
    "deployments.create",
    "POST",
    "/apps/{app}/deployments",
    Deployment,
    root="deployment",
    wrap="deployment",
)
OUTPUT: Final[Endpoint[str]] = text(
    "deployments.output",
    "GET",
    "/apps/{app}/deployments/{deployment_id}/output",
    accept="text/plain",
)
RESET_CACHE: Final[Endpoint[None]] = nothing(
    "deployments.reset_cache", "DELETE", "/apps/{app}/caches/deployment"
)


class Deployments(Resource):
    """Deployments of an app."""

    __slots__ = ()

    def list(
        self,
        app: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Deployment]:
        """List the deployments of an app, newest first.

        Source: API documentation, page `deployments`, “List the deployments of an app”.

        Args:
            app: Id or name of the app.
            page: Number of the page to begin with, from 1.
            per_page: Items on a page; the platform has a maximum.
            **options: Options of the call.

        Returns:
            The list: await it for its first page, iterate over it for all.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            ScalingoError: A request failed.
        """
        return self._list(
            LIST,
            (app,),
            query={"page": page, "per_page": per_page},
            options=options,
            waiter=watch(self._session, app),
        )

    async def get(
        self, app: str, deployment_id: str, **options: Unpack[RequestOptions]
    ) -> Deployment:
        """Get one deployment.

        Source: API documentation, page `deployments`, “Get a particular deployment”.

        Args:
            app: Id or name of the app.
            deployment_id: Id of the deployment, a UUID: `deployment_uuid` in the payload of an
                event.
            **options: Options of the call.

        Returns:
            The deployment.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            ScalingoError: The call failed.
        """
        found = await self._session.call(GET, (app, deployment_id), options=options)
        return bound(found, watch(self._session, app))

    async def create(
        self,
        app: str,
        *,
        source_url: str | Secret,
        git_ref: str | Unset = UNSET,
        postdeploy_hook: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Deployment:
        """Deploy an app from an archive at a URL.

        The deployment is `queued` or `building` at first: `wait` of what is returned waits for its
        end. Ten deployments of an owner run at a time, each for 30 minutes at most.

        Source: API documentation, page `deployments`, “Trigger manually a deployment from a GitHub
        repository”; “Trigger manually a deployment from an archive”.

        Args:
            app: Id or name of the app.
            source_url: URL of a gzipped tar with one folder at its root: at GitHub, or
                `download_url` of a source.
            git_ref: Text that names the version; it must do as a Docker tag, so no dash in front.
            postdeploy_hook: Command to run after the build, before the app starts.
            **options: Options of the call.

        Returns:
            The new deployment.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            ScalingoError: The call failed.
        """
        source_url = Secret(source_url)
        made = await self._session.call(
            CREATE,
            (app,),
            body={"source_url": source_url, "git_ref": git_ref, "postdeploy_hook": postdeploy_hook},
            options=options,
        )
        return bound(made, watch(self._session, app))

    async def output(self, app: str, deployment_id: str, **options: Unpack[RequestOptions]) -> str:
        """Get the whole build log of a deployment.

        It may hold ANSI escapes for colours.

        Source: API documentation, page `deployments`, “Get the output of the deployment”.

        Args:
            app: Id or name of the app.
            deployment_id: Id of the deployment, a UUID.
            **options: Options of the call.

        Returns:
            The text.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            NotFoundError: There is no log yet.
            ScalingoError: The call failed.
        """
        return await self._session.call(OUTPUT, (app, deployment_id), options=options)

    async def reset_cache(self, app: str, **options: Unpack[RequestOptions]) -> None:
        """Empty the deployment cache of an app.

        Source: API documentation, page `deployments`, “Manually reset the deployment cache”.

        Args:
            app: Id or name of the app.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            ScalingoError: The call failed.
        """
        await self._session.call(RESET_CACHE, (app,), options=options)


def watch(session: Session, app: str) -> Watch[Deployment]:
    """Return how the deployments of an app are waited for."""
    deployments = Deployments(session)
    return waiting.deployment(app, deployments.get, deployments.output)
