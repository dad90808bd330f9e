"""Which answer a service gives when a call fails, and what is never in it."""

import json
import logging

import pytest
from tables import each

from scalingo_async import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ClientClosedError,
    ConfigurationError,
    ConflictError,
    DeadlineExceededError,
    EventLoopError,
    InvalidArgumentError,
    NotFoundError,
    OperationFailedError,
    OperationTimeoutError,
    PaginationError,
    PaymentRequiredError,
    PermissionDeniedError,
    RateLimitError,
    ResponseDecodeError,
    ResponseTooLargeError,
    ScalingoError,
    ServerError,
    SharedStateError,
    UnknownRegionError,
    UntrustedURLError,
    ValidationFailedError,
    WebhookSecretError,
    WebhookTooLargeError,
    errors,
)
from scalingo_async.integrations.failures import answer_to, check_statuses

EXPECTED = {
    APIConnectionError: 502,
    APITimeoutError: 504,
    DeadlineExceededError: 504,
    ServerError: 502,
    ResponseDecodeError: 502,
    ResponseTooLargeError: 502,
    PaginationError: 502,
    OperationFailedError: 502,
    OperationTimeoutError: 504,
    ClientClosedError: 503,
    SharedStateError: 503,
    NotFoundError: 404,
    ConflictError: 409,
    ValidationFailedError: 422,
    BadRequestError: 400,
    InvalidArgumentError: 400,
    RateLimitError: 429,
    AuthenticationError: 502,
    PermissionDeniedError: 502,
    PaymentRequiredError: 502,
    APIStatusError: 502,
    WebhookSecretError: 404,
    WebhookTooLargeError: 413,
    ConfigurationError: None,
    UnknownRegionError: None,
    EventLoopError: None,
    UntrustedURLError: None,
    ScalingoError: None,
}


def of(kind: type[ScalingoError], **details: object) -> ScalingoError:
    return kind(
        "theMessageCanary",
        body={"error": "theBodyCanary"},
        url="https://api.example.com/theUrlCanary",
        method="GET",
        request_id="the-id",
        status_code=429 if issubclass(kind, RateLimitError) else None,
        **details,
    )


@pytest.mark.parametrize(
    ("kind", "status"), EXPECTED.items(), ids=lambda v: getattr(v, "__name__", v)
)
def test_each_kind_has_its_status_and_leaks_nothing(kind, status, caplog):
    with caplog.at_level(logging.INFO, "scalingo_async"):
        answer = answer_to(of(kind))
    if status is None:
        assert answer is None
        return
    assert answer is not None
    assert answer.status == status
    assert b"Canary" not in answer.body
    assert "Canary" not in str(answer.headers) + caplog.text
    problem = json.loads(answer.body)
    assert (problem["status"], problem["type"]) == (status, "about:blank")
    assert problem["title"]
    assert problem["detail"] != "The request failed."
    assert answer.headers["content-type"] == "application/problem+json"
    assert f"answered {status} to a {kind.__name__} (request id the-id)" in caplog.text
    assert caplog.records[-1].levelno == (logging.WARNING if status >= 500 else logging.INFO)


def test_every_error_was_thought_of():
    kinds = {getattr(errors, name) for name in errors.__all__}
    assert all(any(issubclass(kind, known) for known in EXPECTED) for kind in kinds)


@each(
    ("after", "header"),
    [(None, "60"), (0.0, "1"), (0.2, "1"), (12.1, "13"), (1e9, "3600")],
)
def test_a_refusal_says_when_to_come_back(after, header):
    answer = answer_to(of(RateLimitError, retry_after=after))
    assert answer is not None
    assert answer.headers["retry-after"] == header
    other = answer_to(of(ServerError))
    assert other is not None
    assert "retry-after" not in other.headers


def test_a_call_that_the_limit_holds_back_is_no_fault_of_who_asks():
    waits = RateLimitError("held back", retry_after=12.1)
    answer = answer_to(waits)
    assert answer is not None
    assert (answer.status, answer.headers["retry-after"]) == (503, "13")
    for changed, status in (({RateLimitError: 429}, 429), ({NotFoundError: 410}, 503)):
        answer = answer_to(waits, check_statuses(changed))
        assert answer is not None
        assert answer.status == status
    assert answer_to(waits, check_statuses({RateLimitError: None})) is None


MISSING, BROKEN = NotFoundError("no"), APIConnectionError("lost", sent=True)


@each(
    ("group", "status"),
    [
        (ExceptionGroup("one", [MISSING]), 404),
        (ExceptionGroup("two", [MISSING, NotFoundError("no")]), 404),
        (ExceptionGroup("nested", [ExceptionGroup("in", [MISSING]), MISSING]), 404),
        (ExceptionGroup("the same answer", [BROKEN, ServerError("down")]), 502),
        (ExceptionGroup("mixed", [MISSING, BROKEN]), None),
        (ExceptionGroup("nested, mixed", [MISSING, ExceptionGroup("in", [BROKEN])]), None),
        (ExceptionGroup("a bug", [MISSING, ValueError("a bug")]), None),
        (ExceptionGroup("bugs", [ExceptionGroup("in", [ValueError("a bug")])]), None),
        (ExceptionGroup("no status", [ConfigurationError("x")]), None),
        (ValueError("a bug"), None),
    ],
)
def test_a_group_of_one_kind_is_answered_as_one_error(group, status):
    answer = answer_to(group)
    assert (answer and answer.status) == status


def test_a_group_says_when_all_of_it_may_come_back():
    group: Exception = ExceptionGroup(
        "", [RateLimitError("a", retry_after=after) for after in (3.0, None, 40.0, 5.0)]
    )
    answer = answer_to(group)
    assert answer is not None
    assert (answer.status, answer.headers["retry-after"]) == (503, "40")
    for _ in range(5000):
        group = ExceptionGroup("", [group])
    assert answer_to(group) is not None


def test_statuses_can_be_changed_and_the_nearest_kind_counts():
    statuses = check_statuses({APIStatusError: 500, NotFoundError: 410, RateLimitError: None})
    assert [
        answer and answer.status
        for answer in (
            answer_to(of(kind), statuses)
            for kind in (PaymentRequiredError, NotFoundError, RateLimitError, ServerError)
        )
    ] == [500, 410, None, 502]
    assert check_statuses(None)[NotFoundError] == 404
    odd = answer_to(of(NotFoundError), check_statuses({NotFoundError: 499}))
    assert odd is not None
    assert json.loads(odd.body)["title"] == "Error"


@each(
    "wrong",
    [
        {NotFoundError: 200},
        {NotFoundError: 600},
        {NotFoundError: True},
        {ValueError: 400},
        {"x": 400},
    ],
)
def test_statuses_that_make_no_sense_are_refused(wrong):
    with pytest.raises(
        ConfigurationError, match=r"NotFoundError|not an exception of scalingo_async"
    ):
        check_statuses(wrong)
