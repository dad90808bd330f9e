"""Models in a FastAPI application: as answers, as bodies, and in its OpenAPI document."""

import json
import os
from pathlib import Path
from typing import Annotated, Any

import pytest
from asgi_support import running
from fastapi import APIRouter, Body, FastAPI, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sandbox_client import client_of

from scalingo_async import ConfigurationError, Page, PendingOperation
from scalingo_async.integrations.fastapi import Client, add_error_handlers, client_lifespan
from scalingo_async.models import App, AppSummary, Event, PaginationMeta, Variable
from scalingo_async.sandbox import Sandbox
from scalingo_async.types import MASK

pytestmark = pytest.mark.asyncio

DOCUMENT = Path(__file__).with_name("openapi_of_models.json")
CANARY = "canary-Zq81"

api = APIRouter()


class Overview(BaseModel):
    """An app and what belongs to it."""

    app: App
    variables: list[Variable]
    last: Event | None


class Change(BaseModel):
    """What is to be changed."""

    reason: str
    variables: list[Variable]


@api.get("/apps", response_model=list[AppSummary])
async def apps(client: Client):
    return await client.apps.list().collect()


@api.get("/apps/{name}")
async def show(name: str, client: Client) -> App:
    return await client.apps.get(name)


@api.get("/apps/{name}/events")
async def events(name: str, client: Client) -> Page[Event]:
    return await client.events.list(name)


@api.get("/apps/{name}/overview")
async def overview(name: str, client: Client) -> Overview:
    app = await client.apps.get(name)
    variables = await client.variables.list(name).collect()
    return Overview(app=app, variables=variables, last=None)


@api.post("/apps/{name}/variables")
async def create(name: str, body: Annotated[Variable, Body()], client: Client) -> Variable:
    assert type(body) is Variable
    return await client.variables.create(name, name=body.name, value=body.value)


@api.put("/apps/{name}/variables")
async def change(name: str, change: Change, client: Client) -> list[Variable]:
    assert [type(each) for each in change.variables] == [Variable] * len(change.variables)
    return change.variables


hidden = APIRouter(include_in_schema=False)


@hidden.get("/short", response_model_include={"name"})
async def short(client: Client) -> App:
    return (await client.apps.list())[0]


@hidden.get("/lean", response_model_exclude_none=True)
async def lean(client: Client) -> App:
    return (await client.apps.list())[0]


@hidden.get("/anything")
async def anything(client: Client) -> dict[str, Any]:
    page = await client.apps.list()
    return {"page": page, "first": page[0], "secret": variable()}


@hidden.get("/pending")
async def pending() -> PendingOperation[Variable]:
    return PendingOperation("shop", None, variable(), None)


@hidden.get("/wrong")
async def wrong() -> App:
    return variable()


@hidden.get("/starlette")
async def starlette() -> Response:
    return JSONResponse([variable().to_dict()])


@hidden.post("/many")
async def many(body: list[Variable]) -> int:
    return len(body)


@hidden.post("/page")
async def page(body: Page[Variable]) -> Page[Variable]:
    assert isinstance(body, Page)
    assert body.meta is None or isinstance(body.meta, PaginationMeta)
    return body


def variable() -> Variable:
    return Variable(id="v-1", name="SECRET", value=CANARY)


def service(sandbox: Sandbox | None = None) -> FastAPI:
    sandbox = sandbox or Sandbox(apps=2, rate_limit=None)
    app = FastAPI(
        title="Apps",
        version="1",
        lifespan=client_lifespan(lambda: client_of(sandbox, max_retries=0)),
    )
    add_error_handlers(app)
    app.include_router(api)
    app.include_router(hidden)
    return app


def told(document: Any) -> Any:
    """Return what an OpenAPI document says of us, without what each FastAPI says in its own way."""
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)
    return without_defaults(document)


