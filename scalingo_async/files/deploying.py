"""Deploying source code: from a directory, an archive, a URL or a branch, in one call."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Final, Literal

import attrs

from scalingo_async._core.absent import present
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.files.archives import Packed
from scalingo_async.files.transfers import Progress
from scalingo_async.models.deployments import Deployment
from scalingo_async.models.sources import Source
from scalingo_async.types import UNSET, RequestOptions, Secret, Unset

__all__ = ["MAX_ARCHIVE", "DeployProgress"]

MAX_ARCHIVE: Final = 1 << 30
"""The largest archive that is uploaded by default, in bytes."""

_WAYS: Final = "the path of a directory or of an archive, source_url, or branch"


@attrs.frozen
class DeployProgress:
    """The progress of deploying a directory or an archive.

    Attributes:
        step: The current step: `packing` a directory, `uploading` the archive, or `deploying`, when
            the platform has the archive and is asked to deploy it.
        done: Bytes that are packed, before compression, or uploaded.
        total: Bytes in total; `None` while packing.
        files: Files that are packed; `None` after that.
    """

    step: Literal["packing", "uploading", "deploying"]
    done: int
    total: int | None = None
    files: int | None = None


def check_way(
    source: object,
    source_url: object,
    branch: object,
    git_ref: str | Unset,
    postdeploy_hook: str | Unset,
) -> None:
    """Check that exactly one thing to deploy was given.

    Raises:
        InvalidArgumentError: There is none, or more than one, or another argument doesn't go with
            it.
    """
    ways = [way for way in (source, source_url, branch) if way is not None]
    if not ways and git_ref is not UNSET:
        raise InvalidArgumentError(
            f"git_ref only names the version: what to deploy is {_WAYS}. For a branch of "
            "the repository that is linked to the app, pass branch"
        )
    if len(ways) != 1:
        raise InvalidArgumentError(f"exactly one thing can be deployed: {_WAYS}")
    if branch is not None and (git_ref is not UNSET or postdeploy_hook is not UNSET):
        raise InvalidArgumentError(
            "git_ref and postdeploy_hook do not go with branch: the platform takes the branch's "
            "last commit, and the hook of its Procfile"
        )
    if git_ref is not UNSET and (
        not isinstance(git_ref, str) or not git_ref or git_ref.startswith("-")  # pyright: ignore[reportUnnecessaryIsInstance]
    ):
        raise InvalidArgumentError(
            "git_ref must be a str without a leading dash: it becomes the tag of an image"
        )


async def deploy_files(
    new_source: Callable[..., Awaitable[Source]],
    upload: Callable[..., Awaitable[None]],
    deploy: Callable[..., Awaitable[Deployment]],
    app: str,
    source: str | os.PathLike[str],
    *,
    git_ref: str | Unset,
    postdeploy_hook: str | Unset,
    max_size: int | None,
    on_progress: Callable[[DeployProgress], object] | None,
    options: RequestOptions,
) -> Deployment:
    """Pack a directory if necessary, upload the archive, and deploy it.

    Args:
        new_source: Asks the platform for a place to upload to.
        upload: Uploads an archive there.
        deploy: Deploys the archive at a URL.
        app: Id or name of the app.
        source: A directory or an archive.
        git_ref: A name for the version.
        postdeploy_hook: Command to run after the build.
        max_size: The largest archive that is uploaded, in bytes; `None` for no limit.
        on_progress: Called while the directory is packed and the archive is uploaded.
        options: Options of the calls.

    Returns:
        The new deployment.

    Raises:
        ArchiveError: It can't be deployed; nothing was sent.
        ScalingoError: A call failed.
    """
    # Not needed by programs that only read deployments.
    from scalingo_async.files.archives import ready_archive

    report = on_progress or _nothing

    def packed(step: Packed) -> None:
        report(DeployProgress("packing", step.bytes, None, step.files))

    def sent(step: Progress) -> None:
        report(DeployProgress("uploading", step.done, step.total))

    bare = options.copy()
    # The storage is not the platform: it doesn't get the caller's headers.
    bare.pop("headers", None)
    async with ready_archive(source, max_size=max_size, report=packed) as archive:
        # Only now: the URLs expire after ten minutes.
        place = await new_source(**options)
        answer = "the response to sources.create"
        there = Secret(present(place.upload_url, answer, "$.source.upload_url"))
        from_there = Secret(present(place.download_url, answer, "$.source.download_url"))
        await upload(there, archive.path, size=archive.size, on_progress=sent, **bare)
        report(DeployProgress("deploying", archive.size, archive.size))
        return await deploy(
            app,
            source_url=from_there,
            git_ref=git_ref,
            postdeploy_hook=postdeploy_hook,
            **options,
        )


def _nothing(progress: DeployProgress) -> None:
    """Ignore the progress."""
