"""Custom domains of an app."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, items, model, nothing, performs
from scalingo_async._core.secrets import conceals
from scalingo_async.models.domains import Domain
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.types import UNSET, RequestOptions, Secret, Unset

__all__ = ["Domains"]

LIST: Final[Endpoint[list[Domain]]] = items(
    "domains.list", "GET", "/apps/{app}/domains", Domain, root="domains"
)
CREATE: Final[Endpoint[Domain]] = model(
    "domains.create", "POST", "/apps/{app}/domains", Domain, root="domain", wrap="domain"
)
GET: Final[Endpoint[Domain]] = model(
    "domains.get", "GET", "/apps/{app}/domains/{domain_id}", Domain, root="domain"
)
UPDATE: Final[Endpoint[Domain]] = model(
    "domains.update",
    "PATCH",
    "/apps/{app}/domains/{domain_id}",
    Domain,
    root="domain",
    wrap="domain",
)
DELETE: Final[Endpoint[None]] = nothing(
    "domains.delete", "DELETE", "/apps/{app}/domains/{domain_id}"
)


class Domains(Resource):
    """Custom domains of an app."""

    __slots__ = ()

    @performs(LIST)
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[Domain]:
        """List the custom domains of an app.

        Source: API documentation, “List all the domains of an application”:
        https://developers.scalingo.com/domains#list-all-the-domains-of-an-application

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

    @performs(CREATE)
    @conceals("tlskey")
    async def create(
        self,
        app: str,
        *,
        name: str,
        tlscert: str | Unset = UNSET,
        tlskey: str | Secret | Unset = UNSET,
        canonical: bool | Unset = UNSET,
        letsencrypt_enabled: bool | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Domain:
        """Add a custom domain to an app, with or without its certificate.

        The limit is 20 per app.

        Source: API documentation, “Link a domain name to an application”:
        https://developers.scalingo.com/domains#link-a-domain-name-to-an-application

        Args:
            app: Id or name of the app.
            name: Host name; wildcards are allowed.
            tlscert: Certificate, or chain of certificates, in PEM form.
            tlskey: Private key in PEM form.
            canonical: Redirect the app's other domains to this one.
            letsencrypt_enabled: Whether the platform gets a certificate from Let's Encrypt; on by
                default.
            **options: Options of the call.

        Returns:
            The new domain.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: The certificate, its key or another value is invalid; `errors`
                has the messages for each field.
            APIStatusError: The app has reached the limit of domains.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            CREATE,
            (app,),
            body={
                "name": name,
                "tlscert": tlscert,
                "tlskey": tlskey,
                "canonical": canonical,
                "letsencrypt_enabled": letsencrypt_enabled,
            },
            options=options,
        )

    @performs(GET)
    async def get(self, app: str, domain_id: str, **options: Unpack[RequestOptions]) -> Domain:
        """Get one custom domain.

        Source: API documentation, “Show a specific domain of an application”:
        https://developers.scalingo.com/domains#show-a-specific-domain-of-an-application

        Args:
            app: Id or name of the app.
            domain_id: Id of the domain.
            **options: Options of the call.

        Returns:
            The domain.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or domain.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(GET, (app, domain_id), options=options)

    @performs(UPDATE)
    @conceals("tlskey")
    async def update(
        self,
        app: str,
        domain_id: str,
        *,
        tlscert: str | Unset | None = UNSET,
        tlskey: str | Secret | Unset | None = UNSET,
        canonical: bool | Unset | None = UNSET,
        letsencrypt_enabled: bool | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Domain:
        """Change the certificate of a custom domain, or whether it is the canonical domain.

        Empty strings for `tlscert` and `tlskey` remove the certificate. Its name can't change.

        Source: API documentation, “Update a domain name”:
        https://developers.scalingo.com/domains#update-a-domain-name

        Args:
            app: Id or name of the app.
            domain_id: Id of the domain.
            tlscert: Certificate, or chain of certificates, in PEM form.
            tlskey: Private key in PEM form.
            canonical: Whether the app's other domains redirect to this one.
            letsencrypt_enabled: Whether the platform gets a certificate from Let's Encrypt.
            **options: Options of the call.

        Returns:
            The domain.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or domain.
            ValidationFailedError: The certificate or its key is invalid or missing.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            UPDATE,
            (app, domain_id),
            body={
                "tlscert": tlscert,
                "tlskey": tlskey,
                "canonical": canonical,
                "letsencrypt_enabled": letsencrypt_enabled,
            },
            options=options,
        )

    @performs(DELETE)
    async def delete(self, app: str, domain_id: str, **options: Unpack[RequestOptions]) -> None:
        """Remove a custom domain from an app.

        Source: API documentation, “Unlink a domain name from an application”:
        https://developers.scalingo.com/domains#unlink-a-domain-name-from-an-application

        Args:
            app: Id or name of the app.
            domain_id: Id of the domain.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or domain.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(DELETE, (app, domain_id), options=options)
