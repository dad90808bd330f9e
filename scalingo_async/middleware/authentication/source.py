"""Authentication: what gives a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from scalingo_async.types import Secret


class TokenSource(Protocol):
    """Where the token of a request comes from."""

    def peek(self) -> Secret | None:
        """Return the token if it is at hand."""
        ...

    async def get(self) -> Secret:
        """Return the token, fetching it when it is not."""
        ...

    def invalidate(self, token: Secret) -> bool:
        """Note that a token was refused; tell whether another can be had."""
        ...

    def note_fresh_refusal(self, token: Secret) -> None:
        """Note that a token just fetched was refused as well."""
        ...
