"""Models: sources: upload and download URLs for source code to deploy."""

import attrs

from scalingo_async.models.base import Model, masked

__all__ = [
    "Source",
]


@attrs.define(kw_only=True)
class Source(Model):
    """The upload URL for source code, and the download URL for its deployment.

    Both URLs are valid for 10 minutes; then the file is deleted.

    Attributes:
        upload_url: URL for uploading the archive with PUT; a secret.
        download_url: URL for `deployments.create`; a secret.
    """

    upload_url: str = attrs.field(repr=masked)
    download_url: str = attrs.field(repr=masked)
