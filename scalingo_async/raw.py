"""The answer beside the value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from scalingo_async._core.request import Response
    from scalingo_async.types import Headers

__all__ = ["RawResponse"]

T_co = TypeVar("T_co", covariant=True)


class RawResponse(Generic[T_co]):
    """What the platform answered, and what the method made of it.

    Attributes:
        status_code: HTTP status.
        headers: Headers of the answer.
        request_id: The platform's id of the request.
        content: The body as it came.
        value: What the method returns.
        retries_taken: How many times the request was sent again.
    """

    __slots__ = ("content", "headers", "request_id", "retries_taken", "status_code", "value")

    def __init__(self, response: Response, value: T_co) -> None:
        self.status_code: int = response.status_code
        self.headers: Headers = response.headers
        self.request_id: str | None = response.request_id
        self.content: bytes = response.content
        self.value = value
        self.retries_taken: int = response.request.state.retries_taken if response.request else 0

    def __repr__(self) -> str:
        return f"<RawResponse {self.status_code} {type(self.value).__name__}>"
