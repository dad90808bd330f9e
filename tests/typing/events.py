"""What type checkers make of events and of errors. Nothing here runs: mypy and pyright read it."""

from collections.abc import Mapping
from typing import assert_type

from scalingo_async import (
    AuthenticationError,
    NotFoundError,
    RateLimitError,
    ScalingoError,
    ValidationFailedError,
)
from scalingo_async.models import (
    DeploymentData,
    EditVariablesData,
    Event,
    EventVariable,
    GenericData,
    RestartData,
    ScaleData,
)
from scalingo_async.types import JSONValue


def narrowing(event: Event) -> str:
    match event.data:
        case DeploymentData() as data:
            assert_type(data, DeploymentData)
            assert_type(data.deployment_uuid, str | None)
            return data.deployment_uuid or ""
        case RestartData(scope=scope):
            assert_type(scope, list[str] | None)
            return str(scope)
        case EditVariablesData(new_vars=variables):
            assert_type(variables, list[EventVariable] | None)
            return str(variables)
        case ScaleData(containers=containers):
            return str(containers)
        case GenericData(data=payload):
            assert_type(payload, JSONValue)
            return event.type
        case _:
            return event.type


def by_isinstance(event: Event) -> None:
    if isinstance(event.data, RestartData):
        assert_type(event.data.scope, list[str] | None)


def errors(error: ScalingoError) -> None:
    assert_type(error.status_code, int | None)
    assert_type(error.url, str | None)
    assert_type(error.body, object)
    assert_type(error.retries_taken, int)
    if isinstance(error, ValidationFailedError):
        assert_type(error.errors, Mapping[str, list[str]])
    if isinstance(error, RateLimitError):
        assert_type(error.retry_after, float | None)
    if isinstance(error, NotFoundError):
        assert_type(error.resource, str | None)
    if isinstance(error, AuthenticationError):
        assert_type(error.otp_required, bool)