def without_defaults(schema: Any) -> Any:
    """Leave out that any other key may have any value, which is so where it is not said, too."""
    if isinstance(schema, list):
        return [without_defaults(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: without_defaults(value)
        for key, value in schema.items()
        if (key, value) != ("additionalProperties", True)
    }


async def test_the_openapi_document():
    """A new one is written by `WRITE_OPENAPI=1 pytest tests/integrations/test_fastapi_models.py`."""
    document = told(service().openapi())
    if os.environ.get("WRITE_OPENAPI"):
        DOCUMENT.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    assert document == json.loads(DOCUMENT.read_text(encoding="utf-8"))


async def test_what_the_document_says():
    """For those who read the test: what must not change when the document is written anew."""
    document = service().openapi()
    schemas = document["components"]["schemas"]
    # One schema for answers and requests.
    assert not [name for name in schemas if name.endswith(("-Input", "-Output"))]
    assert set(schemas) >= {"App", "AppSummary", "Owner", "Variable", "Event", "Page_Event_"}
    answer = document["paths"]["/apps/{name}"]["get"]["responses"]["200"]
    reference = {"$ref": "#/components/schemas/App"}
    assert answer["content"]["application/json"]["schema"] == reference
    body = document["paths"]["/apps/{name}/variables"]["post"]["requestBody"]
    assert body["required"] is True
    assert body["content"]["application/json"]["schema"]["$ref"].endswith("/Variable")
    assert schemas["Overview"]["properties"]["app"] == reference
    assert schemas["Page_Event_"]["properties"]["items"]["items"]["$ref"].endswith("/Event")


async def test_answers():
    sandbox = Sandbox(apps=2, rate_limit=None)
    async with running(service(sandbox)) as http, client_of(sandbox) as client:
        for name in [app.name for app in sandbox.apps()]:
            answer = await http.get(f"/apps/{name}")
            assert answer.json() == (await client.apps.get(name)).to_dict()
        answer = await http.get("/apps")
        assert [set(each) for each in answer.json()] == [{"id", "name"}] * 2
        answer = await http.get(f"/apps/{name}/events")
        assert answer.json() == (await client.events.list(name)).to_dict()
        assert answer.json()["items"]
        assert (await http.get("/short")).json() == {"name": sandbox.apps()[0].name}
        lean = (await http.get("/lean")).json()
        assert lean["id"]
        assert None not in lean.values()
        assert (await http.get("/wrong")).status_code == 500
        assert (await http.get("/apps/no-such-app")).status_code == 404


async def test_secrets_are_masked_on_every_way_out():
    sandbox = Sandbox(apps=1, rate_limit=None)
    name = sandbox.apps()[0].name
    body = {"id": "", "name": "SECRET", "value": CANARY}
    async with running(service(sandbox)) as http, client_of(sandbox) as client:
        answer = await http.post(f"/apps/{name}/variables", json=body)
        assert answer.status_code == 200, answer.text
        assert answer.json()["value"] == MASK
        # It came through to the platform.
        assert (await client.variables.list(name)).items[-1].value == CANARY
        answers = [
            answer,
            await http.get(f"/apps/{name}/overview"),
            await http.put(f"/apps/{name}/variables", json={"reason": "test", "variables": [body]}),
            await http.get("/anything"),
            await http.get("/pending"),
            await http.get("/starlette"),
            await http.post("/page", json={"items": [body]}),
        ]
        for answer in answers:
            assert answer.status_code == 200, answer.text
            assert CANARY not in answer.text
            assert MASK in answer.text
        assert answers[3].json()["first"]["name"] == name
        assert (await http.post("/many", json=[body, body])).json() == 2


async def test_bodies_that_do_not_fit():
    sandbox = Sandbox(apps=1, rate_limit=None)
    path = f"/apps/{sandbox.apps()[0].name}/variables"
    good = {"id": "", "name": "SECRET", "value": "x"}
    async with running(service(sandbox)) as http:
        for method, body, where, kind in (
            ("POST", {"id": "", "name": 5, "value": "x"}, ["name"], "string_type"),
            ("POST", {"id": "", "name": "x"}, ["value"], "missing"),
            ("POST", good | {"value": MASK}, ["value"], "scalingo_mismatch"),
            ("POST", [], [], "scalingo_type"),
            (
                "PUT",
                {"reason": "", "variables": [good, good | {"name": None}]},
                ["variables", 1, "name"],
                "string_type",
            ),
        ):
            answer = await http.request(method, path, json=body)
            assert answer.status_code == 422, answer.text
            (problem,) = answer.json()["detail"]
            assert problem["loc"] == ["body", *where]
            assert problem["type"] == kind


@pytest.mark.parametrize("kind", [Variable, Variable | None])
@pytest.mark.parametrize("included", [False, True])
async def test_a_model_that_would_be_looked_for_in_the_query_is_refused(kind, included):
    app = service()
    router = APIRouter()

    async def bare(body) -> None: ...

    bare.__annotations__["body"] = kind
    (router if included else app).post("/bare")(bare)
    app.include_router(router)
    with pytest.raises(ConfigurationError, match=r"/bare: .* body .* Annotated\[Variable, Body"):
        async with app.router.lifespan_context(app):
            pass
