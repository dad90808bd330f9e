"""Models, pages and results in pydantic: validated, written without secrets, described."""

import inspect
import json
import re
import subprocess
import sys
from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated, Any, Literal, Union

import attrs
import pytest
from core.json_samples import Samples
from core.test_every_model import ALL, WHOLE
from pydantic import BaseModel, SerializeAsAny, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError
from tables import each
from test_serialization import CANARY, EXTRA, with_secrets

from scalingo_async import AppRef, NotFoundError, Page, PendingOperation
from scalingo_async._core.decoding.schemas import serializer_of
from scalingo_async.bulk import AppInventory, Outcome, Progress, Report, Summary
from scalingo_async.models import (
    App,
    AppSummary,
    Container,
    Deployment,
    Event,
    Model,
    PaginationMeta,
    Variable,
)
from scalingo_async.models.base import fields_of, key_of, masked
from scalingo_async.types import MASK

VARIABLE = Variable(id="v-1", name="SECRET", value=CANARY)
MASKED = "its mask (to_dict(secrets=True) writes secrets out)"
WRITTEN = {"id": "v-1", "name": "SECRET", "value": MASK}


def app(name: str = "shop", **more: Any) -> App:
    return App.from_dict(WHOLE["App"] | {"name": name} | more)


class Overview(BaseModel):
    """A pydantic model that holds ours."""

    app: App
    variables: list[Variable] = []
    by_name: dict[str, Container] = {}
    page: Page[Variable] | None = None
    anything: Any = None


# -- every model -----------------------------------------------------------------------------------


@each("name", ALL)
def test_every_model(name):
    """There and back, in Python and in JSON, and nothing secret is written."""
    cls = ALL[name]
    adapter = TypeAdapter(cls)
    for data in (WHOLE[name], Samples(name, 1).fitting(cls)):
        thing = cls.from_dict(with_secrets(cls, data) | EXTRA)
        assert adapter.validate_python(thing) is thing
        whole = thing.to_dict(secrets=True)
        assert adapter.validate_python(whole) == thing
        assert type(adapter.validate_python(whole)) is cls
        assert adapter.dump_python(thing) == thing.to_dict()
        assert json.loads(adapter.dump_json(thing)) == thing.to_dict()
        if data is WHOLE[name]:
            # Old versions of pydantic read some numbers of JSON wrongly.
            assert adapter.validate_json(thing.to_json(secrets=True)) == thing
        if any(f.repr is masked for f in fields_of(cls)):
            assert CANARY not in adapter.dump_json(thing).decode()


