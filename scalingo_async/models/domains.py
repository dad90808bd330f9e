"""Models: custom domains of an app, and their ACME DNS errors."""

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
    """The DNS problems of a domain reported by Let's Encrypt; may be empty.

    Attributes:
        dns_provider: DNS provider.
        variables: Affected variables.
    """

    dns_provider: str | None = None
    variables: list[str] | None = None


@attrs.define(kw_only=True)
class Domain(Model):
    """A custom domain of an app.

    The certificate and the key are only described here; their contents can't be read back.

    Attributes:
        id: Id of the domain.
        app_id: Id of the app.
        name: Host name.
        created_at: When it was created.
        tlscert: Subject of the certificate.
        tlskey: Kind and size of the key.
        ssl: Whether it has a certificate of yours.
        ssl_status: State of the certificate: `pending`, `success`, `error` or another value.
        validity: When the certificate expires.
        canonical: Whether the app's other domains redirect to it.
        letsencrypt_enabled: Whether the platform gets a certificate from Let's Encrypt.
        letsencrypt: Whether its current certificate comes from Let's Encrypt.
        letsencrypt_status: State of the Let's Encrypt certificate: `pending_dns`, `new`, `created`,
            `dns_required`, `error`, `pending` or another value. `dns_required` is for wildcards.
        acme_dns_fqdn: Name of the TXT record that proves ownership.
        acme_dns_value: Content of that TXT record.
        acme_dns_error: Problems with its DNS; an empty object if there are none.
        acme_challenge_error: Error of the last ACME challenge.
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
