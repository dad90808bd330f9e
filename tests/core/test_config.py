"""The settings of a client: checked once, and named by where they came from."""

import math

import pytest
from tables import each

from scalingo_async import AsyncClient
from scalingo_async._core.headers import check_headers
from scalingo_async.config import ClientConfig, read_environment
from scalingo_async.credentials import APIToken
from scalingo_async.errors import ConfigurationError, InvalidArgumentError
from scalingo_async.hosts import Hosts, check_region
from scalingo_async.middleware.rate_limit.status import RateLimit
from scalingo_async.middleware.retry import RetryPolicy
from scalingo_async.types import Secret, Timeout

CANARY = "tk-us-canary"
LOCAL = {"SCALINGO_API_URL": "http://127.0.0.1:1", "SCALINGO_DB_URL": "http://127.0.0.1:1"}


def test_the_urls_of_a_region():
    urls = Hosts.build("osc-secnum-fr1")
    assert [str(url) for url in (urls.regional, urls.auth, urls.database, urls.billing)] == [
        "https://api.osc-secnum-fr1.scalingo.com/v1",
        "https://auth.scalingo.com/v1",
        "https://db-api.osc-secnum-fr1.scalingo.com/api",
        "https://cashmachine.scalingo.com",
    ]
    assert "auth.scalingo.com" in urls.hosts
    assert len(urls.hosts) == 4


def test_configured_urls_get_their_prefix_once():
    urls = Hosts.build(
        "osc-fr1",
        api_url="http://localhost:5000/v1/",
        auth_url="http://[::1]:5000/auth",
        database_url="https://db.example.com/api",
        billing_url="https://billing.example.com/",
    )
    assert [str(url) for url in (urls.regional, urls.auth, urls.database, urls.billing)] == [
        "http://localhost:5000/v1",
        "http://[::1]:5000/auth/v1",
        "https://db.example.com/api",
        "https://billing.example.com",
    ]


@each(
    ("arguments", "message"),
    [
        ({"api_url": "https://a.example"}, "api_url and database_url .*: database_url is missing"),
        ({"database_url": "https://a.example"}, "api_url and database_url .*: api_url is missing"),
        ({"auth_url": "http://auth.scalingo.com"}, "auth_url must be https"),
        ({"auth_url": "auth.scalingo.com"}, "auth_url is not a usable URL"),
        ({"auth_url": "https://u:p@auth.scalingo.com"}, "auth_url is not a usable URL"),
        ({"auth_url": 7}, "auth_url is not a usable URL"),
        ({"billing_url": "https://a.example?x=1"}, "billing_url can't have a query"),
    ],
)
def test_bad_urls(arguments, message):
    with pytest.raises(ConfigurationError, match=message):
        Hosts.build("osc-fr1", **arguments)


@each(
    "name",
    [
        "",
        " ",
        "Osc-Fr1",
        "osc_fr1",
        "-a",
        "a-",
        "a.b",
        "evil.example/",
        "a" * 65,
        "fr1\n",
        CANARY + "é",
    ],
)
def test_bad_regions(name):
    with pytest.raises(InvalidArgumentError, match="region must be the name of a region") as caught:
        check_region(name)
    assert CANARY not in str(caught.value)
    with pytest.raises(InvalidArgumentError, match="region must be a str, not int"):
        check_region(7)
    assert check_region("osc-fr1") == "osc-fr1"


def test_headers():
    assert check_headers(None) == {}
    assert check_headers({"X-Trace": "a b\tc", "x-empty": ""}) == {
        "x-trace": "a b\tc",
        "x-empty": "",
    }


END = len(CANARY) + 1


@each(
    ("headers", "message"),
    [
        ({"X": f"{CANARY}\r\nEvil: 1"}, f"the header X can't be sent: its character {END} is a line end"),
        ({"X": f"{CANARY}\n"}, f"the header X can't be sent: its character {END} is a line end"),
        ({"X": f"{CANARY}\x00"}, f"character {END} is a control character"),
        ({"X": f"{CANARY}\u20ac"}, f"character {END} is not ASCII"),
        ({"X": f"{CANARY}\x7f"}, f"character {END} is a control character"),
        ({"X": f"{CANARY}é"}, f"character {END} is not ASCII"),
        ({"X": f"é{CANARY}"}, "character 1 is not ASCII"),
        ({"X": f"{CANARY}\ud83d"}, f"character {END} is not ASCII"),
        ({"X": f" {CANARY}"}, "the header X can't be sent: it has white space around"),
        ({"X": f"{CANARY}\t"}, "the header X can't be sent: it has white space around"),
        ({f"X: {CANARY}": ""}, "'X'… can't be the name of a header: its character 2"),
        ({"X": 7}, "the header X must be a str, not int"),
        ({"X": None}, "the header X must be a str, not None"),
        ({"X": b"a"}, "the header X must be a str, not bytes"),
        ({"": "a"}, "'' can't be the name of a header"),
        ({"X Y": "a"}, "'X'… can't be the name of a header: its character 2"),
        ({"X:": "a"}, "can't be the name"),
        ({"X\r\nY": "a"}, "can't be the name"),
        ({"É": "a"}, "can't be the name"),
        ({7: "a"}, "7 can't be the name"),
        *[
            ({name: CANARY}, f"the header {name} is set by the client itself")
            for name in (
                "Authorization", "AUTHORIZATION", "Connection", "Content-Length", "Cookie", "Host",
                "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
            )
        ],
    ],
)  # fmt: skip
def test_bad_headers(headers, message):
    with pytest.raises(InvalidArgumentError, match=message) as caught:
        check_headers(headers)
    assert CANARY not in str(caught.value)


