"""Refusals: the error answers of the platform, as exceptions."""

from collections.abc import Mapping
from typing import Any

__all__ = ["ConnectionCut", "Refusal"]


class ConnectionCut(ConnectionError):  # noqa: N818 - it is an event that was asked for, not a mistake
    """The sandbox cut the connection, because a fault told it to.

    In process this reaches the caller of the ASGI application. Over a socket the server sees
    it, and the client sees a connection that ended.
    """


class Refusal(Exception):  # noqa: N818 - a refusal is an answer
    """An error answer.

    Args:
        status: The HTTP status.
        body: What is sent as JSON, or a text that is sent as it is.
        headers: More headers.
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
        """404: there is no such resource (`app`, `plan`…)."""
        return cls(404, {"resource": resource, "error": "not found"})

    @classmethod
    def bad_request(cls, error: str, **more: str) -> "Refusal":
        """400, with one sentence."""
        return cls(400, {**more, "error": error})

    @classmethod
    def invalid(cls, **errors: list[str]) -> "Refusal":
        """422: each named field with what is wrong about it."""
        return cls(422, {"errors": errors})

    @classmethod
    def missing(cls, field: str) -> "Refusal":
        """422 for a body without its root key."""
        return cls.invalid(**{field: ["missing field"]})

    @classmethod
    def unauthorized(cls, error: str = "Not authenticated") -> "Refusal":
        """401: no credential, a wrong one, or one that has expired."""
        return cls(401, {"error": error}, {"WWW-Authenticate": 'Bearer realm="Scalingo"'})

    @classmethod
    def free_trial(cls, what: str) -> "Refusal":
        """402: the free trial doesn't allow it."""
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
