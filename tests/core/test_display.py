"""What shows of things: one short line as `repr`, tables in notebooks; no secret, no markup."""

import subprocess
import sys
import typing
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from api_facts import FakeTransport, client_of, methods
from tables import each
from test_copies import KEPT, REFUSED

import scalingo_async
from core.test_every_model import ALL, ENDPOINTS, WHOLE, decoded, simple
from scalingo_async import NotFoundError, Page, bulk
from scalingo_async._core.decoding.json import dumps
from scalingo_async._core.decoding.plans import split_optional
from scalingo_async._core.display import LINE, brief
from scalingo_async._core.tables import ROWS
from scalingo_async.bulk import Outcome, Report, Summary
from scalingo_async.models import AppSummary, DedicatedDatabase, Operation, PaginationMeta, Variable
from scalingo_async.models.base import Model, fields_of, key_of

pytestmark = pytest.mark.anyio

LONGEST = LINE + 200
"""No `repr` is longer: the first value of a line is shown however long the line gets by it."""

MARKUP = "<script>alert(1)</script>\"'&"
CANARY = "canary-0123456789"


class Html(HTMLParser):
    """Reads a table back, and refuses what is not well-formed, or has more than a table has."""

    VOID = frozenset()
    KNOWN = frozenset({"div", "table", "caption", "thead", "tbody", "tr", "th", "td"})

    def __init__(self, text):
        super().__init__()
        self.open, self.rows, self.caption = [], [], ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert tag in self.KNOWN, tag
        assert {name for name, _ in attrs} <= {"style", "colspan"}
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1] == "caption":
            self.caption += data
        elif self.open[-1] in {"td", "th"}:
            self.rows[-1][-1] += data
        else:
            assert not data.strip(), data


def read(thing):
    return Html(thing._repr_html_())


def made(name, data):
    """Make a model as an answer makes it."""
    thing = decoded(ENDPOINTS[name], dumps({"it": data}))
    assert type(thing) is ALL[name], thing
    return thing


def is_short(text):
    return text.isprintable() and len(text) <= LONGEST and " object at 0x" not in text


# -- a line --------------------------------------------------------------------------------------


@each("thing", KEPT, ids=lambda thing: type(thing).__name__)
def test_whatever_one_holds_has_a_short_repr(thing):
    assert is_short(repr(thing)), repr(thing)


async def test_whatever_belongs_to_a_client_has_a_short_repr():
    async with client_of(FakeTransport()) as client:
        for name, make in REFUSED.items():
            if name != "a method":
                assert is_short(repr(make(client))), name
        for _, method in methods(client):
            if owner := getattr(method, "__self__", None):
                assert is_short(repr(owner))


@each("name", ALL)
def test_the_repr_of_every_model_is_short_however_much_is_in_it(name):
    cls = ALL[name]
    whole = made(name, WHOLE[name])
    assert is_short(repr(whole))
    long = made(name, filled(WHOLE[name], "long text\n" * 1000))
    assert is_short(repr(long)), repr(long)
    assert repr(long).startswith(f"{cls.__name__}(")


def filled(data, text):
    """Put a text in the place of each text that is not a date, and make the lists longer."""
    if isinstance(data, dict):
        return {key: filled(value, text) for key, value in data.items()}
    if isinstance(data, list):
        return [filled(value, text) for value in data] * 50
    return text if data in {"text", "anything"} else data


def test_a_repr_leaves_out_what_is_not_there_and_what_does_not_fit():
    app = AppSummary(id="ap-1", name="shop")
    database = DedicatedDatabase(id="db-1", name="main", app=app)
    assert repr(database) == (
        "DedicatedDatabase(id='db-1', name='main', app=AppSummary(name='shop', id='ap-1'))"
    )
    texts = {"technology": "y" * 500, "plan": "z" * 500, "database": "u" * 500}
    long = DedicatedDatabase(id="db-1", name="x" * 500, **texts)
    assert repr(long).startswith("DedicatedDatabase(id='db-1', name='xxx")
    assert repr(long).endswith("…)")
    assert "…, " in repr(long)
    assert len(repr(long)) <= LINE


