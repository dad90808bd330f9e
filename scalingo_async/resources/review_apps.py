"""Review apps of an app."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, items, performs
from scalingo_async.models.review_apps import ReviewApp
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import OF_A_LINK, Resource
from scalingo_async.types import RequestOptions

__all__ = ["ReviewApps"]

LIST: Final[Endpoint[list[ReviewApp]]] = items(
    "review_apps.list",
    "GET",
    "/apps/{app}/scm_repo_link/review_apps",
    ReviewApp,
    root="review_apps",
    **OF_A_LINK,
)


class ReviewApps(Resource):
    """Apps created for pull requests and merge requests."""

    __slots__ = ()

    @performs(LIST)
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[ReviewApp]:
        """List the review apps of an app; an app that isn't linked to a repository has none.

        Source: API documentation, “List Review Apps”:
        https://developers.scalingo.com/scm_repo_link#list-review-apps

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
        return self._list(LIST, (app,), options=options)