@each("name", ALL)
def test_the_json_schema_of_every_model(name):
    cls = ALL[name]
    adapter = TypeAdapter(cls)
    schema = adapter.json_schema()
    assert adapter.json_schema(mode="serialization") == schema
    # One that is in itself is only referred to.
    schema = schema["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    assert schema["type"] == "object"
    assert schema["title"] == name
    assert schema["description"].startswith(cls.__doc__.splitlines()[0])
    assert not re.search(r"\S\n\S", schema["description"])
    assert "Attributes:" not in schema["description"]
    properties = schema["properties"]
    assert set(properties) == {key_of(field) for field in fields_of(cls)}
    for key, told in properties.items():
        assert told["description"], f"{key} has no description"
        assert {"type", "anyOf", "$ref", "allOf"} & set(told) or "JSONValue" in str(
            inspect.getsource(cls)
        )
    needed, problems = set(), []
    for key in properties:
        data = {k: v for k, v in WHOLE[name].items() if k != key}
        try:
            adapter.validate_python(data)
        except ValidationError as error:
            needed.add(key)
            problems += error.errors()
    assert {(each["loc"], each["type"]) for each in problems} == {((n,), "missing") for n in needed}
    assert set(schema.get("required", ())) == needed


def test_what_the_json_schema_says_of_types():
    schema = TypeAdapter(App).json_schema()
    properties = schema["properties"]
    assert properties["created_at"] == {
        "description": "When it was created.",
        "format": "date-time",
        "type": "string",
    }
    status = properties["status"]
    # An open set: what the platform comes up with is taken, too.
    assert "enum" not in json.dumps(status)
    assert status["anyOf"] == [{"type": "string"}, {"type": "null"}]
    assert status["examples"][:2] == ["new", "running"]
    assert properties["region"]["default"] == ""
    assert "#/$defs/Owner" in json.dumps(properties["owner"])
    assert properties["private_networks_ids"]["anyOf"][0]["items"] == {"type": "string"}
    assert properties["flags"]["anyOf"][0]["additionalProperties"] == {"type": "boolean"}
    assert "format" not in properties["name"]
    value = TypeAdapter(Variable).json_schema()["properties"]["value"]
    assert (value["type"], value["format"]) == ("string", "password")
    duration = TypeAdapter(Deployment).json_schema()["properties"]["duration"]
    assert duration["anyOf"][0] == {"type": "integer"}
    assert duration["description"].endswith("In seconds.")


# -- data that does not fit ------------------------------------------------------------------------


def problem_of(kind: Any, data: Any) -> dict[str, Any]:
    with pytest.raises(ValidationError) as info:
        TypeAdapter(kind).validate_python(data)
    (problem,) = info.value.errors()
    return {key: problem[key] for key in ("loc", "type", "input", "msg")}


def test_errors_say_where():
    bad = app().to_dict(secrets=True) | {"owner": {"id": "u", "username": 5, "email": "e"}}
    problem = problem_of(Overview, {"app": bad})
    assert problem["loc"] == ("app", "owner", "username")
    assert (problem["type"], problem["input"]) == ("string_type", 5)
    bad = app().to_dict() | {"created_at": "yesterday"}
    problem = problem_of(list[App], [app(), bad])
    assert problem["loc"] == (1, "created_at")
    assert problem["msg"] == "Input should be a date and time (ISO 8601), but is a string"
    assert problem["input"] == "yesterday"
    problem = problem_of(Page[Variable], {"items": [{"id": "v", "name": "N"}]})
    assert problem["loc"] == ("items", 0, "value")
    assert (problem["type"], problem["input"]) == ("missing", "nothing")
    problem = problem_of(App, app().to_dict() | {"flags": {"x": 1}})
    assert problem["loc"] == ("flags", "x")
    assert problem["type"] == "bool_type"
    problem = problem_of(App, app().to_dict() | {"private_networks_ids": ["a", {}]})
    assert (problem["loc"], problem["input"]) == (("private_networks_ids", 1), "an object")


def test_errors_show_no_secrets():
    for data in (
        WRITTEN | {"value": 4711},
        # Where to look for the mask of a secret.
        WRITTEN,
        WRITTEN | {"value": MASK + "x"},
    ):
        problem = problem_of(Variable, data)
        assert problem["loc"] == ("value",)
        assert problem["input"] == ("an integer" if data["value"] == 4711 else MASKED)
    assert "mask" in problem["msg"]
    problem = problem_of(App, app().to_dict() | {"new": {"token": MASK}})
    assert (problem["loc"], problem["input"]) == (("new", "token"), MASKED)
    problem = problem_of(
        Event, Event.from_dict(WHOLE["Event"]).to_dict() | {"type_data": {"x": MASK}}
    )
    assert problem["input"] == MASKED
    # Not even a number is shown where a text belongs that may be a password.
    assert CANARY not in str(problem_of(Variable, WRITTEN | {"value": [CANARY]}))


def test_what_is_no_object():
    for data in ("shop", 5, None, [], VARIABLE):
        problem = problem_of(App, data)
        assert problem["msg"] == "Input should be an object or an instance of App"
        assert problem["loc"] == ()
    assert problem_of(Page[App], [app()])["msg"].endswith("an instance of Page")
    # What has another form may hold secrets as well.
    assert problem_of(Variable, [WRITTEN | {"value": CANARY}])["input"] == "list"
    assert problem_of(Variable, "https://me:pw@example.com")["input"] == MASK
    assert problem_of(App, app().to_dict() | {"created_at": "x://a:b@c"})["input"] == MASK
    deep: Any = {}
    for _ in range(100_000):
        deep = {"x": deep}
    problem = problem_of(App, {"new": deep})
    assert (problem["type"], problem["input"]) == ("scalingo_depth", "an object")


# -- what is written -------------------------------------------------------------------------------


def test_a_pydantic_model_holds_ours():
    page = Page([VARIABLE], PaginationMeta(current_page=1, total_pages=1, total_count=1))
    made = Overview(app=app(), variables=[VARIABLE], page=page, anything={"deep": [VARIABLE, page]})
    assert made.page is page
    assert made.variables[0] is VARIABLE
    for out in (made.model_dump(), json.loads(made.model_dump_json())):
        assert out["app"] == app().to_dict()
        assert out["variables"] == [WRITTEN]
        assert out["page"]["items"] == [WRITTEN]
        assert out["page"]["meta"]["total_count"] == 1
        # Where pydantic knows no more than that it is anything, too.
        assert out["anything"]["deep"][0] == WRITTEN
        assert out["anything"]["deep"][1]["items"] == [WRITTEN]
        assert CANARY not in str(out)
    again = Overview.model_validate(made.model_dump(exclude={"variables", "page", "anything"}))
    assert again.app == made.app
    assert set(Overview.model_json_schema()["$defs"]) >= {
        "App",
        "Owner",
        "Variable",
        "Page_Variable_",
    }


def test_what_is_left_out():
    adapter = TypeAdapter(App)
    thing = app(stack_id=None, new=None, git_source=None)
    assert {"stack_id", "new"} <= set(adapter.dump_python(thing))
    out = adapter.dump_python(thing, exclude_none=True)
    assert {"stack_id", "git_source"}.isdisjoint(out)
    # What the model does not know may mean something by `null`.
    assert "new" in out
    assert adapter.dump_python(thing, include={"name", "id"}) == {"id": thing.id, "name": "shop"}
    assert adapter.dump_python(thing, include={"owner": {"id"}}) == {
        "owner": {"id": thing.owner.id}
    }
    assert "owner" not in adapter.dump_python(thing, exclude={"owner"})
    out = TypeAdapter(Page[Variable]).dump_python(
        Page([VARIABLE]), exclude={"items": {"__all__": {"value"}}}, exclude_none=True
    )
    assert out == {"items": [{"id": "v-1", "name": "SECRET"}]}
    event = Event.from_dict(WHOLE["Event"] | {"user": None, "type_data": {"x": None}})
    nested = TypeAdapter(App).dump_python(app(last_event=event.to_dict()), exclude_none=True)
    assert "user" not in nested["last_event"]
    many = [
        (name, field)
        for name, cls in ALL.items()
        for field in fields_of(cls)
        if str(field.type).startswith(("list[scalingo", "dict[str, scalingo"))
    ]
    assert many
    for name, _ in many:
        thing = ALL[name].from_dict(WHOLE[name])
        assert TypeAdapter(ALL[name]).dump_python(thing, exclude_none=True)


def test_only_what_the_declared_class_has_is_shown():
    """As pydantic does it with its own models: what is derived may hold what is nobody's business."""
    adapter = TypeAdapter(AppSummary)
    thing = app()
    assert adapter.validate_python(thing) is thing
    assert adapter.dump_python(thing) == {"id": thing.id, "name": "shop"}
    short = AppSummary.from_dict({"id": "a", "name": "b", "new": 1})
    assert adapter.dump_python(short) == {"id": "a", "name": "b", "new": 1}
    # One without fields stands for all.
    assert TypeAdapter(Model).dump_python(thing) == thing.to_dict()
    assert TypeAdapter(SerializeAsAny[AppSummary]).dump_python(thing) == thing.to_dict()


def test_unions_are_written_by_the_arm_that_fits():
    adapter = TypeAdapter(Union[App, Variable, Page[App], PendingOperation[App]])  # noqa: UP007
    assert adapter.dump_python(VARIABLE) == WRITTEN
    assert adapter.dump_python(app()) == app().to_dict()
    assert adapter.dump_python(Page([app()]))["items"] == [app().to_dict()]
    pending = PendingOperation("shop", None, app(), None)
    assert json.loads(adapter.dump_json(pending))["value"] == app().to_dict()
    adapter = TypeAdapter(Union[Progress, Summary])  # noqa: UP007
    assert adapter.dump_python(Summary(done=1)) == Summary(done=1).to_dict()


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
def test_what_was_put_in_unchecked_is_masked():
    """By `model_construct`, which validates nothing."""
    made = Overview.model_construct(app=VARIABLE, page=VARIABLE)
    assert made.model_dump()["app"] == WRITTEN
    with pytest.raises(PydanticSerializationError):
        Overview.model_construct(app=object()).model_dump_json()


def test_names_that_know_their_region_are_plain():
    thing = app(name="x")
    thing.name = AppRef("shop", region="osc-fr1")
    assert type(TypeAdapter(App).dump_python(thing)["name"]) is str


# -- pages and other results -----------------------------------------------------------------------


def test_pages():
    adapter = TypeAdapter(Page[App])
    page = Page([app()], PaginationMeta(current_page=1, total_pages=2, total_count=2), "next")
    assert adapter.validate_python(page) is page
    again = adapter.validate_json(adapter.dump_json(page))
    assert isinstance(again, Page)
    assert (again, again.meta, again.next_cursor) == (page, page.meta, "next")
    made = adapter.validate_python(Page([app().to_dict()], None, "next"))
    assert made[0] == app()
    assert made.next_cursor == "next"
    with pytest.raises(ValidationError):
        adapter.validate_python(Page([VARIABLE]))
    assert TypeAdapter(Page).dump_python(Page([VARIABLE]))["items"] == [WRITTEN]
    assert TypeAdapter(Page[str]).dump_python(Page(["a"]))["items"] == ["a"]
    schema = TypeAdapter(Page[App]).json_schema()
    assert schema["properties"]["items"]["items"] == {"$ref": "#/$defs/App"}
    assert schema["required"] == ["items"]
    assert adapter.json_schema(mode="serialization") == schema
    both = TypeAdapter(tuple[Page[App], Page[list[Variable]], Page[App | None]]).json_schema()
    assert len([name for name in both["$defs"] if name.startswith("Page")]) == 3


RESULTS = {
    PendingOperation[App]: PendingOperation("shop", None, app(), None),
    Outcome[str, Variable]: Outcome(0, "a", "done", VARIABLE),
    Report[str, Variable]: Report(
        [Outcome(0, "a", "failed", None, NotFoundError("no"))],
        Summary(errors=(NotFoundError("no"),)),
    ),
    Progress: Progress(done=1, total=2),
    AppInventory: AppInventory(app(), variables=(VARIABLE,)),
}


@each("kind", RESULTS)
def test_results(kind):
    thing = RESULTS[kind]
    adapter = TypeAdapter(kind)
    assert adapter.validate_python(thing) is thing
    assert adapter.dump_python(thing) == thing.to_dict()
    assert json.loads(adapter.dump_json(thing)) == thing.to_dict()
    assert TypeAdapter(Any).dump_python(thing) == thing.to_dict()
    assert CANARY not in adapter.dump_json(thing).decode()
    schema = adapter.json_schema()
    assert schema == adapter.json_schema(mode="serialization")
    assert schema["title"] == type(thing).__name__
    assert set(schema["properties"]) == set(thing.to_dict())
    assert set(schema["required"]) <= set(thing.to_dict())
    with pytest.raises(ValidationError, match="that the client returned"):
        adapter.validate_python({})


def test_the_schemas_of_results_say_types():
    schema = TypeAdapter(Report[str, Variable]).json_schema()
    (outcome,) = (told for name, told in schema["$defs"].items() if name.startswith("Outcome"))
    assert outcome["properties"]["status"]["enum"][0] == "done"
    assert outcome["properties"]["item"]["type"] == "string"
    assert outcome["properties"]["value"]["anyOf"][0] == {"$ref": "#/$defs/Variable"}
    assert schema["properties"]["summary"]["$ref"] == "#/$defs/Summary"
    properties = TypeAdapter(PendingOperation[App]).json_schema()["properties"]
    assert properties["app"]["type"] == "string"
    assert properties["value"]["$ref"] == "#/$defs/App"
    assert properties["operation"]["anyOf"][0] == {"$ref": "#/$defs/Operation"}


# -- classes of a user's ---------------------------------------------------------------------------


class Colour(Enum):
    RED = "red"


class Odd:
    """pydantic knows nothing of it."""


@attrs.define(kw_only=True)
class Mine(AppSummary):
    colour: Colour | None = None
    odd: Odd | None = None
    mixed: int | bool | None = None
    closed: Literal["a", "b"] = "a"
    many: list["Mine"] | None = None
    token: str | None = attrs.field(default=None, repr=masked)
    wait: timedelta | None = attrs.field(default=None, metadata={"unit": "minutes"})
    when: datetime | None = None


def test_a_class_of_ones_own():
    adapter = TypeAdapter(Mine)
    inner = {"id": "b", "name": "c", "closed": "b", "many": None}
    thing = adapter.validate_python({"id": "a", "name": "b", "closed": "a", "many": [inner]})
    assert isinstance(thing.many[0], Mine)
    assert adapter.dump_python(thing)["many"][0]["name"] == "c"
    schema = adapter.json_schema()
    assert schema == adapter.json_schema(mode="serialization")
    told = schema["$defs"]["Mine"]
    properties = told["properties"]
    # What the classes above it say.
    assert properties["name"]["description"] == "Name; methods accept it instead of the id."
    assert "description" not in properties["colour"]
    assert "description" not in told
    assert properties["wait"]["description"] == "In minutes."
    assert "red" in json.dumps(schema["$defs"]["Colour"])
    assert properties["closed"]["enum"] == ["a", "b"]
    assert properties["mixed"]["anyOf"][0] != properties["mixed"]["anyOf"][1]
    assert "format" in properties["token"]["anyOf"][0]
    assert properties["many"]["anyOf"][0]["items"] == {"$ref": "#/$defs/Mine"}
    assert Annotated[Mine, "fine"]


# -- pydantic is not needed ------------------------------------------------------------------------

WITHOUT = """
import sys

if {blocked}:
    sys.modules["pydantic"] = sys.modules["pydantic_core"] = None

import scalingo_async, scalingo_async.bulk
for name in scalingo_async.__all__:
    getattr(scalingo_async, name)
from scalingo_async.models import AppSummary
app = AppSummary.from_json('{{"id": "a", "name": "b"}}')
page = scalingo_async.Page([app])
app.to_json(), page.to_json(), repr(app), app._repr_html_(), page._repr_html_()
if {blocked}:
    assert not hasattr(app, "__pydantic_serializer__")
    assert not hasattr(page, "__pydantic_serializer__")
else:
    assert not {{"pydantic", "pydantic_core"}} & set(sys.modules)
print("fine")
"""


def test_an_instance_says_that_it_has_no_serializer_without_pydantic(monkeypatch):
    monkeypatch.setitem(sys.modules, "scalingo_async._core.decoding.schemas", None)
    assert not hasattr(app(), "__pydantic_serializer__")


@each("blocked", [False, True])
def test_nothing_imports_pydantic_that_does_not_need_it(blocked):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT.format(blocked=blocked)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "fine", done.stderr


def test_a_serializer_is_made_once():
    assert serializer_of(App) is app().__pydantic_serializer__
    assert not any(name.startswith("__pydantic") for name in vars(App))
