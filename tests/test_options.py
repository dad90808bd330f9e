"""Where an option is written: all the places, and that they agree.

A new option of a call (`RequestOptions`), which the client takes as well, is written in

1. `scalingo_async/types.py`: `RequestOptions`, its key and its line in the docstring;
2. `scalingo_async/request.py`: `CallOptions`, its field with its check, and its line;

and in the places of a client option, but for its field, which is inherited.

A new option of the client that `with_options` takes is written in

1. `scalingo_async/config.py`: `ClientOptions`, its key and its line;
2. `scalingo_async/config.py`: `ClientConfig`, its field with its check, and its line;
3. `scalingo_async/client.py`: `AsyncClient`, the argument, its line, and that it is handed on.

One that only the constructor takes, such as `max_connections`, is written in

1. `scalingo_async/config.py`: `ClientSettings`, its key;
2. `scalingo_async/client.py`: `AsyncClient`, the argument, its line, and what it does.

Whatever reads an option later reads it from the call's options or from the config.
"""

import inspect
import re

import attrs
import pytest

from scalingo_async import AsyncClient, ClientOptions, ClientSettings, RequestOptions
from scalingo_async.config import ClientConfig
from scalingo_async.request import CallOptions
from scalingo_async.types import UNSET

HEADERS = {"headers"}
"""Added to a call's request at once; the config keeps them, the options of a call don't."""


def documented(kind: type) -> set[str]:
    """Return the names that a class's docstring lists as its arguments or attributes."""
    text = inspect.cleandoc(kind.__doc__ or "")
    section = re.search(r"^(?:Args|Attributes):\n((?:    .*\n?|\n)+)", text, re.MULTILINE)
    assert section, f"{kind.__name__} lists nothing"
    return set(re.findall(r"^    (\w+): ", section[1], re.MULTILINE))


def parameters() -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(AsyncClient).parameters)


def fields(kind: type) -> set[str]:
    return {field.name for field in attrs.fields(kind)}


def test_an_option_of_a_call_is_written_everywhere():
    options = set(RequestOptions.__annotations__)
    assert documented(RequestOptions) == options
    assert fields(CallOptions) == documented(CallOptions) == options - HEADERS
    assert options <= set(ClientOptions.__annotations__), "the client sets it for all calls"


def test_an_option_of_the_client_is_written_everywhere():
    options = set(ClientOptions.__annotations__)
    assert documented(ClientOptions) == options
    assert fields(ClientConfig) == options
    assert documented(ClientConfig) == options - fields(CallOptions), "the rest is inherited"
    assert {name for name, value in parameters().items() if value.default is UNSET} == options


def test_an_argument_of_the_client_is_written_everywhere():
    assert set(ClientSettings.__annotations__) == documented(AsyncClient) == set(parameters())


def test_every_option_has_a_check_beside_its_field():
    assert set(CallOptions.checks()) == fields(CallOptions)
    assert set(ClientConfig.checks()) == fields(ClientConfig)


VALUES = {
    "timeout": 3.0,
    "deadline": 4.0,
    "max_retries": 5,
    "max_wait": 6.0,
    "priority": "low",
    "max_json_values": 11,
    "rate_limit": "7/8s",
    "headers": {"x-trace": "9"},
    "user_agent": "tool/10",
}


@pytest.mark.parametrize("name", VALUES)
def test_what_the_constructor_is_given_is_what_with_options_sets(name):
    made = AsyncClient("tk-us-token", **{name: VALUES[name]})
    copy = AsyncClient("tk-us-token").with_options(**{name: VALUES[name]})
    assert made._config == copy._config != ClientConfig()
    if name in CallOptions.checks():
        (default,) = {made._config.call_options(), made._session.options({})}
        assert default == copy._session.options({}) != CallOptions()
        assert AsyncClient("tk-us-token")._session.options({name: VALUES[name]}) == default
