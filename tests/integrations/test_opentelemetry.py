"""Spans and metrics: named as the conventions say, and nothing secret in them."""

import anyio
import pytest
from instruments.scripted_server import scripted
from opentelemetry import baggage, context
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from sandbox_client import client_of

from scalingo_async import APIConnectionError, AsyncClient, NotFoundError, RetryPolicy
from scalingo_async.integrations.opentelemetry import Telemetry
from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.anyio


class Exported:
    """Gathers what a program would export."""

    def __init__(self) -> None:
        self.memory = InMemorySpanExporter()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self.memory))
        self.reader = InMemoryMetricReader()
        self.meters = MeterProvider([self.reader])

    def telemetry(self, **settings) -> Telemetry:
        return Telemetry(tracer_provider=self.tracers, meter_provider=self.meters, **settings)

    @property
    def spans(self):
        return self.memory.get_finished_spans()

    def points(self, name: str):
        data = self.reader.get_metrics_data()
        assert data is not None
        return {
            metric.name: list(metric.data.data_points)
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }[name]


@pytest.fixture
def exported():
    exported = Exported()
    yield exported
    exported.tracers.shutdown()
    exported.meters.shutdown()


@pytest.fixture
def sandbox():
    return Sandbox(apps=2, rate_limit=None)


async def test_a_span_follows_the_conventions(sandbox, exported):
    name = sandbox.apps()[0].name
    async with client_of(sandbox, middlewares=[exported.telemetry()]) as client:
        app = await client.apps.get(name)
    (span,) = exported.spans
    assert app.name == name
    assert span.name == "GET /apps/{app}"
    assert span.kind is SpanKind.CLIENT
    assert span.status.status_code is StatusCode.UNSET
    assert span.instrumentation_scope.name == "scalingo_async"
    attributes = dict(span.attributes or {})
    assert attributes.pop("scalingo.request_id") == sandbox.requests[-1].request_id
    assert attributes == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "scalingo.operation": "apps.get",
        "scalingo.rate_limit.wait": 0.0,
        "server.address": "localhost",
        "server.port": 80,
        "url.full": "http://localhost/v1/apps/{app}",
        "url.template": "/apps/{app}",
    }


async def test_each_attempt_has_a_span(sandbox, exported):
    sandbox.inject("apps.list", status=503, times=2)
    async with client_of(sandbox, middlewares=[exported.telemetry()]) as client:
        await client.apps.list()
    assert [span.attributes["http.response.status_code"] for span in exported.spans] == [
        503,
        503,
        200,
    ]
    resent = [span.attributes.get("http.request.resend_count") for span in exported.spans]
    assert resent == [None, 1, 2]
    failed, _, good = exported.spans
    assert failed.attributes["error.type"] == "503"
    assert failed.status.status_code is StatusCode.ERROR
    assert good.status.status_code is StatusCode.UNSET
    assert "error.type" not in good.attributes


async def test_a_refusal_of_the_platform_is_an_error_of_the_client(sandbox, exported):
    async with client_of(sandbox, middlewares=[exported.telemetry()]) as client:
        with pytest.raises(NotFoundError):
            await client.apps.get("no-such-app")
    (span,) = exported.spans
    assert span.attributes["error.type"] == "404"
    assert span.status.status_code is StatusCode.ERROR
    assert not span.events


async def test_a_failure_on_the_way_is_named(exported):
    with scripted() as wire:
        wire.on("POST /v1/tokens/exchange", (200, {"token": "x"}))
        wire.on("GET /v1/apps", "cut")
        async with AsyncClient(
            "tk-us-x",
            api_url=wire.url,
            database_url=wire.url,
            auth_url=wire.url,
            middlewares=[exported.telemetry()],
            retry=RetryPolicy(base=0.0),
            max_retries=0,
        ) as client:
            with pytest.raises(APIConnectionError):
                await client.apps.list()
    (span,) = exported.spans
    assert span.attributes["error.type"] == "APIConnectionError"
    assert "http.response.status_code" not in span.attributes
    assert span.status.status_code is StatusCode.ERROR
    assert span.status.description is None
    assert not span.events
    assert span.attributes["server.port"] == int(wire.url.rpartition(":")[2])


