"""Public SSH keys of the account."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, items, model, nothing, performs
from scalingo_async._core.operation import API
from scalingo_async.models.keys import Key
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.types import RequestOptions

__all__ = ["Keys"]

LIST: Final[Endpoint[list[Key]]] = items(
    "keys.list", "GET", "/keys", Key, root="keys", api=API.AUTH
)
GET: Final[Endpoint[Key]] = model(
    "keys.get", "GET", "/keys/{key_id}", Key, root="key", api=API.AUTH
)
CREATE: Final[Endpoint[Key]] = model(
    "keys.create", "POST", "/keys", Key, root="key", api=API.AUTH, wrap="key"
)
DELETE: Final[Endpoint[None]] = nothing("keys.delete", "DELETE", "/keys/{key_id}", api=API.AUTH)


class Keys(Resource):
    """Public SSH keys of the account."""

    __slots__ = ()

    @performs(LIST)
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[Key]:
        """List the public SSH keys of the account.

        Source: API documentation, “List all SSH keys”:
        https://developers.scalingo.com/keys#list-all-ssh-keys

        Args:
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(LIST, (), options=options)

    @performs(GET)
    async def get(self, key_id: str, **options: Unpack[RequestOptions]) -> Key:
        """Get one public SSH key.

        Source: API documentation, “Get a precise SSH key”:
        https://developers.scalingo.com/keys#get-a-precise-ssh-key

        Args:
            key_id: Id of the key.
            **options: Options of the call.

        Returns:
            The key.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such key.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(GET, (key_id,), options=options)

    @performs(CREATE)
    async def create(self, *, name: str, content: str, **options: Unpack[RequestOptions]) -> Key:
        """Add a public SSH key to the account.

        Source: API documentation, “Allow a new public SSH key”:
        https://developers.scalingo.com/keys#allow-a-new-public-ssh-key

        Args:
            name: Label of the key.
            content: Public key, as in a file such as `id_ed25519.pub`.
            **options: Options of the call.

        Returns:
            The new key.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            ValidationFailedError: The public key or the name is invalid; `errors` has the messages
                for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            CREATE, (), body={"name": name, "content": content}, options=options
        )

    @performs(DELETE)
    async def delete(self, key_id: str, **options: Unpack[RequestOptions]) -> None:
        """Remove a public SSH key from the account, at once.

        Source: API documentation, “Remove a SSH key from the account”:
        https://developers.scalingo.com/keys#remove-a-ssh-key-from-the-account

        Args:
            key_id: Id of the key.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such key.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(DELETE, (key_id,), options=options)
