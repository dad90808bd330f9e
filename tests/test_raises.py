"""The Raises sections of the resources: they are those of the table, and what they say is so."""

import builtins
import inspect
import json
import re
from functools import cache
from itertools import groupby

import pytest
from api_facts import (
    CALLS,
    FACTS,
    OPERATIONS,
    URLS,
    FakeTransport,
    arguments,
    client_of,
    method_of,
    methods,
    path_names,
)
from platform_routes import Platform, connected
from raises import (
    ENTERED,
    EVERY,
    HOME,
    LATER,
    OWNED,
    SOURCES,
    TABLE,
    Failure,
    docstrings,
    generate,
    own_failures,
    places,
    section_of,
    sentences,
)
from sandbox_client import client_of as client_of_sandbox
from tables import each
from test_by_name import CASES

import scalingo_async.errors
from scalingo_async import APIStatusError, NotFoundError, ScalingoError
from scalingo_async.sandbox import Sandbox
from scalingo_async.waiting import failures as waiting_failures

PATHS = [path for path, _ in methods(client_of(FakeTransport()))]
ROWS = [*TABLE["every"], *TABLE["missing"].values(), *TABLE["failure"]]
KINDS = {
    "client": {"repository", "path"},
    "documentation": {"where", "section"},
    "facts": {"operation", "words"},
    "package": {"path"},
    "program": {"repository", "path"},
}
"""What a source of each kind has; a recording has a file here, or one of a repository."""


def class_named(name):
    """Return the exception class of a name."""
    for module in (waiting_failures, scalingo_async.errors, builtins):
        if hasattr(module, name):
            return getattr(module, name)
    pytest.fail(f"there is no exception {name}")


@cache
def sections():
    """Return the Raises section of each method, by its place on the client."""
    found = {}
    for file, group in groupby(sorted(places()), key=lambda place: place.file):
        text = file.read_text(encoding="utf-8")
        nodes = docstrings(text)
        for place in group:
            section = section_of(text.split("\n"), nodes[place.qualname])
            found[places()[place]] = section and section.entries
    return found


# -- the docstrings --------------------------------------------------------------------------------


def test_the_docstrings_are_those_of_the_table():
    """What differs is written anew by `python tests/raises.py`."""
    stale = [
        str(path.relative_to(HOME))
        for path, text in generate().items()
        if path.read_text(encoding="utf-8") != text
    ]
    assert stale == []


def test_each_method_says_what_it_raises():
    found = sections()
    # Some are the same method in two places.
    assert len(found) > 250
    for path, entries in found.items():
        assert entries, path
        names = [entry.error for entry in entries]
        assert sorted(set(names)) == sorted(names), path
        assert all(issubclass(class_named(name), Exception) for name in names), path
        assert all(entry.said.endswith(".") for entry in entries), path
        assert (names[-1] == "ScalingoError") == (path not in LATER), path
        # The class and what is raised of it come from the table, and nothing of it is left out.
        assert {name for name in names if name in OWNED} == sentences(path).keys(), path


def test_what_every_call_can_raise_is_in_one_place():
    module = scalingo_async.errors.__doc__
    for row in TABLE["every"]:
        for name in row["errors"]:
            assert issubclass(class_named(name), ScalingoError)
            assert f"`{name}`" in module
    assert EVERY.endswith("see `scalingo_async.errors`.")


@each("case", CASES)
def test_a_name_that_is_looked_up_may_not_be_found(case):
    (said,) = [one.said for one in sections()[case.id] if one.error == "NotFoundError"]
    assert "the message lists" in said


# -- the table -------------------------------------------------------------------------------------


@each("name", SOURCES)
def test_a_source_is_one_that_can_be_looked_up(name):
    source = dict(SOURCES[name])
    kind = source.pop("kind")
    users = [row for row in ROWS if name in {row["source"], row.get("also")}]
    assert users, "no row needs it"
    if kind == "recording" and source.keys() == {"file"}:
        exchange = json.loads((FACTS / "recorded" / source["file"]).read_text(encoding="utf-8"))
        answer = exchange["response"]
        for row in users:
            assert row.get("status", 404) == answer["status"]
            if isinstance(row.get("answer"), dict):
                assert row["answer"] == answer["json_body"]
        return
    assert source.keys() == KINDS.get(kind, {"repository", "path"})
    if kind == "documentation":
        assert re.fullmatch(
            r"https://(developers|doc)\.scalingo\.com(/[a-z_/-]+)?", source["where"]
        )
    elif kind == "facts":
        assert source["words"] in OPERATIONS[source["operation"]]["quirks"]
    elif kind == "package":
        text = (HOME / source["path"]).read_text(encoding="utf-8")
        for row in users:
            assert all(error in text for error in row.get("errors", [row.get("error")]))
    else:
        official = source["repository"].startswith("Scalingo/")
        assert official == (kind != "program")
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", source["repository"])
        assert re.fullmatch(r"[\w./-]+\.(go|js|json|rb)", source["path"])


@each("row", ROWS)
def test_a_row_has_evidence_for_what_it_claims(row):
    kind = SOURCES[row["source"]]["kind"]
    if "error" in row:
        assert set(row.get("operations", ())) <= set(PATHS)
        assert any(own_failures(path) for path in PATHS if path in row.get("operations", PATHS))
        assert "when" in row or "things" in row or "named" in row
        if kind == "package":
            assert "status" not in row
        elif row["error"] != "APIStatusError":
            assert row["status"]
            assert row["answer"]
    assert "named" not in row or kind == "package"


