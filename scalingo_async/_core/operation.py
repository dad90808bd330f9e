"""The declaration of an operation of the API."""

from __future__ import annotations

import enum
from collections.abc import Callable
from types import FunctionType
from typing import Any

import attrs


class API(enum.Enum):
    """The API of an operation."""

    # Each member is there once. The hash of an enumeration is written in Python.
    __hash__ = object.__hash__

    REGIONAL = "regional"
    AUTH = "auth"
    DATABASE = "database"
    BILLING = "billing"
    ABSOLUTE = "absolute"


class Auth(enum.Enum):
    """The credential of an operation."""

    __hash__ = object.__hash__

    BEARER = "bearer"
    ADDON = "addon_token"
    BASIC = "basic"
    NONE = "none"
    SIGNED = "url_token"


class Pages(enum.Enum):
    """How a list is paginated."""

    NONE = "none"
    NUMBERS = "pages"
    CURSOR = "cursor"


@attrs.frozen(eq=False)
class OperationFacts:
    """The facts of one operation of the API: verb, path, credential, shape of the response.

    The model may be given as a function that returns it, which loads its module on first use.

    Attributes:
        id: The operation's id, which is its path on the client.
        method: HTTP verb.
        path: Path, with the names of its values in braces.
        kind: Shape of the answer: `model`, `list`, `json`, `secret`, `empty`, `text` or
            `bytes`.
        root: The key that the answer is under, `None` when it is the whole body.
        api: Where it lives.
        auth: Which credential it takes.
        wrap: The key that the request's body goes under.
        pages: How its answers follow each other.
        idempotent: Whether it may be sent again when the outcome is unknown; `None` leaves it
            to the verb.
        siblings: Keys beside the root that belong to the model: key in the answer → field.
        accept: The media type to ask for.
        reshape: Puts an answer of another known shape into the declared one.
        success: A status outside of 200 to 299 that is a success of this operation.
        handled: Statuses that are no failure yet: whoever asked deals with them, as with redirects;
            they are not answers to ask again for.
        exchange: Whether it gives a credential for a credential: an answer that is no JSON, a
            page of who knows what, could repeat it, and nothing is kept of it.
    """

    id: str
    method: str
    path: str
    kind: str = "empty"
    root: str | None = None
    _model: Any = attrs.field(default=None, alias="model")
    api: API = API.REGIONAL
    auth: Auth = Auth.BEARER
    wrap: str | None = None
    pages: Pages = Pages.NONE
    idempotent: bool | None = None
    siblings: tuple[tuple[str, str], ...] = ()
    accept: str = "application/json"
    reshape: Callable[[Any], Any] | None = None
    success: int | None = None
    handled: frozenset[int] = frozenset()
    exchange: bool = False

    def __attrs_post_init__(self) -> None:
        self._prepare()

    def _prepare(self) -> None:
        """Do what comes after the fields are set: a subclass may work more out from them."""

    @property
    def model(self) -> Any:
        """The model of the answer, or of its items."""
        kind = self._model
        return kind() if isinstance(kind, FunctionType) else kind
