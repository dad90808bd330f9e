"""Contracts of the account."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, items, model, performs
from scalingo_async._core.operation import API
from scalingo_async.models.contracts import Contract
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.types import RequestOptions

__all__ = ["Contracts"]

LIST: Final[Endpoint[list[Contract]]] = items(
    "contracts.list", "GET", "/contracts", Contract, root="contracts", api=API.AUTH
)
HISTORY: Final[Endpoint[list[Contract]]] = items(
    "contracts.history", "GET", "/contracts/history", Contract, root="contracts", api=API.AUTH
)
GET: Final[Endpoint[Contract]] = model(
    "contracts.get", "GET", "/contracts/{contract_id}", Contract, root="contract", api=API.AUTH
)
ACCEPT: Final[Endpoint[Contract]] = model(
    "contracts.accept",
    "POST",
    "/contracts/{contract_id}/accept",
    Contract,
    root="contract",
    api=API.AUTH,
)


class Contracts(Resource):
    """Contracts with Scalingo, such as its terms of service."""

    __slots__ = ()

    @performs(LIST)
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[Contract]:
        """List the contracts of the account.

        Source: not documented; known to the official JavaScript client.

        Args:
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(LIST, (), options=options)

    @performs(HISTORY)
    def history(self, **options: Unpack[RequestOptions]) -> Paginator[Contract]:
        """List all versions of the account's contracts.

        Source: not documented; known to the official JavaScript client.

        Args:
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(HISTORY, (), options=options)

    @performs(GET)
    async def get(self, contract_id: str, **options: Unpack[RequestOptions]) -> Contract:
        """Get one contract.

        Source: not documented; known to the official JavaScript client.

        Args:
            contract_id: Id of the contract.
            **options: Options of the call.

        Returns:
            The contract.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such contract.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(GET, (contract_id,), options=options)

    @performs(ACCEPT)
    async def accept(
        self, contract_id: str, *, locale: str, **options: Unpack[RequestOptions]
    ) -> Contract:
        """Accept a contract; this is binding for the account.

        Source: not documented; known to the official JavaScript client.

        Args:
            contract_id: Id of the contract.
            locale: Language of the accepted version: `en` or `fr`.
            **options: Options of the call.

        Returns:
            The contract.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such contract.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            ACCEPT, (contract_id,), body={"locale": locale}, options=options
        )
