"""Traces and metrics of the requests to the platform, with OpenTelemetry.

It needs `pip install "scalingo-async[opentelemetry]"`.
"""

from __future__ import annotations

import time
from typing import Final
from urllib.parse import urlsplit

from opentelemetry import metrics, propagate, trace
from opentelemetry.metrics import MeterProvider
from opentelemetry.trace import Span, TracerProvider

from scalingo_async import Handler, Request, Response, __version__

__all__ = ["Telemetry"]

_NAME: Final = "scalingo_async"
_SCHEMA: Final = "https://opentelemetry.io/schemas/1.29.0"
_PORTS: Final = {"http": 80, "https": 443}
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
_WAITS: Final = (0.005, 0.05, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300)
_ERROR: Final = 400


class Telemetry:
    """A middleware that creates a span for each attempt, and measures it.

        client = AsyncClient.from_env(middlewares=[Telemetry()])

    Spans and metrics follow the semantic conventions for HTTP clients. URLs contain placeholders
    for ids and names, and no query: nothing in a span is secret. The wait for the rate limit is
    part of the span, but not of the measured duration.

    Args:
        tracer_provider: The tracer provider; by default the global one.
        meter_provider: The meter provider; by default the global one.
        inject: Whether to send the context of the span, such as `traceparent`, to the platform. It
            may include baggage.
    """

    def __init__(
        self,
        *,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
        inject: bool = False,
    ) -> None:
        self._tracer = trace.get_tracer(_NAME, __version__, tracer_provider, _SCHEMA)
        meter = metrics.get_meter(_NAME, __version__, meter_provider, _SCHEMA)
        self._duration = meter.create_histogram(
            "http.client.request.duration",
            unit="s",
            description="Duration of HTTP client requests.",
            explicit_bucket_boundaries_advisory=_BUCKETS,
        )
        self._wait = meter.create_histogram(
            "scalingo.client.rate_limit.wait",
            unit="s",
            description="How long requests wait for the rate limit.",
            explicit_bucket_boundaries_advisory=_WAITS,
        )
        self._inject = inject

    async def __call__(self, request: Request, call_next: Handler) -> Response:
        """Send the request on within a span."""
        known = _known_of(request)
        resent = request.state.attempts - 1
        again: dict[str, str | int] = {"http.request.resend_count": resent} if resent > 0 else {}
        state, waited, start = request.state, request.state.waited, time.perf_counter()
        outcome: dict[str, str | int] = {}
        with self._tracer.start_as_current_span(
            f"{request.method} {request.endpoint.path}".rstrip(),
            kind=trace.SpanKind.CLIENT,
            attributes={**known, "url.full": _shown(request), **again},
            # The traceback and the message of an exception may be private.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            if self._inject:
                carrier: dict[str, str] = {}
                propagate.inject(carrier)
                request = request.with_headers({k.lower(): v for k, v in carrier.items()})
            try:
                response = await call_next(request)
            except BaseException as error:
                outcome = {"error.type": type(error).__qualname__}
                if isinstance(error, Exception):
                    span.set_status(trace.StatusCode.ERROR)
                raise
            else:
                outcome = _note(span, response)
                return response
            finally:
                wait = state.waited - waited
                span.set_attributes({**outcome, "scalingo.rate_limit.wait": wait})
                labels = {**known, **outcome}
                self._duration.record(max(0.0, time.perf_counter() - start - wait), labels)
                self._wait.record(wait, known)


def _note(span: Span, response: Response) -> dict[str, str | int]:
    """Record a response; return its attributes for the metrics."""
    status = response.status_code
    outcome: dict[str, str | int] = {"http.response.status_code": status}
    if status >= _ERROR:
        outcome["error.type"] = str(status)
        span.set_status(trace.StatusCode.ERROR)
    if response.request_id is not None:
        span.set_attribute("scalingo.request_id", response.request_id)
    return outcome


def _known_of(request: Request) -> dict[str, str | int]:
    """Return the attributes of a request: few values, and none of them secret."""
    url = urlsplit(request.url)
    return {
        "http.request.method": request.method,
        "server.address": url.hostname or "",
        "server.port": url.port or _PORTS.get(url.scheme, 0),
        "url.template": request.endpoint.path,
        "scalingo.operation": request.endpoint.id,
    }


def _shown(request: Request) -> str:
    """Return the URL with placeholders instead of values."""
    url, template = urlsplit(request.url), request.endpoint.path
    origin = f"{url.scheme}://{url.netloc.rpartition('@')[2]}"
    if not template:
        # A URL that the platform returned may be secret as a whole.
        return origin
    prefix = url.path.split("/")[: -template.count("/")]
    return f"{origin}{'/'.join(prefix)}{template}"
