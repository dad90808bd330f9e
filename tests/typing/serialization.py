"""What type checkers make of models as JSON; checked, and never run."""

from datetime import datetime
from typing import Any, assert_type

import attrs
from cattrs import Converter

from scalingo_async import AsyncClient
from scalingo_async.bulk import Report
from scalingo_async.models import App, Extra, MetricPoint, Variable, converter
from scalingo_async.types import MASK, JSONValue


@attrs.define(kw_only=True)
class MyApp(App):
    team: str | None = None


async def write(client: AsyncClient, report: Report[str, App]) -> None:
    app = await client.apps.get("my-app")
    assert_type(app.to_dict(), "dict[str, Any]")
    assert_type(app.to_json(secrets=True, indent=2), str)
    assert_type(app.extra, Extra)
    page = await client.apps.list()
    assert_type(page.to_dict(), "dict[str, Any]")
    assert_type((await client.apps.restart("my-app")).to_json(), str)
    assert_type(report.to_dict(secrets=True), "dict[str, Any]")


async def columns(client: AsyncClient) -> None:
    points = await client.metrics.get("my-app", "router", status_code="all")
    times, values = MetricPoint.columns(points)
    assert_type(times, list[datetime])
    assert_type(values, list[float | None])
    MetricPoint.columns([point async for point in client.metrics.get("my-app", "router")])
    MetricPoint.columns(await client.apps.list())  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


def read(data: dict[str, JSONValue], text: bytes, anything: Any) -> None:
    assert_type(App.from_dict(data), App)
    assert_type(MyApp.from_dict({"id": "1", "name": "a"}), MyApp)
    assert_type(Variable.from_json(text), Variable)
    assert_type(App.from_json("{}"), App)
    mine = converter(secrets=False)
    assert_type(mine, Converter)
    assert_type(mine.structure(anything, App), App)
    assert_type(attrs.evolve(App.from_dict(data), name="b"), App)
    mask: str = MASK
    assert mask