def test_the_table_has_nothing_in_vain():
    parameters = {
        name for fact in OPERATIONS.values() for name in re.findall(r"{(\w+)}", fact["path"])
    }
    assert TABLE["missing"].keys() <= parameters
    assert {*TABLE["calls"], *TABLE["handled"], *ENTERED, *LATER} <= set(PATHS)
    assert {id_ for ids in TABLE["calls"].values() for id_ in ids} <= set(OPERATIONS)


# -- the client ------------------------------------------------------------------------------------

ANSWERED = [
    (id_, failure) for id_ in CALLS for failure in own_failures(id_) if failure.status is not None
]
"""What the platform answers each operation with."""


@pytest.fixture
def platform():
    with Platform() as platform:
        yield platform


async def failing(client, platform, id_, failure):
    """Call an operation that is refused; returns what it raised."""
    said = failure.answer
    content = said.encode() if isinstance(said, str) else said
    platform.answers(failure.answered_by or id_, content, failure.status)
    ids, rest = arguments(client, id_)
    # What runs already would be looked for.
    rest.pop("adopt", None)
    with pytest.raises(ScalingoError) as caught:
        await method_of(client, id_)(*ids, **rest)
    return caught.value


@pytest.mark.anyio
@each(("id_", "failure"), ANSWERED)
async def test_a_refusal_is_raised_as_the_docstring_says(id_, failure, platform):
    async with connected() as client:
        error = await failing(client, platform, id_, failure)
    assert type(error) is class_named(failure.error)
    assert error.status_code == failure.status
    assert failure.error in sentences(id_)


@pytest.mark.anyio
@each("row", [row for row in TABLE["every"] if "status" in row])
async def test_every_call_can_be_refused_so(row, platform):
    failure = Failure(
        error=row["errors"][0], source=row["source"], status=row["status"], answer=row["answer"]
    )
    async with connected() as client:
        error = await failing(client, platform, "apps.get", failure)
    assert type(error) is class_named(failure.error)
    assert isinstance(error, APIStatusError)


# -- the sandbox -----------------------------------------------------------------------------------


def ids_of(client, id_):
    """Return the names of the positional arguments of a method."""
    parameters = inspect.signature(method_of(client, id_)).parameters.values()
    return [one.name for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD]


@pytest.fixture(scope="module")
def sandbox():
    return Sandbox(rate_limit=None)


@pytest.fixture(scope="module")
def app(sandbox):
    """The name of an app that there is."""
    region, *_ = sandbox.world.regions.values()
    return next(app.name for app in region.apps.values())


async def missing(client, id_, ids):
    """Ask for something that is not there; returns what was raised."""
    names = ids_of(client, id_)
    values, rest = arguments(client, id_)
    values = [ids.get(name, value) for name, value in zip(names, values, strict=False)]
    with pytest.raises(ScalingoError) as caught:
        await method_of(client, id_)(*values, **rest)
    return caught.value


def in_path(id_):
    """Return the things that the path of an operation names, and that the table knows."""
    named = {
        TABLE["missing"][name]["thing"] for name in path_names(id_) if name in TABLE["missing"]
    }
    return named & {thing for one in own_failures(id_) for thing in one.things}


# An addon provider has another credential, and what a URL names is not asked for by its ids.
ASKED = [id_ for id_ in CALLS if OPERATIONS[id_]["auth"] != "basic" and id_ not in URLS]
ABOUT_APPS = [id_ for id_ in ASKED if any("app" in one.things for one in own_failures(id_))]
ABOUT_MORE = [id_ for id_ in ASKED if in_path(id_) - {"app"}]


@pytest.mark.anyio
@each("id_", ABOUT_APPS)
async def test_an_app_that_is_missing_is_not_found(id_, sandbox):
    async with client_of_sandbox(sandbox) as client:
        error = await missing(client, id_, {"app": "no-such-app"})
    assert type(error) is NotFoundError
    assert error.resource == "app"


@pytest.mark.anyio
@each("id_", ABOUT_MORE)
async def test_another_thing_that_is_missing_is_not_found(id_, sandbox, app):
    async with client_of_sandbox(sandbox) as client:
        error = await missing(client, id_, {"app": app})
    assert type(error) is NotFoundError
    assert error.resource != "app"


@pytest.mark.anyio
@each("path", [path for path in ENTERED if path in TABLE["calls"]])
async def test_a_stream_of_an_app_that_is_missing_can_not_be_entered(path, sandbox):
    async with client_of_sandbox(sandbox) as client:
        ids = ["no-such-app", *ids_of(client, path)[1:]]
        with pytest.raises(NotFoundError) as caught:
            async with method_of(client, path)(*ids):
                pass
    assert caught.value.resource == "app"


def test_no_operation_on_an_app_is_left_out():
    with_app = [id_ for id_ in CALLS if "app" in ids_of(client_of(FakeTransport()), id_)]
    assert {*with_app} - {*URLS} == {*ABOUT_APPS}
    assert len(ABOUT_MORE) > 100
    assert len(ABOUT_APPS) > 130
