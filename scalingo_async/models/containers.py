"""Models: containers, their types, sizes and prices."""

from datetime import datetime
from typing import Literal

import attrs

from scalingo_async.models.apps import AppSummary
from scalingo_async.models.base import Model, masked

__all__ = [
    "Container",
    "ContainerSize",
    "ContainerType",
    "Pricing",
]


@attrs.define(kw_only=True)
class ContainerType(Model):
    """A type of containers of an app, such as `web`: how many there are, and how large.

    Attributes:
        id: Id of the type; seldom in an answer.
        app_id: Id of the app.
        name: Name, such as `web` or `worker`.
        amount: Number of containers, 0 or more.
        size: Name of the container size, such as `M`.
        command: Command from the Procfile.
    """

    id: str | None = None
    app_id: str | None = None
    name: str
    amount: int
    size: str
    command: str | None = None


@attrs.define(kw_only=True)
class Pricing(Model):
    """What a container size costs.

    Attributes:
        price: Price for each period: a decimal number as text.
        currency: Currency: `EUR` or another word.
        period: What the price is for: `minute` or another word.
    """

    price: str
    currency: Literal["EUR"] | str
    period: Literal["minute"] | str


@attrs.define(kw_only=True)
class ContainerSize(Model):
    """A size that containers come in: memory, processor and price.

    Attributes:
        id: Id, a UUID.
        name: Name that calls take, such as `M`.
        human_name: Name for people.
        human_cpu: Share of the processor, in words.
        memory: Memory in bytes.
        ordinal: Position in an ordered list.
        hourly_price: Price of an hour in cents; deprecated, see `pricings`.
        thirtydays_price: Price of 30 days in cents; deprecated, see `pricings`.
        pids_limit: Largest number of processes; 0 when not stated.
        swap: Largest swap in bytes, as it seems; 0 when not stated.
        sku: Id in the catalogue of products.
        pricings: Prices by catalogue; `default` is the usual one.
    """

    id: str
    name: str
    human_name: str
    human_cpu: str
    memory: int
    ordinal: int
    hourly_price: int
    thirtydays_price: int
    pids_limit: int | None = None
    swap: int | None = None
    sku: str | None = None
    pricings: dict[str, Pricing] | None = None


@attrs.define(kw_only=True)
class Container(Model):
    """A running container of an app.

    Attributes:
        id: Id, which calls take.
        app_id: Id of the app.
        app: The app in short, in the answer of `apps.run` only; `None` without its id and name.
        type: Type: `web`, `worker`, `one-off`, `postdeploy` and so on.
        type_index: Number within its type, from 1.
        label: Type and number, such as `web-1`.
        state: State: `booting`, `running`, `stopping` or another word.
        command: Command line; empty for types from the Procfile.
        size: Name of the size; may be empty, see `container_size`.
        container_size: Its size.
        memory: Memory in bytes, in the answer of `apps.run` only.
        created_at: Start.
        deleted_at: End.
        attach_url: URL to attach to it, in older answers of `apps.run`; a secret. Today it comes
            with the operation.
        operation_id: Id of the operation that starts it, in the answer of `apps.run` only.
        operation_url: URL of that operation, in the answer of `apps.run` only; it may be plain
            http, so never visit it with a credential.
    """

    id: str
    app_id: str | None = None
    app: AppSummary | None = attrs.field(default=None, metadata={"lenient": True})
    type: str
    type_index: int
    label: str | None = None
    state: Literal["booting", "running", "stopping"] | str
    command: str | None = None
    size: str | None = None
    container_size: ContainerSize | None = None
    memory: float | None = None
    created_at: datetime
    deleted_at: datetime | None = None
    attach_url: str | None = attrs.field(default=None, repr=masked)
    operation_id: str | None = None
    operation_url: str | None = None