@each(
    "value, shown",
    [
        ("a\nb", r"'a\nb'"),
        ("x" * 100, "'" + "x" * 78 + "…"),
        (b"x" * 100, "b'" + "x" * 77 + "…"),
        ([1, 2, 3], "[1, 2, 3]"),
        ((1, 2, 3, 4), "[1, 2, 3, … 1 more]"),
        ({"a": 1, "b": [2]}, "{'a': 1, 'b': [2]}"),
        (dict.fromkeys(range(5)), "{0: None, 1: None, 2: None, … 2 more}"),
        ([[[[[1]]]]], "[[[… 1 more]]]"),
        ([{"a": {"b": {"c": 1}}}], "[{'a': {… 1 more}}]"),
        (datetime(2030, 1, 2, tzinfo=UTC), "2030-01-02 00:00:00+00:00"),
        (None, "None"),
    ],
)
def test_values_are_cut(value, shown):
    assert brief(value) == shown


def test_deep_values_take_no_time():
    deep = wide = 1
    for _ in range(500):
        deep, wide = [deep] * 3, {"a": wide, "b": wide, "c": wide}
    assert len(brief(deep)) < 300
    assert len(brief(wide)) < 300


APPS = [AppSummary(id=f"ap-{number}", name=f"shop-{number}") for number in range(120)]


@each(
    "page, shown",
    [
        (Page([]), "<Page of 0>"),
        (Page(APPS[:1]), "<Page of 1 AppSummary>"),
        (Page(APPS, PaginationMeta(current_page=2, total_pages=9, total_count=900)),
         "<Page of 120 AppSummary, page 2 of 9>"),
        (Page(APPS, None, "c-1", cut=True), "<Page of 120 AppSummary, more follow>"),
        (Page(["a", 1]), "<Page of 2>"),
    ],
)  # fmt: skip
def test_a_page_says_how_many_of_what_it_has(page, shown):
    assert repr(page) == shown


def test_a_report_says_how_many_went_how():
    outcomes = [Outcome(0, "a", "done"), Outcome(1, "b", "failed")]
    assert repr(Report([], Summary())) == "<Report of 0: nothing>"
    report = Report(outcomes, Summary(done=1, failed=1, stopped=True))
    assert repr(report) == "<Report of 2: 1 done, 1 failed, stopped>"


async def test_a_stream_says_how_it_gets_on():
    async with client_of(FakeTransport()) as client:
        stream = client.logs.stream("my-app")
        assert repr(stream) == "<LogStream: enter it with `async with`, read it with `async for`>"
        await stream.__aexit__(None, None, None)
        assert repr(stream) == "<LogStream: closed>"


# -- tables --------------------------------------------------------------------------------------


@each("name", ALL)
def test_the_tables_of_every_model_hold_no_secret_and_no_markup(name):
    """Each secret field, and what the model does not know, has a canary; each text is markup."""
    cls = ALL[name]
    secrets = [f.name for f in fields_of(cls) if callable(f.repr)]
    thing = made(name, poisoned(cls))
    for text in (thing._repr_html_(), Page([thing, thing])._repr_html_(), repr(thing)):
        assert CANARY not in text
    table, page = read(thing), read(Page([thing, thing]))
    assert table.caption == cls.__name__
    assert table.rows[0] == ["field", "value"]
    shown = dict(table.rows[1:])
    assert shown["extra"] == "unknown <b>key</b>, unheard_of"
    columns = dict(zip(page.rows[0], page.rows[1], strict=True))
    assert page.rows[1][1:] == page.rows[2][1:]
    assert "extra" not in columns
    for field in fields_of(cls):
        if field.name in secrets:
            assert shown[field.name] == columns[field.name] == "***"
        elif field.repr and getattr(thing, field.name) == MARKUP:
            assert shown[field.name] == columns[field.name] == MARKUP


def poisoned(kind, text=MARKUP, depth=0):
    """Make JSON that a type is decoded from, with a canary in whatever must not show."""
    inner, _ = split_optional(kind)
    if isinstance(inner, type) and issubclass(inner, Model):
        fields = [f for f in fields_of(inner) if depth < 3 or not split_optional(f.type)[1]]
        data = {
            key_of(f): poisoned(f.type, text if f.repr is True else CANARY, depth + 1)
            for f in fields
        }
        return {**data, "unknown <b>key</b>": CANARY, "unheard_of": [CANARY]}
    if typing.get_origin(inner) is list:
        return [poisoned(typing.get_args(inner)[0], text, depth + 1)] * 2
    if typing.get_origin(inner) is dict:
        return {text: poisoned(typing.get_args(inner)[1], text, depth + 1)}
    plain = simple(inner)
    return text if plain in {"text", "anything"} else plain


def test_secrets_are_what_the_sweep_above_is_about():
    secret = [f"{n}.{f.name}" for n, cls in ALL.items() for f in fields_of(cls) if callable(f.repr)]
    assert "Variable.value" in secret
    assert len(secret) > 30


