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
    """A container type of an app, such as `web`, with the number and size of its containers.

    Attributes:
        id: Id of the type; most responses lack it.
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
    """The price of a container size.

    Attributes:
        price: Price per period: a decimal number as a string.
        currency: Currency: `EUR` or another value.
        period: Period of the price: `minute` or another value.
    """

    price: str
    currency: Literal["EUR"] | str
    period: Literal["minute"] | str


@attrs.define(kw_only=True)
class ContainerSize(Model):
    """A container size: memory, CPU and price.

    Attributes:
        id: Id, a UUID.
        name: Name for methods, such as `M`.
        human_name: Display name.
        human_cpu: CPU share, in words.
        memory: Memory in bytes.
        ordinal: Sort position.
        hourly_price: Price per hour in cents; deprecated, see `pricings`.
        thirtydays_price: Price per 30 days in cents; deprecated, see `pricings`.
        pids_limit: Maximum number of processes; 0 if not specified.
        swap: Apparently the maximum swap in bytes; 0 if not specified.
        sku: Id in the product catalogue.
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
        id: Id, for methods.
        app_id: Id of the app.
        app: The app as a summary, only in the result of `apps.run`; `None` without its id and name.
        type: Type: `web`, `worker`, `one-off`, `postdeploy` and so on.
        type_index: Number within its type, from 1.
        label: Type and number, such as `web-1`.
        state: State: `booting`, `running`, `stopping` or another value.
        command: Command line; empty for types from the Procfile.
        size: Name of the size; may be empty, see `container_size`.
        container_size: Its size.
        memory: Memory in bytes, only in the result of `apps.run`.
        created_at: When it started.
        deleted_at: When it ended.
        attach_url: URL to attach to it, in older responses to `apps.run`; a secret. Now it is in
            the operation.
        operation_id: Id of the operation that starts it, only in the result of `apps.run`.
        operation_url: URL of that operation, only in the result of `apps.run`; it may be plain
            http, so never send a credential to it.
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
