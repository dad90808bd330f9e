"""Checks of arguments: the messages to the letter, and that a bool is no number."""

import math
from datetime import datetime

import pytest

from scalingo_async._core.arguments import (
    at_least,
    aware_time,
    int_between,
    integer,
    ipv4_range,
    is_integer,
    number_segment,
    one_of,
    optional_priority,
    positive_seconds,
    string,
)
from scalingo_async.errors import ConfigurationError, InvalidArgumentError

NO_INTEGERS = [True, False, 1.0, "1", b"1", None, [1]]


@pytest.mark.parametrize("value", NO_INTEGERS)
def test_what_is_no_integer(value):
    assert not is_integer(value)
    for check in (
        lambda: integer(value, "x"),
        lambda: integer(value, "x", 0),
        lambda: int_between(value, "x", 0, 9),
        lambda: at_least(value, "x", 0),
    ):
        with pytest.raises(InvalidArgumentError, match=r"^x must be an int"):
            check()


def test_integers_are_returned_as_they_are():
    assert [integer(n, "x") for n in (-1, 0, 10**30)] == [-1, 0, 10**30]
    assert integer(0, "x", 0) == int_between(0, "x", 0, 9) == 0
    assert int_between(9, "x", 0, 9) == 9


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (lambda: integer(None, "x"), "x must be an int, not None"),
        (lambda: at_least(2.5, "x", 1), "x must be an int, 1 or more, not float"),
        (lambda: at_least(0, "x", 1), "x must be 1 or more"),
        (lambda: integer(-1, "x", 0), "x must be an int, 0 or more"),
        (
            lambda: integer(0, "size", 1, called="a number of bytes", end=", or None"),
            "size must be a number of bytes, 1 or more, or None",
        ),
        (lambda: int_between(0, "x", 1, 9), "x must be an int from 1 to 9"),
        (lambda: int_between(10, "x", 1, 9), "x must be an int from 1 to 9"),
        (lambda: string(7, "x"), "x must be a str, not int"),
        (lambda: one_of("c", "x", ("a", "b")), "x must be 'a' or 'b', not 'c'"),
        (lambda: one_of(7, "x", ("a", "b")), "x must be 'a' or 'b', not int"),
        (lambda: optional_priority("high"), "priority must be 'normal', 'low' or None, not 'high'"),
        (lambda: optional_priority(7), "priority must be 'normal', 'low' or None, not int"),
        (lambda: aware_time("2030", "x"), "x must be a datetime, not str"),
        (
            lambda: aware_time(datetime(2030, 1, 2), "x"),  # noqa: DTZ001
            "x has no time zone: give it one, such as datetime.UTC",
        ),
        (lambda: string(None, "x", called="text"), "x must be text, not None"),
    ],
)
def test_the_messages(check, message):
    with pytest.raises(InvalidArgumentError) as caught:
        check()
    assert str(caught.value) == message


@pytest.mark.parametrize("value", [0, -1, math.nan, True, "1", None])
def test_seconds_that_must_be_more_than_none(value):
    with pytest.raises(InvalidArgumentError, match="x must be a number of seconds, more than 0"):
        positive_seconds(value, "x")
    assert positive_seconds(math.inf, "x") == math.inf
    assert positive_seconds(1, "x") == 1


def test_a_number_becomes_a_segment():
    assert [number_segment(value) for value in (0, "web", True)] == ["0", "web", True]


@pytest.mark.parametrize("value", [0, "1"])
def test_another_error_may_be_asked_for(value):
    with pytest.raises(ConfigurationError, match="x must be"):
        at_least(value, "x", 1, ConfigurationError)
    assert at_least(1, "x", 1, ConfigurationError) == 1


def test_ranges_of_addresses():
    for good in ("203.0.113.0/24", "203.0.113.7/32", "203.0.113.7/24", "0.0.0.0/0"):
        assert ipv4_range(good, "cidr") == good


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("203.0.113.7", "cidr has no suffix: write 203.0.113.7/32 for one address"),
        ("2001:db8::/32", "cidr is '2001:db8::/32': the platform knows IPv4 only, not IPv6"),
        ("::1", "cidr is '::1': the platform knows IPv4 only, not IPv6"),
        ("203.0.113.0/33", "cidr is '203.0.113.0/33': write an IPv4 range, such as 203.0.113.0/24"),
        ("", "cidr is '': write an IPv4 range, such as 203.0.113.0/24"),
        (7, "cidr must be a str, not int"),
    ],
)
def test_what_is_no_range_of_addresses(value, message):
    with pytest.raises(InvalidArgumentError) as refused:
        ipv4_range(value, "cidr")
    assert str(refused.value) == message