async def test_a_call_that_is_cancelled_ends_its_span(sandbox, exported):
    sandbox.inject("apps.list", delay=30)
    async with client_of(sandbox, middlewares=[exported.telemetry()]) as client:
        with anyio.move_on_after(0.05):
            await client.apps.list()
    (span,) = exported.spans
    assert "Cancel" in span.attributes["error.type"]
    assert span.status.status_code is StatusCode.UNSET


async def test_the_wait_for_the_limit_is_told_and_not_measured_as_duration(sandbox, exported):
    limit = {"rate_limit": (1, 0.3), "middlewares": [exported.telemetry()]}
    async with client_of(sandbox, **limit) as client:
        await client.apps.list()
        await client.apps.list()
    first, second = exported.spans
    assert first.attributes["scalingo.rate_limit.wait"] == 0
    wait = second.attributes["scalingo.rate_limit.wait"]
    assert wait > 0.1
    (duration,) = exported.points("http.client.request.duration")
    (waits,) = exported.points("scalingo.client.rate_limit.wait")
    took = sum(span.end_time - span.start_time for span in exported.spans) / 1e9
    assert duration.count == waits.count == 2
    assert waits.sum == pytest.approx(wait)
    assert duration.sum <= took - wait + 0.05


async def test_metrics_have_few_values(sandbox, exported):
    async with client_of(sandbox, middlewares=[exported.telemetry()], max_retries=0) as client:
        for app in sandbox.apps():
            await client.apps.get(app.name)
        with pytest.raises(NotFoundError):
            await client.apps.get("no-such-app")
    found = exported.points("http.client.request.duration")
    labels = sorted(
        (dict(p.attributes) for p in found), key=lambda a: a["http.response.status_code"]
    )
    known = {
        "http.request.method": "GET",
        "scalingo.operation": "apps.get",
        "server.address": "localhost",
        "server.port": 80,
        "url.template": "/apps/{app}",
    }
    assert labels == [
        {**known, "http.response.status_code": 200},
        {**known, "http.response.status_code": 404, "error.type": "404"},
    ]
    assert [p.count for p in sorted(found, key=lambda p: -p.count)] == [2, 1]
    assert 0.075 in found[0].explicit_bounds


async def test_nothing_secret_is_exported(sandbox, exported):
    name = sandbox.apps()[0].name
    async with client_of(sandbox, middlewares=[exported.telemetry()]) as client:
        await client.variables.create(name, name="PASSWORD", value="theValueCanary")
        await client.request("GET", "/apps", query={"token": "theQueryCanary"})
        with pytest.raises(NotFoundError):
            await client.request("GET", "/apps/theNameCanary")
        # Logs are at a URL that holds a token of its own.
        await client.logs.dump((await client.logs.get_url(name)).logs_url)
    text = "".join(span.to_json() for span in exported.spans)
    text += str(exported.reader.get_metrics_data())
    assert "theValueCanary" not in text
    assert "theQueryCanary" not in text
    assert sandbox.api_token not in text
    assert "?" not in text
    assert name not in text
    (visited,) = [s for s in exported.spans if s.attributes["url.template"] == ""]
    assert visited.attributes["url.full"] == "http://localhost"


async def test_the_context_goes_along_only_if_asked(sandbox, exported):
    seen: list[dict[str, str]] = []

    async def look(request, call_next):
        seen.append(dict(request.headers))
        return await call_next(request)

    mark = context.attach(baggage.set_baggage("user", "theBaggageCanary"))
    try:
        for inject in (False, True):
            chain = [exported.telemetry(inject=inject), look]
            async with client_of(sandbox, middlewares=chain) as client:
                await client.apps.list()
    finally:
        context.detach(mark)
    assert "traceparent" not in seen[0]
    assert "baggage" not in seen[0]
    span = exported.spans[1].context
    assert seen[1]["traceparent"].startswith(f"00-{span.trace_id:032x}-{span.span_id:016x}-")
    assert "theBaggageCanary" in seen[1]["baggage"]


async def test_spans_have_the_span_around_the_call_as_their_parent(sandbox, exported):
    tracer = exported.tracers.get_tracer("a program")
    async with client_of(sandbox, middlewares=[exported.telemetry()]) as client:
        with tracer.start_as_current_span("around"):
            await client.apps.list()
    inner, outer = exported.spans
    assert inner.parent.span_id == outer.context.span_id


async def test_without_an_sdk_nothing_happens(sandbox):
    async with client_of(sandbox, middlewares=[Telemetry()]) as client:
        assert len(await client.apps.list()) == 2
