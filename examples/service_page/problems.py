"""Errors for people: a title, a sentence, and the request id to quote."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scalingo_async import (
    APIConnectionError,
    APITimeoutError,
    AuthenticationError,
    ConflictError,
    InvalidArgumentError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ScalingoError,
    ServerError,
    SharedStateError,
    current_request_id,
)
from scalingo_async.integrations.failures import answer_to

if TYPE_CHECKING:
    from collections.abc import Generator

TEXTS: Final[tuple[tuple[type[ScalingoError], str, str], ...]] = (
    (RateLimitError, "Too many requests", "The rate limit of the account is used up for now."),
    (APITimeoutError, "Scalingo is slow", "Scalingo did not respond in time."),
    (APIConnectionError, "Scalingo can't be reached", "The service could not connect to Scalingo."),
    (ServerError, "Scalingo has a problem", "Scalingo responded with an error."),
    (AuthenticationError, "The token is refused", "Scalingo refused the token of this service."),
    (PermissionDeniedError, "Not allowed", "The account of this service may not do this."),
    (NotFoundError, "No such app", "The account has no app with this name."),
    (InvalidArgumentError, "No such app", "This is no valid name of an app."),
    (ConflictError, "Not now", "The state of the app does not allow this."),
    (
        SharedStateError,
        "The service is not ready",
        "Its processes can't reach the state that they share.",
    ),
)


@dataclass(frozen=True)
class Problem:
    """What went wrong.

    Attributes:
        status: HTTP status of the response.
        title: What happened, in a few words.
        text: What happened, as a sentence.
        request_id: Id of the request, in the logs of the service and of the platform.
        retry_after: Seconds to wait before the next try, if known.
    """

    status: int
    title: str
    text: str
    request_id: str | None
    retry_after: str | None = None


class ProblemError(Exception):
    """A page can't be shown; a page about the problem takes its place."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


def problem_of(error: ScalingoError) -> Problem:
    """Return what to show for an error; the platform's own message is not part of it.

    Raises:
        ScalingoError: The error itself, if it is a bug of the service.
    """
    answer = answer_to(error)
    if answer is None:
        raise error
    title, text = next(
        (words for kind, *words in TEXTS if isinstance(error, kind)),
        ("Request refused", "Scalingo refused the request."),
    )
    wait = answer.headers.get("retry-after")
    if wait is not None:
        text += f" Try again in {wait} s."
    return Problem(answer.status, title, text, error.request_id or current_request_id(), wait)


@contextmanager
def shown() -> Generator[None]:
    """Turn errors of calls, and of the shared state, into pages."""
    try:
        yield
    except ScalingoError as error:
        raise ProblemError(problem_of(error)) from error