def test_a_table_of_a_model_shows_all_fields():
    app = AppSummary(id="ap-1", name="shop")
    table = read(DedicatedDatabase(id="db-1", name="main", app=app))
    rows = dict(table.rows[1:])
    assert rows["name"] == "main"
    assert rows["app"] == "AppSummary(name='shop', id='ap-1')"
    assert rows["plan"] == "None"
    assert "extra" not in rows
    many = made("App", {**WHOLE["App"], **{f"new{n}": n for n in range(100)}})
    assert read(many).rows[-1][1].endswith("new18, new19, …")


def test_a_table_of_a_page_has_the_columns_that_are_filled():
    databases = [
        DedicatedDatabase(id="db-1", name="shop"),
        DedicatedDatabase(id="db-2", name="blog", plan="large"),
    ]
    page = Page(databases)
    table = read(page)
    assert table.caption == "Page of 2 DedicatedDatabase"
    assert table.rows == [
        ["", "id", "name", "plan"],
        ["0", "db-1", "shop", ""],
        ["1", "db-2", "blog", "large"],
    ]


def test_a_table_of_a_page_has_the_fields_of_items_of_several_kinds():
    variable = Variable(id="v", name="A", value=CANARY)
    head, first, second = read(Page([variable, Operation(id="op-1", status="done")])).rows
    assert {"name", "value", "id", "status"} <= {*head}
    assert dict(zip(head, first, strict=True))["value"] == "***"
    assert dict(zip(head, first, strict=True))["status"] == ""
    assert dict(zip(head, second, strict=True))["status"] == "done"
    mixed = read(Page([variable, 7]))
    assert mixed.rows == [
        ["", "value"],
        ["0", "Variable(name='A', id='v', value='***')"],
        ["1", "7"],
    ]


def test_a_table_of_plain_items_has_one_column():
    assert read(Page(["a", 1])).rows == [["", "value"], ["0", "a"], ["1", "1"]]
    assert read(Page([])).rows == [["", "value"]]


def test_long_tables_are_cut():
    table = read(Page(APPS))
    assert len(table.rows) == 1 + ROWS + 1
    assert table.rows[-1] == [f"… {120 - ROWS} more"]
    assert len(read(Page(APPS[:ROWS])).rows) == 1 + ROWS


def test_a_table_of_a_report_shows_what_became_of_each_item():
    error = NotFoundError(f"no {MARKUP}", status_code=404)
    report = Report(
        [
            Outcome(0, MARKUP, "done", attempts=1, duration=0.26, requests=2),
            Outcome(1, APPS[1], "failed", error=error),
        ],
        Summary(done=1, failed=1, errors=(error,)),
    )
    table = read(report)
    assert table.caption == "Report of 2: 1 done, 1 failed"
    assert table.rows == [
        ["", "item", "status", "error", "attempts", "seconds", "requests"],
        ["0", MARKUP, "done", "", "1", "0.3", "2"],
        [
            "1",
            "AppSummary(name='shop-1', id='ap-1')",
            "failed",
            f"NotFoundError: {error}",
            "0",
            "0.0",
            "0",
        ],
    ]


def test_failures_come_first_in_a_long_report():
    outcomes = [Outcome(n, f"app-{n}", "failed" if n == 99 else "done") for n in range(100)]
    table = read(Report(outcomes, Summary(done=99, failed=1)))
    assert table.rows[1][:3] == ["99", "app-99", "failed"]
    assert table.rows[2][0] == "0"
    assert table.rows[-1] == [f"… {100 - ROWS} more"]


@each("text", ["\ud800", "\u202eevil", "a\x00b", "a\x1b[31mb", "x" * 10_000, "two\nlines"])
def test_odd_texts_do_no_harm(text):
    html = Page([AppSummary(id="ap-1", name=text)])._repr_html_()
    html.encode("utf-8")
    assert html.replace("\n", "").isprintable()
    assert len(html) < 1000


def test_work_to_be_done_has_no_table():
    for cls in (scalingo_async.Paginator, scalingo_async.LogStream, bulk.Outcomes):
        assert not hasattr(cls, "_repr_html_")


def test_tables_are_loaded_by_those_who_look_at_one():
    code = "import sys, scalingo_async.client, scalingo_async.bulk, scalingo_async.models.apps\n"
    code += "print(sorted({'html', 'scalingo_async._core.tables'} & {*sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
