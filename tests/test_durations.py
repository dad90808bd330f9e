"""Durations: `timedelta` in answers where nothing is lost, and in arguments."""

import inspect
import json
import re
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from api_facts import (
    CALLS,
    answer_to,
    arguments,
    made,
    method_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from platform_routes import Platform, connected
from tables import each

from scalingo_async import UNSET, InvalidArgumentError
from scalingo_async._core.durations import go_text, hours, nanoseconds
from scalingo_async.models import (
    Alert,
    CompleteDatabaseMaintenanceData,
    DatabaseContinuousBackupDelayedData,
    DatabaseContinuousBackupHealthyData,
    DatabaseContinuousBackupStaleData,
    DatabaseMaintenanceWindow,
    DatabaseQuery,
    Deployment,
    DeploymentData,
    InvoiceDetailedItem,
    LinkScmData,
    PlanDatabaseMaintenanceData,
    SCMRepoLink,
    StartDatabaseMaintenanceData,
    UpdateScmData,
)


@pytest.mark.parametrize(
    ("cls", "expected"),
    [
        (Deployment, timedelta(seconds=40)),
        (DeploymentData, timedelta(seconds=40)),
        (InvoiceDetailedItem, timedelta(minutes=40)),
    ],
)
def test_whole_seconds_and_minutes_are_durations(cls, expected):
    assert made(cls, duration=40).duration == expected
    assert made(cls, duration=None).duration is None


@pytest.mark.parametrize(
    ("cls", "field", "name", "number", "expected"),
    [
        (Alert, "duration_before_trigger", "triggers_after", 90_000_000_999, timedelta(seconds=90)),
        (DatabaseQuery, "query_duration", "duration", 1_500, timedelta(microseconds=1)),
        *(
            (cls, "unrecoverable_duration_seconds", "unrecoverable_for", 5, timedelta(seconds=5))
            for cls in (
                DatabaseContinuousBackupDelayedData,
                DatabaseContinuousBackupHealthyData,
                DatabaseContinuousBackupStaleData,
            )
        ),
        *(
            (cls, "maintenance_window_in_hours", "maintenance_window", 8, timedelta(hours=8))
            for cls in (
                CompleteDatabaseMaintenanceData,
                PlanDatabaseMaintenanceData,
                StartDatabaseMaintenanceData,
            )
        ),
        *(
            (cls, f"hours_before_{name}", f"{name}_after", 2, timedelta(hours=2))
            for cls in (LinkScmData, SCMRepoLink, UpdateScmData)
            for name in ("delete_on_close", "delete_stale")
        ),
    ],
)
def test_numbers_with_a_unit_stay_and_have_a_duration_beside_them(
    cls, field, name, number, expected
):
    model = made(cls, **{field: number})
    assert (getattr(model, field), getattr(model, name)) == (number, expected)
    assert getattr(made(cls, **{field: 10**30}), name) is None, "it is too long"
    if cls is not SCMRepoLink:
        assert getattr(made(cls, **{field: None}), name) is None


def test_a_maintenance_window_has_a_length():
    window = made(DatabaseMaintenanceWindow, duration_in_hour=8)
    assert window.duration == timedelta(hours=8)


# -- arguments ---------------------------------------------------------------------------------

TWO_HOURS: dict[str, Any] = {
    "duration_before_trigger": 7_200_000_000_000,
    "from_": 2,
    "hours_before_delete_on_close": 2,
    "hours_before_delete_stale": 2,
    "remind_every": "2h",
    "since": 2,
}
"""What the platform gets for two hours, by the name of the argument."""

TAKERS = [
    pytest.param(id_, parameter.name, id=f"{id_}-{parameter.name}")
    for id_ in CALLS
    for parameter in inspect.signature(method_of(connected(), id_)).parameters.values()
    if "timedelta" in str(parameter.annotation)
]


async def sent(id_: str, name: str, value: object, platform: Platform) -> Any:
    """Make a call with an argument; returns what was sent of it."""
    platform.answers(id_, answer_to(id_))
    async with connected() as client:
        ids, rest = arguments(client, id_)
        await method_of(client, id_)(*ids, **{**rest, name: value})
    (request,) = platform.requests
    if request.content:
        (body,) = json.loads(request.content).values()
        return body[name]
    return int(request.url.params[name.rstrip("_")])


def test_every_argument_that_is_a_duration_is_here():
    assert {param.values[1] for param in TAKERS} == set(TWO_HOURS)
    assert len(TAKERS) == 16


@pytest.mark.anyio
@pytest.mark.parametrize(("id_", "name"), TAKERS)
async def test_a_duration_is_sent_as_the_platform_takes_it(id_, name, platform):
    for value in (timedelta(hours=2), TWO_HOURS[name]):
        assert await sent(id_, name, value, platform) == TWO_HOURS[name]


@pytest.mark.anyio
@pytest.mark.parametrize(("id_", "name"), TAKERS)
async def test_what_is_no_duration_is_refused_before_it_is_sent(id_, name, platform):
    wrong: list[Any] = [
        True,
        1.5,
        -1,
        timedelta(hours=-1),
        "soon",
        b"2h",
        [],
        "2 h",
        "h",
        "-2h",
        "",
    ]
    if TWO_HOURS[name] == 2:
        wrong += ["2h", timedelta(minutes=90), timedelta(microseconds=1)]
    for value in wrong:
        with pytest.raises(InvalidArgumentError, match=name):
            await sent(id_, name, value, platform)
        assert platform.requests == []


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(), "0s"),
        (timedelta(seconds=30), "30s"),
        (timedelta(minutes=5, seconds=30), "5m30s"),
        (timedelta(days=2, seconds=1), "48h1s"),
        (timedelta(hours=1, milliseconds=20), "1h0.02s"),
        (timedelta(microseconds=1), "0.000001s"),
    ],
)
def test_durations_are_written_as_go_reads_them(duration, text):
    assert go_text(duration, "remind_every") == text


@each("check", [hours, nanoseconds, go_text])
def test_numbers_are_in_the_platforms_unit_and_nothing_stays_nothing(check):
    assert [check(value, "for_long") for value in (UNSET, None, 0, 90)] == [UNSET, None, 0, 90]
    for wrong, said in [(-1, "can't be negative"), (1.5, "not float"), (True, "not bool")]:
        with pytest.raises(InvalidArgumentError, match=f"for_long .*{said}"):
            check(wrong, "for_long")


UNITS = {"h": timedelta(hours=1), "m": timedelta(minutes=1), "s": timedelta(seconds=1)}


@settings(derandomize=True, deadline=None)
@given(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=10_000)))
def test_no_duration_changes_on_its_way_into_text(duration):
    text = str(go_text(duration, "remind_every"))
    assert go_text(text, "remind_every") == text
    parts = re.findall(r"([\d.]+)([hms])", text)
    assert (
        sum(
            (UNITS[u] * Fraction(n).numerator / Fraction(n).denominator for n, u in parts),
            timedelta(),
        )
        == duration
    )
