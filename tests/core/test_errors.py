"""The exceptions: one tree, one line each, and they survive pickling and copying."""

import copy
import pickle

from tables import each

from scalingo_async import errors
from scalingo_async.errors import APIError, ScalingoError
from scalingo_async.models.operations import Operation
from scalingo_async.waiting import failures

ALL = [getattr(module, name) for module in (errors, failures) for name in module.__all__]
DETAILS = {
    "status_code": 422,
    "method": "POST",
    "url": "https://api.example.com/v1/apps",
    "request_id": "r-1",
    "body": {"errors": {"name": ["is taken"]}},
    "retries_taken": 2,
    "operation": Operation(id="op-1", status="error"),
    "thing": Operation(id="op-1", status="error"),
    "errors": {"name": ["is taken"]},
}


def below(kind):
    return {kind}.union(*(below(child) for child in kind.__subclasses__()))


def test_every_error_is_public_and_in_the_tree():
    ours = {k for k in below(ScalingoError) if k.__module__.startswith("scalingo_async")}
    assert ours == set(ALL)
    assert sorted(errors.__all__) == errors.__all__
    assert issubclass(errors.APIStatusError, APIError)
    assert issubclass(errors.DeadlineExceededError, errors.APITimeoutError)
    assert issubclass(errors.APITimeoutError, errors.APIConnectionError)
    assert issubclass(errors.InvalidArgumentError, ValueError)
    assert issubclass(failures.OperationTimeoutError, TimeoutError)


def test_what_an_error_says_by_default():
    assert errors.UnknownRegionError("x").region == ""
    assert errors.APIConnectionError("x").phase == ""
    assert errors.OneOffInactiveError("x").output == b""
    assert errors.AmbiguousMatchError("x").count == 0
    assert errors.TransferError("x").done == 0
    assert errors.WebhookBodyError("x").path == "$"


@each(
    ("kind", "status"),
    [
        (errors.WebhookError, 400),
        (errors.WebhookBodyError, 400),
        (errors.WebhookUnverifiedError, 403),
        (errors.WebhookSecretError, 404),
        (errors.WebhookTooLargeError, 413),
        (errors.WebhookContentTypeError, 415),
    ],
)
def test_what_a_refused_webhook_is_answered_with(kind, status):
    assert kind("x").answer == status


def test_a_request_is_named_when_all_of_it_is_known():
    url = "https://api.example.com/".ljust(501, "x")
    assert str(ScalingoError("no", method="GET", url=url[:500])) == f"GET {url[:500]}: no"
    assert str(ScalingoError("no", method="GET", url=url)) == f"GET {url[:500]}…: no"
    assert str(ScalingoError("no", method="GET")) == "no"
    assert str(ScalingoError("no", url=url)) == "no"


@each("kind", ALL)
@each(
    "duplicate",
    [
        lambda error: pickle.loads(pickle.dumps(error)),
        lambda error: pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(error, 2)), 5)),
        copy.copy,
        copy.deepcopy,
        lambda error: error.copy(),
    ],
)
def test_errors_survive_pickling_and_copying(kind, duplicate):
    error = kind("name is taken", **DETAILS)
    error.add_note("seen in a worker")
    other = duplicate(error)
    assert type(other) is kind
    assert other is not error
    assert (str(other), repr(other), other.args) == (str(error), repr(error), error.args)
    assert vars(other) == vars(error)
    assert other.__traceback__ is None


@each("kind", ALL)
def test_errors_say_what_happened_in_one_line(kind):
    assert str(kind("it broke")) == "it broke"
    assert kind("it broke").args == ("it broke",)
    error = kind("name is taken", **DETAILS)
    assert str(error) == (
        "POST https://api.example.com/v1/apps → 422: name is taken (request id r-1)"
    )
    assert repr(error) == f"{kind.__name__}({str(error)!r})"
    unanswered = kind("no answer", method="GET", url="https://api.example.com/v1/apps")
    assert str(unanswered) == "GET https://api.example.com/v1/apps: no answer"


def test_what_is_not_known_has_a_default():
    error = ScalingoError("x")
    assert (error.status_code, error.method, error.url, error.request_id, error.body) == (
        None, None, None, None, None,
    )  # fmt: skip
    assert error.retries_taken == 0
    assert errors.ValidationFailedError("x").errors == {}
    assert errors.RateLimitError("x").retry_after is None
    assert errors.NotFoundError("x").resource is None
    assert errors.PaymentRequiredError("x").payment_url is None
    assert errors.AuthenticationError("x").otp_required is False
    assert errors.APIConnectionError("x").sent is True
    assert failures.OperationTimeoutError("x").operation is None
    assert errors.ResponseDecodeError("x").path == "$"
    assert errors.UnknownRegionError("x").known == ()


@each("kind", [failures.OperationFailedError, failures.OperationTimeoutError])
def test_errors_that_name_what_was_waited_for_are_the_same_class(kind):
    thing = Operation(id="op-1", status="error")
    error = kind[Operation]("it failed", thing=thing)
    assert type(error) is kind
    for made in (pickle.loads(pickle.dumps(error)), copy.copy(error), error.copy()):
        assert (type(made), made.thing, str(made)) == (kind, thing, "it failed")
    assert (kind("x").thing, kind("x").operation) == (None, None)
    late = failures.OperationTimeoutError("x")
    assert (late.looks, late.held) == (0, 0.0)
