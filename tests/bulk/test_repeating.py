"""What may be done again, as tables."""

from functools import partial, wraps
from types import MethodType
from unittest.mock import Mock

from api_facts import OPERATIONS, FakeTransport, client_of, endpoints, method_of
from tables import each

from scalingo_async import (
    APIConnectionError,
    ClientClosedError,
    InvalidArgumentError,
    NotFoundError,
    ResponseDecodeError,
    ServerError,
)
from scalingo_async._core.endpoint import Endpoint, endpoint_of
from scalingo_async._core.tracing import Trace, TracedCall
from scalingo_async.bulk.repeating import is_repeatable, may_begin_again
from scalingo_async.request import CallState
from scalingo_async.resources.apps import Apps


def call(method="POST", phase="read", outcome="unknown", *, unsure=False, idempotent=None):
    state = CallState()
    state.phase, state.unsure = phase, unsure
    endpoint = Endpoint("apps.test", method, "/apps", idempotent=idempotent)
    traced = TracedCall(endpoint, state)
    traced.outcome = outcome
    return traced


def trace(*calls):
    made = Trace()
    made.calls += calls
    return made


@each("id_", OPERATIONS)
def test_the_operation_behind_a_method_is_known(id_):
    endpoint = endpoint_of(method_of(client_of(FakeTransport()), id_))
    assert endpoint is endpoints()[id_]
    assert endpoint.id == id_


def test_what_is_no_single_operation_has_none():
    client = client_of(FakeTransport())
    for function in (client.variables.set, client.apps.exists, client.estimate, len, lambda: 0):
        assert endpoint_of(function) is None


class Impostor(Apps):
    """Looks like a resource; what it does besides nobody knows."""

    __slots__ = ()

    async def restart(self, *args, **kwargs):
        return await super().restart(*args, **kwargs)

    list = wraps(Apps.list)(lambda self, *args, **kwargs: Apps.list(self, *args, **kwargs))


def test_a_method_that_only_looks_like_one_of_a_resource_has_no_operation():
    client = client_of(FakeTransport())
    apps, impostor = client.apps, Impostor(client.apps._session)
    assert endpoint_of(impostor.get) is endpoint_of(apps.get) is not None
    for function in (
        impostor.restart, impostor.list, wraps(apps.get)(lambda *_: None),
        partial(apps.get, "app"), Apps.get, client.database("app", "ad-1").get,
        MethodType(partial(apps.get), "app"), Mock(wraps=apps.get), Mock(__self__=apps),
    ):  # fmt: skip
        assert endpoint_of(function) is None


@each(
    ("method", "idempotent", "expected"),
    [
        ("GET", None, True), ("PUT", None, True), ("DELETE", None, True),
        ("POST", None, False), ("PATCH", None, False), ("GET", False, False), ("POST", True, True),
    ],
)  # fmt: skip
def test_what_may_be_repeated(method, idempotent, expected):
    endpoint = Endpoint("apps.test", method, "/apps", idempotent=idempotent)
    assert is_repeatable(endpoint) is expected


REFUSED = NotFoundError("no", status_code=404)
LOST = APIConnectionError("lost", sent=True)


@each(
    ("calls", "error", "expected"),
    [
        # No call at all: only what the client refused itself is known not to have happened.
        ([], InvalidArgumentError("x"), True),
        ([], ClientClosedError("x"), True),
        ([], APIConnectionError("x", sent=False), True),
        ([], LOST, False),
        ([], ValueError("x"), False),
        ([], KeyboardInterrupt(), False),
        # It did not leave.
        ([call(phase="rate limit")], KeyboardInterrupt(), True),
        ([call(phase="")], KeyboardInterrupt(), True),
        ([call(phase="connect")], APIConnectionError("x", sent=False), True),
        ([call(phase="retry")], KeyboardInterrupt(), True),
        # It may have left, now or at an earlier attempt.
        ([call(phase="write")], KeyboardInterrupt(), False),
        ([call(phase="read")], LOST, False),
        ([call(phase="rate limit", unsure=True)], KeyboardInterrupt(), False),
        # It was refused, or failed at the platform, or its answer can't be read.
        ([call(outcome="refused")], REFUSED, True),
        ([call(outcome="refused", unsure=True)], REFUSED, False),
        ([call(outcome="answered")], ServerError("x", status_code=500), False),
        ([call(outcome="answered")], ResponseDecodeError("x"), False),
        # A change that was made, and something behind it that failed.
        ([call(outcome="answered"), call("GET", outcome="refused")], REFUSED, False),
        ([call("GET", outcome="answered"), call(outcome="refused")], REFUSED, True),
        ([call("PUT", outcome="answered"), call(outcome="refused")], REFUSED, True),
        ([call("GET", outcome="refused", idempotent=False)], REFUSED, True),
        ([call("GET", outcome="answered", idempotent=False)], REFUSED, False),
        # A failure of the caller's own code: who knows what else it did.
        ([call("GET", outcome="answered")], ValueError("x"), False),
    ],
)  # fmt: skip
def test_what_may_be_done_again_as_if_it_had_never_been_begun(calls, error, expected):
    assert may_begin_again(trace(*calls), error) is expected
