"""Refusals: the platform's error responses, as exceptions."""

from collections.abc import Mapping
from typing import Any

__all__ = ["ConnectionCut", "Refusal"]


class ConnectionCut(ConnectionError):  # noqa: N818 - it is an event that was asked for, not a mistake
    """The sandbox cut the connection because of an injected fault.

    In process, the caller of the ASGI application gets this exception. Over a socket, the server
    handles it and the client sees a closed connection.
    """


class Refusal(Exception):  # noqa: N818 - a refusal is an answer
    """An error response.

    Args:
        status: The HTTP status.
        body: The data to send as JSON, or a string to send unchanged.
        headers: Additional headers.
    """

    def __init__(
        self,
        status: int,
        body: dict[str, Any] | str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = dict(headers or {})

    @classmethod
    def not_found(cls, resource: str) -> "Refusal":
        """404: the resource (`app`, `plan`…) does not exist."""
        return cls(404, {"resource": resource, "error": "not found"})

    @classmethod
    def bad_request(cls, error: str, **more: str) -> "Refusal":
        """400 with a message."""
        return cls(400, {**more, "error": error})

    @classmethod
    def invalid(cls, **errors: list[str]) -> "Refusal":
        """422 with the errors of each field."""
        return cls(422, {"errors": errors})

    @classmethod
    def missing(cls, field: str) -> "Refusal":
        """422 for a body that lacks its root key."""
        return cls.invalid(**{field: ["missing field"]})

    @classmethod
    def unauthorized(cls, error: str = "Not authenticated") -> "Refusal":
        """401: the credential is missing, wrong or expired."""
        return cls(401, {"error": error}, {"WWW-Authenticate": 'Bearer realm="Scalingo"'})

    @classmethod
    def free_trial(cls, what: str) -> "Refusal":
        """402: not allowed in the free trial."""
        return cls(
            402,
            {
                "error": (
                    "Sorry, you need to verify your account (billing profile and payment card) "
                    f"to {what}"
                ),
                "url": "https://dashboard.scalingo.com/billing",
                "name": "payment-required-free-trial-exceeded",
            },
        )
