"""Metrics: points in time as columns, for tables and plots."""

from datetime import UTC, datetime

import pytest
from sandbox_client import client_of
from tables import each

from scalingo_async import InvalidArgumentError
from scalingo_async.models import MetricPoint
from scalingo_async.sandbox import Sandbox

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
ONE = datetime(2026, 11, 28, 13, tzinfo=UTC)


def test_points_are_columns():
    points = [MetricPoint(time=ONE, value=0.5), MetricPoint(time=NOON), MetricPoint(time=NOON)]
    assert MetricPoint.columns(points) == ([ONE, NOON, NOON], [0.5, None, None])
    assert MetricPoint.columns(iter(points[:1])) == ([ONE], [0.5])
    assert MetricPoint.columns([]) == ([], [])


@each(
    ("given", "words"),
    [
        (None, "points must be a list of MetricPoint, not None"),
        ("points", "points must be a list of MetricPoint, not str"),
        (MetricPoint(time=NOON), "points must be a list of MetricPoint, not MetricPoint"),
        ([MetricPoint(time=NOON), 0.5], "points must be a list of MetricPoint, not float"),
        ([{"time": NOON}], "points must be a list of MetricPoint, not dict"),
    ],
)
def test_what_is_no_list_of_points_is_refused(given, words):
    with pytest.raises(InvalidArgumentError, match=words):
        MetricPoint.columns(given)


@pytest.mark.anyio
async def test_what_the_platform_answers_is_columns():
    sandbox = Sandbox(apps=1, rate_limit=None)
    name = sandbox.apps()[0].name
    async with client_of(sandbox) as client:
        asked = client.metrics.get_for_type(name, "cpu", "web", since=2)
        with pytest.raises(InvalidArgumentError, match="await it"):
            MetricPoint.columns(asked)
        page = await asked
        times, values = MetricPoint.columns(page)
    assert times == sorted(times)
    assert all(time.tzinfo for time in times)
    assert list(zip(times, values, strict=True)) == [(point.time, point.value) for point in page]
    assert len(page) > 100
