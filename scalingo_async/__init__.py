"""An async client for the Scalingo API.

    from scalingo_async import AsyncClient

    async with AsyncClient.from_env() as client:
        async for app in client.apps.list():
            print(app.name)

Importing it does no I/O, doesn't configure logging and loads almost nothing: public names are
loaded on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from scalingo_async._version import __version__

if TYPE_CHECKING:
    from scalingo_async.client import AsyncClient
    from scalingo_async.config import ClientOptions, ClientSettings
    from scalingo_async.credentials import APIToken, BearerToken, Credential, UserPassword
    from scalingo_async.error_codes import ErrorCode
    from scalingo_async.errors import (
        AmbiguousMatchError,
        APIConnectionError,
        APIError,
        APIStatusError,
        APITimeoutError,
        ArchiveError,
        AuthenticationError,
        BadRequestError,
        ClientClosedError,
        ConfigurationError,
        ConflictError,
        DeadlineExceededError,
        EventLoopError,
        ForbiddenError,
        IncompleteDownloadError,
        InternalServerError,
        InvalidArgumentError,
        JournalError,
        NotFoundError,
        OneOffInactiveError,
        OversizedDownloadError,
        PaginationError,
        PaymentRequiredError,
        PermissionDeniedError,
        RateLimitError,
        ResponseDecodeError,
        ResponseTooLargeError,
        ScalingoError,
        ServerError,
        SharedStateError,
        StrayCancellationError,
        TooManyRequestsError,
        TransferError,
        UnauthorizedError,
        UnknownOutcomeError,
        UnknownRegionError,
        UnprocessableEntityError,
        UntrustedURLError,
        ValidationFailedError,
        WebhookBodyError,
        WebhookContentTypeError,
        WebhookError,
        WebhookSecretError,
        WebhookTooLargeError,
        WebhookUnverifiedError,
    )
    from scalingo_async.files.deploying import DeployProgress
    from scalingo_async.files.transfers import Progress
    from scalingo_async.middleware.rate_limit.status import RateLimit, RateLimitStatus
    from scalingo_async.middleware.rate_limit.window import Limiter
    from scalingo_async.middleware.retry import RetryPolicy
    from scalingo_async.pagination import Page, Paginator
    from scalingo_async.readiness import CheckResult
    from scalingo_async.request import (
        Handler,
        Middleware,
        Phase,
        RawResponse,
        Request,
        Response,
    )
    from scalingo_async.request_ids import current_request_id, new_request_id, request_id_context
    from scalingo_async.sharing import RateLimiter, RateLimiters, SharedToken, TokenStore
    from scalingo_async.streams.deployment_events import (
        DeploymentEvent,
        DeploymentLog,
        DeploymentStarted,
        DeploymentStatus,
    )
    from scalingo_async.streams.deployments import DeploymentMessages, DeploymentStream
    from scalingo_async.streams.log_feeds import LogEvents
    from scalingo_async.streams.log_lines import LogLine
    from scalingo_async.streams.logs import LogStream
    from scalingo_async.streams.terminals import OneOffResult, Terminal
    from scalingo_async.types import (
        UNSET,
        AppRef,
        Headers,
        RequestOptions,
        Secret,
        Timeout,
        Unset,
    )
    from scalingo_async.waiting.failures import (
        DeploymentFailedError,
        OneOffFailedError,
        OperationFailedError,
        OperationTimeoutError,
    )
    from scalingo_async.waiting.pending import PendingOperation
    from scalingo_async.webhooks import HeaderItems, RecentEvents, SeenEvents, WebhookReceiver

_HOMES: Final = {
    "APIConnectionError": "errors",
    "APIError": "errors",
    "APIStatusError": "errors",
    "APITimeoutError": "errors",
    "APIToken": "credentials",
    "AmbiguousMatchError": "errors",
    "ArchiveError": "errors",
    "AppRef": "types",
    "AsyncClient": "client",
    "AuthenticationError": "errors",
    "BadRequestError": "errors",
    "BearerToken": "credentials",
    "CheckResult": "readiness",
    "ClientClosedError": "errors",
    "ClientOptions": "config",
    "ClientSettings": "config",
    "ConfigurationError": "errors",
    "ConflictError": "errors",
    "Credential": "credentials",
    "DeadlineExceededError": "errors",
    "DeployProgress": "files.deploying",
    "DeploymentEvent": "streams.deployment_events",
    "DeploymentFailedError": "waiting.failures",
    "DeploymentLog": "streams.deployment_events",
    "DeploymentMessages": "streams.deployments",
    "DeploymentStarted": "streams.deployment_events",
    "DeploymentStatus": "streams.deployment_events",
    "DeploymentStream": "streams.deployments",
    "ErrorCode": "error_codes",
    "EventLoopError": "errors",
    "ForbiddenError": "errors",
    "Handler": "request",
    "HeaderItems": "webhooks",
    "Headers": "types",
    "IncompleteDownloadError": "errors",
    "InternalServerError": "errors",
    "InvalidArgumentError": "errors",
    "JournalError": "errors",
    "Limiter": "middleware.rate_limit.window",
    "LogEvents": "streams.log_feeds",
    "LogLine": "streams.log_lines",
    "LogStream": "streams.logs",
    "Middleware": "request",
    "NotFoundError": "errors",
    "OneOffFailedError": "waiting.failures",
    "OneOffInactiveError": "errors",
    "OneOffResult": "streams.terminals",
    "OperationFailedError": "waiting.failures",
    "OperationTimeoutError": "waiting.failures",
    "OversizedDownloadError": "errors",
    "Page": "pagination",
    "PaginationError": "errors",
    "Paginator": "pagination",
    "PaymentRequiredError": "errors",
    "PendingOperation": "waiting.pending",
    "PermissionDeniedError": "errors",
    "Phase": "request",
    "Progress": "files.transfers",
    "RateLimit": "middleware.rate_limit.status",
    "RateLimitError": "errors",
    "RateLimitStatus": "middleware.rate_limit.status",
    "RateLimiter": "sharing",
    "RateLimiters": "sharing",
    "RawResponse": "request",
    "RecentEvents": "webhooks",
    "Request": "request",
    "RequestOptions": "types",
    "Response": "request",
    "ResponseDecodeError": "errors",
    "ResponseTooLargeError": "errors",
    "RetryPolicy": "middleware.retry",
    "ScalingoError": "errors",
    "Secret": "types",
    "SeenEvents": "webhooks",
    "ServerError": "errors",
    "SharedStateError": "errors",
    "SharedToken": "sharing",
    "StrayCancellationError": "errors",
    "Terminal": "streams.terminals",
    "Timeout": "types",
    "TokenStore": "sharing",
    "TooManyRequestsError": "errors",
    "TransferError": "errors",
    "UNSET": "types",
    "UnauthorizedError": "errors",
    "UnknownOutcomeError": "errors",
    "UnknownRegionError": "errors",
    "UnprocessableEntityError": "errors",
    "Unset": "types",
    "UntrustedURLError": "errors",
    "UserPassword": "credentials",
    "ValidationFailedError": "errors",
    "WebhookBodyError": "errors",
    "WebhookContentTypeError": "errors",
    "WebhookError": "errors",
    "WebhookReceiver": "webhooks",
    "WebhookSecretError": "errors",
    "WebhookTooLargeError": "errors",
    "WebhookUnverifiedError": "errors",
    "current_request_id": "request_ids",
    "new_request_id": "request_ids",
    "request_id_context": "request_ids",
}

__all__ = [
    "UNSET",
    "APIConnectionError",
    "APIError",
    "APIStatusError",
    "APITimeoutError",
    "APIToken",
    "AmbiguousMatchError",
    "AppRef",
    "ArchiveError",
    "AsyncClient",
    "AuthenticationError",
    "BadRequestError",
    "BearerToken",
    "CheckResult",
    "ClientClosedError",
    "ClientOptions",
    "ClientSettings",
    "ConfigurationError",
    "ConflictError",
    "Credential",
    "DeadlineExceededError",
    "DeployProgress",
    "DeploymentEvent",
    "DeploymentFailedError",
    "DeploymentLog",
    "DeploymentMessages",
    "DeploymentStarted",
    "DeploymentStatus",
    "DeploymentStream",
    "ErrorCode",
    "EventLoopError",
    "ForbiddenError",
    "Handler",
    "HeaderItems",
    "Headers",
    "IncompleteDownloadError",
    "InternalServerError",
    "InvalidArgumentError",
    "JournalError",
    "Limiter",
    "LogEvents",
    "LogLine",
    "LogStream",
    "Middleware",
    "NotFoundError",
    "OneOffFailedError",
    "OneOffInactiveError",
    "OneOffResult",
    "OperationFailedError",
    "OperationTimeoutError",
    "OversizedDownloadError",
    "Page",
    "PaginationError",
    "Paginator",
    "PaymentRequiredError",
    "PendingOperation",
    "PermissionDeniedError",
    "Phase",
    "Progress",
    "RateLimit",
    "RateLimitError",
    "RateLimitStatus",
    "RateLimiter",
    "RateLimiters",
    "RawResponse",
    "RecentEvents",
    "Request",
    "RequestOptions",
    "Response",
    "ResponseDecodeError",
    "ResponseTooLargeError",
    "RetryPolicy",
    "ScalingoError",
    "Secret",
    "SeenEvents",
    "ServerError",
    "SharedStateError",
    "SharedToken",
    "StrayCancellationError",
    "Terminal",
    "Timeout",
    "TokenStore",
    "TooManyRequestsError",
    "TransferError",
    "UnauthorizedError",
    "UnknownOutcomeError",
    "UnknownRegionError",
    "UnprocessableEntityError",
    "Unset",
    "UntrustedURLError",
    "UserPassword",
    "ValidationFailedError",
    "WebhookBodyError",
    "WebhookContentTypeError",
    "WebhookError",
    "WebhookReceiver",
    "WebhookSecretError",
    "WebhookTooLargeError",
    "WebhookUnverifiedError",
    "__version__",
    "current_request_id",
    "new_request_id",
    "request_id_context",
]


def __getattr__(name: str) -> object:
    """Load a public name on first use (PEP 562)."""
    # Like `_core.lazy.loading`, which isn't loaded with the package.
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
