"""Models: custom domains of an app, and what ACME found wrong with their DNS."""

from datetime import datetime
from typing import Literal

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "AcmeDnsError",
    "Domain",
]


@attrs.define(kw_only=True)
class AcmeDnsError(Model):
    """What Let's Encrypt found wrong with the DNS of a domain; may be empty.

    Attributes:
        dns_provider: Provider of the DNS.
        variables: Variables concerned.
    """

    dns_provider: str | None = None
    variables: list[str] | None = None


@attrs.define(kw_only=True)
class Domain(Model):
    """A custom domain of an app.

    What is read is not what was written: certificate and key are described here, not shown.

    Attributes:
        id: Id of the domain.
        app_id: Id of the app.
        name: Host name.
        created_at: Creation.
        tlscert: Subject of the certificate.
        tlskey: Kind and size of the key.
        ssl: Whether it has a certificate of yours.
        ssl_status: State of the certificate: `pending`, `success`, `error` or another word.
        validity: End of the certificate.
        canonical: Whether the app's other domains redirect to it.
        letsencrypt_enabled: Whether the platform is to get a certificate from Let's Encrypt.
        letsencrypt: Whether its present certificate comes from Let's Encrypt.
        letsencrypt_status: State at Let's Encrypt: `pending_dns`, `new`, `created`, `dns_required`,
            `error`, `pending` or another word. `dns_required` is for wildcards.
        acme_dns_fqdn: Name of the TXT record that proves who owns it.
        acme_dns_value: Content of that TXT record.
        acme_dns_error: What is wrong with its DNS; an empty object when nothing is.
        acme_challenge_error: What was wrong with the last proof.
    """

    id: str
    app_id: str | None = None
    name: str
    created_at: datetime | None = None
    tlscert: str | None = None
    tlskey: str | None = None
    ssl: bool
    ssl_status: Literal["pending", "success", "error"] | str | None = None
    validity: datetime | None = None
    canonical: bool
    letsencrypt_enabled: bool | None = None
    letsencrypt: bool
    letsencrypt_status: (
        Literal["pending_dns", "new", "created", "dns_required", "error", "pending"] | str | None
    ) = None
    acme_dns_fqdn: str | None = None
    acme_dns_value: str | None = None
    acme_dns_error: AcmeDnsError | None = None
    acme_challenge_error: str | None = None
