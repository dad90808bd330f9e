"""One line an attempt: what was asked by its template, how it went, and no secret."""

import logging

import anyio
import pytest
from core.fakes import Script, answer, request

from scalingo_async.errors import APIConnectionError
from scalingo_async.middleware.logging import Logging

pytestmark = pytest.mark.anyio
SECRETS = ("query-secret", "my-app", "header-secret", "body-secret")


def lines(caplog):
    texts = [record.getMessage() for record in caplog.records]
    for secret in SECRETS:
        assert secret not in repr([vars(record) for record in caplog.records])
    return texts


def sent():
    made = request("POST").with_headers({"authorization": "header-secret"})
    made.state.attempts = 2
    return made


async def test_an_answer(caplog):
    with caplog.at_level(logging.DEBUG, logger="scalingo_async"):
        await Logging()(sent(), Script(answer(422, b"body-secret", X_Request_Id="r-1")))
    (line,) = lines(caplog)
    assert line.startswith("POST /apps/{app}: 422 in ")
    assert line.endswith(" ms (attempt 2, request id r-1)")
    assert caplog.records[0].scalingo_operation == "apps.test"


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(APIConnectionError("x"), "APIConnectionError"), (ValueError("x"), "cancelled")],
)
async def test_a_failure(caplog, error, outcome):
    with (
        caplog.at_level(logging.DEBUG, logger="scalingo_async"),
        pytest.raises(type(error)),
    ):
        await Logging()(sent(), Script(error))
    assert f"/apps/{{app}}: {outcome} in" in lines(caplog)[0]


async def test_a_cancelled_attempt(caplog):
    with caplog.at_level(logging.DEBUG, logger="scalingo_async"), anyio.move_on_after(0):
        await Logging()(sent(), lambda request: anyio.sleep_forever())
    assert "/apps/{app}: cancelled in" in lines(caplog)[0]


async def test_nothing_is_logged_unless_asked_for(caplog):
    with caplog.at_level(logging.INFO, logger="scalingo_async"):
        assert (await Logging()(sent(), Script(200))).status_code == 200
    assert lines(caplog) == []
