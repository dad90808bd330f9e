"""Uploads of source code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scalingo_async._core.endpoint import model
from scalingo_async.models.deployments import Source
from scalingo_async.resources.base import Resource

if TYPE_CHECKING:
    from typing import Unpack

    from scalingo_async._core.endpoint import Endpoint
    from scalingo_async.types import RequestOptions

__all__ = ["Sources"]

CREATE: Final[Endpoint[Source]] = model("sources.create", "POST", "/sources", Source, root="source")


class Sources(Resource):
    """Uploads of source code."""

    __slots__ = ()

    async def create(self, **options: Unpack[RequestOptions]) -> Source:
        """Get a pair of URLs: one to upload source code to, one to deploy it from.

        Both last 10 minutes, and the file goes with them. Send a gzipped tar with one folder at its
        root to `upload_url` with PUT, then give `download_url` to `deployments.create`.

        Source: API documentation, page `sources`, “Create a source”.

        Args:
            **options: Options of the call.

        Returns:
            The pair of URLs.

        Raises:
            ScalingoError: The call failed.
        """
        return await self._session.call(CREATE, (), options=options)
