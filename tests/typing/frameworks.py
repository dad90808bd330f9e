"""What type checkers make of models in FastAPI and pydantic; checked, and never run."""

from typing import Annotated, assert_type

from fastapi import Body, FastAPI
from pydantic import BaseModel, TypeAdapter

from scalingo_async import Page, PendingOperation
from scalingo_async.bulk import Report
from scalingo_async.integrations.fastapi import Client
from scalingo_async.models import App, AppSummary, Event, Variable

app = FastAPI()


class Overview(BaseModel):
    app: App
    variables: list[Variable] = []
    page: Page[Event] | None = None


@app.get("/apps/{name}", response_model=App)  # noqa: FAST001
async def show(name: str, client: Client) -> App:
    return await client.apps.get(name)


@app.get("/apps", response_model=list[AppSummary])
async def apps(client: Client) -> list[App]:
    return await client.apps.list().collect()


@app.get("/page", response_model=Page[App])  # noqa: FAST001
async def page(client: Client) -> Page[App]:
    return await client.apps.list()


@app.post("/variables")
async def create(body: Annotated[Variable, Body()], client: Client) -> Variable:
    return await client.variables.create("my-app", name=body.name, value=body.value)


@app.get("/pending", response_model=PendingOperation[App])
async def pending() -> None: ...


@app.get("/report", response_model=Report[str, App])
async def report() -> None: ...


def adapt(data: bytes) -> None:
    assert_type(TypeAdapter(App).validate_json(data), App)
    assert_type(TypeAdapter(Page[App]).validate_json(data), Page[App])
    overview = Overview.model_validate_json(data)
    assert_type(overview.app, App)
    assert_type(overview.page, Page[Event] | None)
