"""Logging: one redacted line for each attempt."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable

from scalingo_async.errors import ScalingoError
from scalingo_async.log import logger
from scalingo_async.request import Handler, Request, Response


class Logging:
    """Logs verb, path template, status, duration and request id at DEBUG; nothing else."""

    def __call__(self, request: Request, call_next: Handler) -> Awaitable[Response]:
        """Send the request on, and log the outcome."""
        logs = logger.isEnabledFor(logging.DEBUG)
        return _logged(request, call_next) if logs else call_next(request)


async def _logged(request: Request, call_next: Handler) -> Response:
    start = time.perf_counter()
    outcome = "cancelled"
    request_id: str | None = None
    try:
        response = await call_next(request)
        outcome, request_id = str(response.status_code), response.request_id
    except ScalingoError as error:
        outcome = type(error).__name__
        raise
    else:
        return response
    finally:
        # The template, not the path: names of apps and ids stay out of logs.
        logger.debug(
            "%s %s: %s in %.0f ms (attempt %d, request id %s)",
            request.method,
            request.endpoint.path,
            outcome,
            (time.perf_counter() - start) * 1000,
            request.state.attempts,
            request_id,
            extra={"scalingo_operation": request.endpoint.id},
        )
