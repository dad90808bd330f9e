"""Models: sources: upload and download URLs of source code to deploy."""

import attrs

from scalingo_async.models.base import Model, masked

__all__ = [
    "Source",
]


@attrs.define(kw_only=True)
class Source(Model):
    """Where to upload source code, and where a deployment then finds it.

    Both URLs last 10 minutes, and the file goes with them.

    Attributes:
        upload_url: URL to send the archive to with PUT; a secret.
        download_url: URL to give to `deployments.create`; a secret.
    """

    upload_url: str = attrs.field(repr=masked)
    download_url: str = attrs.field(repr=masked)
