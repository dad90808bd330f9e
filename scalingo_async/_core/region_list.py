"""The operation that lists the regions: the client itself asks for them, to find its hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scalingo_async._core.endpoint import items
from scalingo_async._core.operation import API
from scalingo_async.models.regions import Region

if TYPE_CHECKING:
    from scalingo_async._core.endpoint import Endpoint

LIST: Final[Endpoint[list[Region]]] = items(
    "regions.list", "GET", "/regions", Region, root="regions", api=API.AUTH
)
