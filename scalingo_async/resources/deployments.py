"""Deployments of an app."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final, Unpack

from scalingo_async._core.absent import present
from scalingo_async._core.annotations import checks_itself
from scalingo_async._core.arguments import given, integer, positive_seconds
from scalingo_async._core.endpoint import Endpoint, items, model, nothing, performs, text
from scalingo_async._core.operation import Pages
from scalingo_async._core.secrets import conceals
from scalingo_async._core.session import Session
from scalingo_async._core.urls import ServerURL
from scalingo_async.errors import NotFoundError
from scalingo_async.files.deploying import MAX_ARCHIVE, DeployProgress, check_way, deploy_files
from scalingo_async.models.base import bound
from scalingo_async.models.deployments import Deployment
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.streams.deployments import (
    STREAM,
    DeploymentMessages,
    DeploymentQuestions,
    DeploymentStream,
    stream_url,
)
from scalingo_async.streams.reconnecting import SILENCE
from scalingo_async.types import UNSET, RequestOptions, Secret, Unset
from scalingo_async.waiting import waiters
from scalingo_async.waiting.polling import Polling

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
# Used by both `client.deployments` and `client.scm_repo_links`.
MANUAL_DEPLOY: Final[Endpoint[Deployment]] = model(
    "scm_repo_links.manual_deploy",
    "POST",
    "/apps/{app}/scm_repo_link/manual_deploy",
    Deployment,
    root="deployment",
)

_NONE_YET: Final = (
    "an app that was never deployed successfully has no last_deployment_id. "
    "client.deployments.latest(app) returns its latest deployment, if there is one"
)


class Deployments(Resource):
    """Deployments of an app."""

    __slots__ = ()

    @performs(LIST)
    def list(
        self,
        app: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Deployment]:
        """List the deployments of an app, newest first.

        Source: API documentation, “List the deployments of an app”:
        https://developers.scalingo.com/deployments#list-the-deployments-of-an-app

        Args:
            app: Id or name of the app.
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
            LIST,
            (app,),
            query={"page": page, "per_page": per_page},
            options=options,
            waiter=watch(self._session, app),
        )

    @performs(GET)
    @checks_itself("deployment_id")
    async def get(
        self, app: str, deployment_id: str, **options: Unpack[RequestOptions]
    ) -> Deployment:
        """Get one deployment.

        Source: API documentation, “Get a particular deployment”:
        https://developers.scalingo.com/deployments#get-a-particular-deployment

        Args:
            app: Id or name of the app.
            deployment_id: Id of the deployment, a UUID: `deployment_uuid` in the payload of an
                event.
            **options: Options of the call.

        Returns:
            The deployment.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or deployment.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        given(deployment_id, "deployment_id", _NONE_YET)
        found = await self._session.call(GET, (app, deployment_id), options=options)
        return bound(found, watch(self._session, app))

    async def latest(self, app: str, **options: Unpack[RequestOptions]) -> Deployment | None:
        """Get the latest deployment of an app, in any state: one request.

        `last_deployment_id` of an app is the id of its last successful deployment.

        Args:
            app: Id or name of the app.
            **options: Options of the call.

        Returns:
            The deployment; `None` if the app was never deployed.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        newest = await self.list(app, per_page=1, **options).collect(limit=1)
        return newest[0] if newest else None

    @performs(CREATE)
    @conceals("source_url")
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

        The deployment is `queued` or `building` at first: `wait` on the result waits for its end.
        At most ten deployments of an owner run at the same time, each for at most 30 minutes.

        Source: API documentation, “Trigger manually a deployment from a GitHub repository”;
        “Trigger manually a deployment from an archive”:
        https://developers.scalingo.com/deployments#trigger-manually-a-deployment-from-a-github-repository
        https://developers.scalingo.com/deployments#trigger-manually-a-deployment-from-an-archive

        Args:
            app: Id or name of the app.
            source_url: URL of a gzipped tar with one folder at its root: on GitHub, or
                `download_url` of a source.
            git_ref: Name of the version; it must be a valid Docker tag, so without a leading dash.
            postdeploy_hook: Command to run after the build, before the app starts.
            **options: Options of the call.

        Returns:
            The new deployment.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        made = await self._session.call(
            CREATE,
            (app,),
            body={
                "source_url": Secret(source_url),
                "git_ref": git_ref,
                "postdeploy_hook": postdeploy_hook,
            },
            options=options,
        )
        return bound(made, watch(self._session, app))

    @conceals("source_url")
    async def deploy(
        self,
        app: str,
        source: str | os.PathLike[str] | None = None,
        *,
        source_url: str | Secret | None = None,
        branch: str | None = None,
        git_ref: str | Unset = UNSET,
        postdeploy_hook: str | Unset = UNSET,
        max_size: int | None = MAX_ARCHIVE,
        on_progress: Callable[[DeployProgress], object] | None = None,
        **options: Unpack[RequestOptions],
    ) -> Deployment:
        """Deploy an app from a directory, an archive, a URL, or a branch of its repository.

        A directory is packed as git sees it: without files ignored by `.gitignore` (including those
        of the surrounding repository, `.git/info/exclude` and `core.excludesFile`), without `.git`,
        and without empty directories. Files in the archive have no owner; they keep their
        modification times and executable bits. Symbolic links are kept as links. `.slugignore` is
        included: the platform applies it after the build, which may need the files that it lists.
        An archive is checked before anything is sent. Memory usage doesn't depend on the size of
        the directory.

        Source: API documentation, “Create a source”, “Trigger manually a deployment from an
        archive”, and “Manual Deploy”:
        https://developers.scalingo.com/sources#create-a-source
        https://developers.scalingo.com/deployments#trigger-manually-a-deployment-from-an-archive
        https://developers.scalingo.com/scm_repo_link#manual-deploy

        Args:
            app: Id or name of the app.
            source: Path of a directory, of a gzipped tar with one folder at its root, or of a
                `.war`.
            source_url: URL of such a gzipped tar, as for `create`, instead of a path.
            branch: Branch of the app's linked repository to deploy instead.
            git_ref: Name of the version; it must be a valid Docker tag, so without a leading dash.
                It doesn't select what is deployed. Not allowed with a branch.
            postdeploy_hook: Command to run after the build, before the app starts. Not allowed with
                a branch.
            max_size: Maximum size of the archive in bytes, as a safeguard against mistakes; the
                platform documents no limit. `None` for no limit.
            on_progress: Called with a `DeployProgress` while a directory is packed and an archive
                is uploaded.
            **options: Options of the calls; a deadline applies to each call.

        Returns:
            The new deployment, which is still running, as for `create`.

        Raises:
            ArchiveError: The directory can't be packed, or the archive can't be deployed; nothing
                was sent.
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        check_way(source, source_url, branch, git_ref, postdeploy_hook)
        if max_size is not None:
            integer(max_size, "max_size", 1, called="a number of bytes", end=", or None")
        self._session.prepare(CREATE, (app,), options=options)
        if branch is not None:
            made = await self._session.call(
                MANUAL_DEPLOY, (app,), body={"branch": branch}, options=options
            )
            return bound(made, watch(self._session, app))
        if source is None:
            return await self.create(
                app,
                source_url=source_url or "",
                git_ref=git_ref,
                postdeploy_hook=postdeploy_hook,
                **options,
            )
        from scalingo_async.resources.sources import Sources

        sources = Sources(self._session)
        return await deploy_files(
            sources.create,
            sources.upload,
            self.create,
            app,
            source,
            git_ref=git_ref,
            postdeploy_hook=postdeploy_hook,
            max_size=max_size,
            on_progress=on_progress,
            options=options,
        )

    def follow(
        self,
        app: str,
        deployment_id: str | None = None,
        *,
        silence: float = SILENCE,
        **options: Unpack[RequestOptions],
    ) -> DeploymentStream:
        """Follow a deployment until its end: its states, and its build log as it is written.

            async with client.deployments.follow("my-app", deployment.id) as events:
                async for event in events:
                    match event:
                        case DeploymentLog(content=text):
                            print(text, end="")
                        case DeploymentStatus(status=status):
                            print("now", status)

        The first event is a `DeploymentStarted`, and the last one a `DeploymentStatus` with a final
        state, successful or not: only `wait` on a deployment raises an error for a failure. A
        deployment that has already ended yields its whole log and its state. A connection that
        breaks or stays silent is reopened with increasing delays and, if needed, a new token,
        without lost or duplicate lines. Nothing is read ahead.

        Source: API documentation, “Get real time output of a live deployment”:
        https://developers.scalingo.com/deployments#get-real-time-output-of-a-live-deployment

        Args:
            app: Id or name of the app.
            deployment_id: Id of the deployment, a UUID. Without one, the running deployment or, if
                there is none, the next one that starts after the stream is open.
            silence: Seconds without a message or keepalive after which the connection counts as
                broken.
            **options: Options of the calls; a deadline applies to each call.

        Returns:
            The stream; enter it with `async with`.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or deployment.
            ScalingoError: When it is entered, what every call can raise: see
                `scalingo_async.errors`.
        """
        positive_seconds(silence, "silence")
        session = self._session
        if deployment_id is None:
            session.prepare(LIST, (app,), options=options)
        else:
            session.prepare(GET, (app, deployment_id), options=options)

        async def url() -> ServerURL:
            from scalingo_async.resources.apps import GET as GET_APP

            links = (await session.call(GET_APP, (app,), options=options)).links
            where = "$.app.links.deployments_stream"
            place = present(links.deployments_stream, "the response to apps.get", where)
            return await stream_url(session, place)

        async def get(deployment_id: str) -> Deployment:
            return await self.get(app, deployment_id, **options)

        async def newest() -> Deployment | None:
            return await self.latest(app, **options)

        async def output(deployment_id: str) -> str:
            try:
                return await self.output(app, deployment_id, **options)
            except NotFoundError:
                return ""

        questions = DeploymentQuestions(url=url, get=get, newest=newest, output=output)
        return DeploymentStream(session, questions, deployment_id, silence=silence, options=options)

    @performs(STREAM)
    def stream(
        self,
        deployments_stream_url: str,
        *,
        silence: float = SILENCE,
        **options: Unpack[RequestOptions],
    ) -> DeploymentMessages:
        """Stream the messages about all deployments of an app, over one websocket.

        Use `follow` to reconnect automatically and to detect the end of a deployment. The bearer
        token is in the first message, which is only sent to a Scalingo host or a configured one.

        Source: API documentation, “Get real time output of a live deployment”:
        https://developers.scalingo.com/deployments#get-real-time-output-of-a-live-deployment

        Args:
            deployments_stream_url: `links.deployments_stream` of an app.
            silence: Seconds without a message or keepalive after which the connection counts as
                broken.
            **options: Options of the call.

        Returns:
            The messages, including keepalives; enter it with `async with`.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            UntrustedURLError: No credential may go to that URL.
            ScalingoError: When it is entered, what every call can raise: see
                `scalingo_async.errors`.
        """
        positive_seconds(silence, "silence")
        session = self._session
        session.options(options)

        async def url() -> ServerURL:
            return await stream_url(session, deployments_stream_url)

        return DeploymentMessages(session, url, silence=silence, options=options)

    @performs(OUTPUT)
    @checks_itself("deployment_id")
    async def output(self, app: str, deployment_id: str, **options: Unpack[RequestOptions]) -> str:
        """Get the whole build log of a deployment.

        It may contain ANSI escape sequences for colours.

        Source: API documentation, “Get the output of the deployment”:
        https://developers.scalingo.com/deployments#get-the-output-of-the-deployment

        Args:
            app: Id or name of the app.
            deployment_id: Id of the deployment, a UUID.
            **options: Options of the call.

        Returns:
            The text.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or deployment. Or it has no log.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        given(deployment_id, "deployment_id", _NONE_YET)
        return await self._session.call(OUTPUT, (app, deployment_id), options=options)

    @performs(RESET_CACHE)
    async def reset_cache(self, app: str, **options: Unpack[RequestOptions]) -> None:
        """Empty the deployment cache of an app.

        Source: API documentation, “Manually reset the deployment cache”:
        https://developers.scalingo.com/deployments#manually-reset-the-deployment-cache

        Args:
            app: Id or name of the app.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(RESET_CACHE, (app,), options=options)


def watch(session: Session, app: str) -> Polling[Deployment]:
    """Return the function that waits for the deployments of an app."""
    deployments = Deployments(session)
    return waiters.deployment(app, deployments.get, deployments.output)