def test_settings_on_top_of_others():
    async def middleware(request, call_next):
        return await call_next(request)

    base = ClientConfig.build(None, {})
    assert base == ClientConfig()
    assert (base.rate_limit, base.deadline, base.max_retries) == (RateLimit(60, 60), None, 2)
    changes = {
        "timeout": 3, "deadline": 9, "max_retries": 0, "max_wait": None, "retry": RetryPolicy(cap=1),
        "rate_limit": "5/2s", "headers": {"X-A": "1"}, "user_agent": "tool/1", "middlewares": [middleware],
    }  # fmt: skip
    changed = ClientConfig.build(base, changes)
    assert changed == ClientConfig(
        timeout=Timeout.of(3), deadline=9.0, max_retries=0, max_wait=None, retry=RetryPolicy(cap=1),
        rate_limit=RateLimit(5, 2.0), headers={"x-a": "1"}, user_agent="tool/1",
        middlewares=(middleware,),
    )  # fmt: skip
    again = ClientConfig.build(changed, {"rate_limit": None, "user_agent": None})
    assert (again.rate_limit, again.user_agent, again.deadline) == (None, None, 9.0)


@each(
    ("name", "values"),
    [
        ("timeout", [-1, math.nan, math.inf, "5", True]),
        ("deadline", [-1, math.nan, math.inf, "5", True]),
        ("max_wait", [-1, math.nan, "5"]),
        ("max_retries", [-1, 1.5, "2", None, True]),
        ("retry", [None, 3, "x", {}]),
        (
            "rate_limit",
            [0, "60", (0, 60), (60, 0), (60, -1), (1.5, 1), (60, math.nan), [60, 60], "-1/60s"],
        ),
        ("user_agent", ["a\r\nb", "\u20ac", 7]),
        ("headers", [{"Host": "x"}, {"X": "a\nb"}]),
    ],
)
def test_bad_settings(name, values):
    for value in values:
        with pytest.raises(InvalidArgumentError):
            ClientConfig.build(None, {name: value})
    for value in (lambda request, call_next: None, object(), 7):
        with pytest.raises(ConfigurationError, match="must be an async function"):
            ClientConfig.build(None, {"middlewares": [value]})


def test_the_environment():
    env = read_environment(
        {"SCALINGO_API_TOKEN": CANARY, "SCALINGO_REGION": "", "SCALINGO_AUTH_URL": "", **LOCAL}
    )
    assert (env.api_token, env.region) == (Secret(CANARY), "osc-fr1")
    here = Secret("http://127.0.0.1:1")
    assert env.urls == {
        "api_url": here, "auth_url": None, "database_url": here, "billing_url": None,
    }  # fmt: skip
    assert read_environment({"SCALINGO_REGION": "osc-secnum-fr1"}).region == "osc-secnum-fr1"


def test_the_environment_of_the_process(monkeypatch):
    monkeypatch.setenv("SCALINGO_API_TOKEN", "tk-us-process")
    assert read_environment().api_token == Secret("tk-us-process")


@each(
    ("environ", "names"),
    [
        ({}, ["SCALINGO_API_TOKEN"]),
        ({"SCALINGO_API_TOKEN": ""}, ["SCALINGO_API_TOKEN"]),
        ({"SCALINGO_API_TOKEN": "  "}, ["SCALINGO_API_TOKEN"]),
        ({"SCALINGO_API_TOKEN": f"{CANARY}\n"}, ["SCALINGO_API_TOKEN"]),
        ({"SCALINGO_API_TOKEN": f"{CANARY}é"}, ["SCALINGO_API_TOKEN"]),
        ({"SCALINGO_REGION": f"{CANARY}/"}, ["SCALINGO_REGION"]),
        ({"SCALINGO_API_URL": "https://a.example"}, ["SCALINGO_API_URL", "SCALINGO_DB_URL"]),
        ({"SCALINGO_DB_URL": "https://a.example"}, ["SCALINGO_API_URL", "SCALINGO_DB_URL"]),
        ({**LOCAL, "SCALINGO_API_URL": f"https://{CANARY}@a.example"}, ["SCALINGO_API_URL"]),
        ({**LOCAL, "SCALINGO_DB_URL": f"ftp://{CANARY}"}, ["SCALINGO_DB_URL"]),
        ({"SCALINGO_AUTH_URL": f"https://a.example/?token={CANARY}"}, ["SCALINGO_AUTH_URL"]),
        ({"SCALINGO_AUTH_URL": "http://auth.scalingo.com"}, ["SCALINGO_AUTH_URL"]),
        ({"SCALINGO_BILLING_URL": f"{CANARY}"}, ["SCALINGO_BILLING_URL"]),
    ],
)
def test_a_bad_environment_is_told_by_variable_and_never_by_value(environ, names):
    given = environ if "SCALINGO_API_TOKEN" in environ or not environ else {
        "SCALINGO_API_TOKEN": CANARY, **environ,
    }  # fmt: skip
    with pytest.raises((ConfigurationError, InvalidArgumentError)) as caught:
        AsyncClient.from_env(environ=given)
    for name in names:
        assert name in str(caught.value)
    assert CANARY not in repr(caught.value)


def test_arguments_come_before_the_environment():
    client = AsyncClient.from_env(
        environ={"SCALINGO_API_TOKEN": "", "SCALINGO_REGION": "Bad Region"},
        credential=APIToken(CANARY),
        region="osc-fr1",
    )
    assert repr(client) == "<AsyncClient osc-fr1 https://api.osc-fr1.scalingo.com/v1>"
    with pytest.raises(InvalidArgumentError, match=r"^region must be"):
        AsyncClient.from_env(environ={"SCALINGO_API_TOKEN": CANARY}, region="Bad Region")
