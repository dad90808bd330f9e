"""What went wrong, for people: a title, a sentence, and the request id to quote."""

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
    (APITimeoutError, "Scalingo is slow", "Scalingo did not answer in time."),
    (APIConnectionError, "Scalingo can't be reached", "No connection to Scalingo came about."),
    (ServerError, "Scalingo has a problem", "Scalingo answered with an error of its own."),
    (AuthenticationError, "The token is refused", "Scalingo refused the token of this service."),
    (PermissionDeniedError, "Not allowed", "The account of this service may not do this."),
    (NotFoundError, "No such app", "The account of this service has no app of this name."),
    (InvalidArgumentError, "No such app", "This can't be the name of an app."),
    (ConflictError, "Not now", "The app is in a state that does not allow this."),
    (SharedStateError, "The service is not ready", "What its processes share can't be reached."),
)


@dataclass(frozen=True)
class Problem:
    """What went wrong.

    Attributes:
        status: HTTP status to answer with.
        title: What happened, in a few words.
        text: What happened, as a sentence.
        request_id: The id under which the logs have it, here and at the platform.
        retry_after: Seconds after which another try makes sense, when known.
    """

    status: int
    title: str
    text: str
    request_id: str | None
    retry_after: str | None = None


class ProblemError(Exception):
    """A page can't be shown; the problem is shown in its place."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


def problem_of(error: ScalingoError) -> Problem:
    """Return what to show for an error: nothing of the platform's own message.

    Raises:
        ScalingoError: The error itself, when it is a bug.
    """
    answer = answer_to(error)
    if answer is None:
        raise error
    title, text = next(
        (words for kind, *words in TEXTS if isinstance(error, kind)),
        ("That did not work", "Scalingo refused the request."),
    )
    wait = answer.headers.get("retry-after")
    if wait is not None:
        text += f" Try again in {wait} s."
    return Problem(answer.status, title, text, error.request_id or current_request_id(), wait)


@contextmanager
def shown() -> Generator[None]:
    """Let an error of a call, or of what the processes share, be shown as a page."""
    try:
        yield
    except ScalingoError as error:
        raise ProblemError(problem_of(error)) from error
