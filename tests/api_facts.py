"""The API facts of tests/api, and what the tests of the surface do with them."""

import importlib
import inspect
import json
import operator
import pkgutil
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

import attrs

import scalingo_async.models
import scalingo_async.resources
import scalingo_async.streams
from scalingo_async import AsyncClient, Headers, Response
from scalingo_async._core.decoding.converters import structure
from scalingo_async._core.endpoint import Endpoint, endpoint_of
from scalingo_async.models.base import Model, fields_of, key_of
from scalingo_async.request import Request
from scalingo_async.resources.base import Resource
from scalingo_async.types import Secret

M = TypeVar("M", bound=Model)

FACTS = Path(__file__).parent / "api"


def load(name: str) -> Any:
    return json.loads((FACTS / name).read_text(encoding="utf-8"))


OPERATIONS: dict[str, dict[str, Any]] = {fact["id"]: fact for fact in load("operations.json")}
MODELS: dict[str, dict[str, Any]] = load("models.json")

# Two facts have a second form in their quirks, which the client follows: on the host that it talks
# to, the body has no root; and a list is a list, whatever its page is nested in.
OPERATIONS["databases.firewall_rules.create"]["body"]["root"] = None
OPERATIONS["private_networks.domain_names.list"]["response"].update(kind="list", model=None)

# A URL that was handed out is not followed: what it names is asked for at the configured APIs.
OPERATIONS["operations.get_by_url"].update(
    api="regional", path=OPERATIONS["operations.get"]["path"]
)
OPERATIONS["databases.operations.get_by_url"].update(
    api="database", path="/operations/{operation_id}"
)

SHORT_FORMS = {
    "AddonSummary": ("Addon", "id app_id resource_id plan addon_provider"),
    "AppSummary": ("App", "id name"),
    "ChildApp": ("App", "id name created_at parent_app_name"),
}
"""Models of what some answers show in short: the facts have the whole one only."""

for _name, (_whole, _keys) in SHORT_FORMS.items():
    _fields = [each for each in MODELS[_whole]["fields"] if each["name"] in _keys.split()]
    MODELS[_name] = {**MODELS[_whole], "fields": _fields}
OPERATIONS["apps.children.list"]["response"]["model"] = "ChildApp"
SHORT_IN = {
    ("AddonUsage", "addon"): "AddonSummary",
    ("Container", "app"): "AppSummary",
    ("DedicatedDatabase", "app"): "AppSummary",
    ("LogsUrl", "app"): "AppSummary",
}
"""The fields that hold a short form."""


def model_named(name: str) -> type[Model]:
    """Return the model that a name of the facts stands for."""
    found: type[Model] = getattr(scalingo_async.models, re.sub("EventData$", "Data", name))
    return found


for _name, _fact in MODELS.items():
    # The facts call optional what any client does; the models go by the known answers.
    _needed = {
        key_of(field) for field in fields_of(model_named(_name)) if field.default is attrs.NOTHING
    }
    for _field in _fact["fields"]:
        _short = SHORT_IN.get((_name, _field["name"]))
        if _short is not None:
            _field["type"] = f"object:{_short}"
        _field["optional"] = _field["optional"] and _field["name"] not in _needed

SLICE_PATTERNS = (
    "addons.*",
    "apps.*",
    "collaborators.*",
    "containers.list",
    "containers.types.list",
    "databases.backups.archive_url",
    "databases.backups.create",
    "databases.backups.get_by_id",
    "databases.backups.list",
    "databases.get",
    "deployments.create",
    "deployments.get",
    "deployments.list",
    "deployments.output",
    "domains.*",
    "events.list",
    "events.list_for_user",
    "logs.archives.list",
    "logs.dump",
    "logs.get_url",
    "operations.get",
    "regions.list",
    "sources.create",
    "tokens.*",
    "users.self",
    "variables.*",
)
SLICE = sorted(
    id_ for id_ in OPERATIONS if any(fnmatchcase(id_, pattern) for pattern in SLICE_PATTERNS)
)

ONE_OFFS = sorted(id_ for id_ in OPERATIONS if id_.startswith("one_offs."))
"""Those of one-off containers, which go to a URL that was handed out."""

STREAMS = ("deployments.stream", "logs.stream_sse", "logs.stream_websocket")
"""The operations that go on."""

TRANSFERS = (
    "billing.invoices.download",
    "databases.backups.download",
    "logs.archives.download",
    "sources.download",
    "sources.upload",
)
"""The operations that move a file: their methods take a path besides."""

CALLS = sorted(
    id_ for id_, fact in OPERATIONS.items() if fact["api"] != "absolute" and id_ not in TRANSFERS
)
"""The operations that are asked of one of the APIs, and answer with a value."""


def methods(owner: object, prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Return the methods of all resources that hang on a client, by their path on it."""
    for name in dir(type(owner)):
        member = inspect.getattr_static(type(owner), name)
        if name.startswith("_"):
            continue
        if isinstance(member, cached_property | property):
            value = getattr(owner, name)
            if isinstance(value, Resource):
                yield from methods(value, f"{prefix}{name}.")
        elif prefix and callable(member):
            yield f"{prefix}{name}", getattr(owner, name)


@cache
def endpoints() -> dict[str, Endpoint[Any]]:
    """Return the endpoints by the path of the method that performs each."""
    bindings = [(path, endpoint_of(method)) for path, method in methods(client_of(FakeTransport()))]
    return {path: endpoint for path, endpoint in bindings if endpoint is not None}


def declared() -> list[Endpoint[Any]]:
    """Return all endpoints that any module declares."""
    found: dict[int, Endpoint[Any]] = {}
    packages = (scalingo_async.resources, scalingo_async.streams)
    for name in [
        module.name
        for package in packages
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]:
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, Endpoint):
                found[id(value)] = value
    return list(found.values())


class FakeTransport:
    """Keeps the requests and answers each with the same answer.

    Calls of the database API need an addon token first: that is given, and not kept.
    """

    def __init__(
        self, status: int = 200, content: bytes = b"", *, addon_tokens: bool = True, **headers: str
    ) -> None:
        self.requests: list[Request] = []
        self._answer = (status, content, headers)
        self._addon_tokens = addon_tokens

    async def send(self, request: Request) -> Response:
        if self._addon_tokens and request.endpoint.id == "addons.token":
            return Response(200, Headers(), b'{"addon": {"id": "ad-1", "token": "addon-token"}}')
        self.requests.append(request)
        status, content, headers = self._answer
        return Response(status, Headers(headers), content)

    async def aclose(self) -> None:
        pass


def client_of(transport: Any, **settings: Any) -> AsyncClient:
    """Make a client that needs no token exchange and does not wait."""
    settings = {"bearer_token": "bearer", "rate_limit": None, "max_retries": 0, **settings}
    return AsyncClient(transport=transport, **settings)


def method_of(client: AsyncClient, id_: str) -> Callable[..., Any]:
    return operator.attrgetter(id_)(client)


def path_names(id_: str) -> list[str]:
    """Return the names of a method's positional arguments, as the rule gives them."""
    fact = OPERATIONS[id_]
    names = re.findall(r"\{([^}]+)\}", fact["path"])
    if fact["auth"] == "addon_token":
        names = ["app", *([] if "addon_id" in names else ["addon_id"]), *names]
    return names


# -- arguments ---------------------------------------------------------------------------------

BY_ANNOTATION: dict[str, Any] = {
    "Literal['SIGUSR1', 'SIGUSR2']": "SIGUSR1",
    "JSONValue": {"k": 1},
    "Mapping[str, JSONValue]": {"k": 1},
    "Mapping[str, int] | Sequence[ContainerAmount]": [{"name": "web", "amount": 1, "size": "M"}],
    "Mapping[str, str | Secret]": {"NAME": "value"},
    "Mapping[str, str]": {"KEY": "value"},
    "Sequence[str]": ["one"],
    "bool": True,
    "date": date(2030, 1, 2),
    "datetime": datetime(2030, 1, 2, tzinfo=UTC),
    "float": 0.5,
    "int": 7,
    "int | timedelta": 7,
    "str": "text",
    "str | DatabaseFeature": "text",
    "str | Secret": "secret",
    "str | Sequence[str]": "text",
    "str | int | timedelta": "5m30s",
    "str | timedelta": "5m30s",
}


SPECIAL: dict[str, dict[str, Any]] = {
    "databases.update": {"maintenance_window": {"weekday_utc": 6, "starting_hour_utc": 23}},
    "apps.firewall_rules.create": {"cidr": "203.0.113.0/24"},
    "variables.create": {"name": "NAME"},
}
"""Where a value of the right type would not do."""

URLS = {
    "operations.get_by_url": "https://elsewhere.example/v1/apps/a-app/operations/a-operation_id",
    "databases.operations.get_by_url": "https://elsewhere.example/api/operations/a-operation_id",
}
"""URLs that the platform hands out; the ids in them are those that paths are expected to have."""


BY_NAME = frozenset(
    {
        "category",
        "drain",
        "events",
        "integration",
        "invited_user",
        "managed_range",
        "notifier_names",
        "organization",
        "platform",
        "project",
        "stack",
    }
)
"""Arguments for the names of what others have the ids of."""


def is_by_name(id_: str, argument: str) -> bool:
    """Tell whether an argument is looked up, or is an object that was listed."""
    of_addon = argument in {"plan", "provider"} and id_ in {"addons.create", "addons.update"}
    return of_addon or argument in BY_NAME


def arguments(client: AsyncClient, id_: str) -> tuple[list[str], dict[str, Any]]:
    """Make a value for each argument of a method, the optional ones included."""
    ids: list[str] = []
    rest: dict[str, Any] = {}
    method = method_of(client, id_)
    for parameter in inspect.signature(method).parameters.values():
        if is_by_name(id_, parameter.name):
            continue
        if parameter.name == "operation_url":
            ids.append(URLS[id_])
        elif parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
            ids.append(f"a-{parameter.name}")
        elif parameter.kind is parameter.KEYWORD_ONLY:
            rest[parameter.name] = _value(parameter.annotation, inspect.getmodule(method))
    return ids, {**rest, **SPECIAL.get(id_, {})}


def _value(annotation: Any, module: Any) -> Any:
    """Make a value of an annotation; that of a TypedDict has all its keys."""
    text = getattr(annotation, "__forward_arg__", annotation)
    kind = text.replace(" | Unset", "").replace(" | None", "")
    if kind in BY_ANNOTATION:
        return BY_ANNOTATION[kind]
    fields = getattr(module, kind).__annotations__
    return {name: _value(field, module) for name, field in fields.items()}


# -- recorded exchanges ------------------------------------------------------------------------


def recordings() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each recorded exchange with the operation that it is of."""
    for path in sorted((FACTS / "recorded").iterdir()):
        exchange = json.loads(path.read_text(encoding="utf-8"))
        if "path" not in exchange:
            # A log was fetched by the URL that the platform had handed out.
            yield path.stem, "logs.dump", exchange
            continue
        api = (
            exchange["api"].removeprefix("regional_") if "_" in exchange["api"] else exchange["api"]
        )
        fits = [
            (len(path_names(id_)), id_)
            for id_, fact in OPERATIONS.items()
            # An operation by its URL is the same request as one by its id.
            if id_ not in URLS
            and fact["method"] == exchange["method"].upper()
            and fact["api"] == api
            and re.fullmatch(path_pattern(fact["path"]), exchange["path"].partition("?")[0])
        ]
        fewest = min(fits)[0]
        ids = {id_ for number, id_ in fits if number == fewest}
        if ids == {"apps.transfer", "apps.update"}:
            ids = {"apps.transfer" if "transfer" in path.stem else "apps.update"}
        (id_,) = ids
        yield path.stem, id_, exchange


def path_pattern(template: str) -> str:
    return re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)


# -- answers -----------------------------------------------------------------------------------

_PLAIN: dict[str, Any] = {
    "any": {"anything": 1},
    "boolean": True,
    "date": "2030-01-02",
    "datetime": "2030-01-02T03:04:05.678+02:00",
    "integer": 3,
    "number": 1.5,
    "string": "text",
}


def sample(type_: str, *, full: bool, depth: int = 0) -> Any:
    """Make a value of a type of models.json: with all fields, or those that are always there."""
    if type_ in _PLAIN:
        return _PLAIN[type_]
    kind, _, inner = type_.partition(":")
    if kind == "array":
        return [sample(inner, full=full, depth=depth)]
    if kind == "map":
        return {"key": sample(inner, full=full, depth=depth)}
    assert kind == "object", type_
    return sample_of(inner, full=full, depth=depth + 1)


def sample_of(model: str, *, full: bool, depth: int = 0) -> dict[str, Any]:
    return {
        field["name"]: sample(field["type"], full=full, depth=depth)
        for field in MODELS[model]["fields"]
        # Apps hold events that hold apps.
        if not field["optional"] or (full and depth < 4)
    }


def made(cls: type[M], **fields: Any) -> M:
    """Make a model with what it needs, and some fields; their values are JSON."""
    name = cls.__name__
    if name not in MODELS:
        name = f"{name.removesuffix('Data')}EventData"
    return structure(sample_of(name, full=False) | fields, cls)


def answer_to(id_: str, *, full: bool = True) -> bytes:
    """Make an answer of the shape that the facts give an operation."""
    response = OPERATIONS[id_]["response"]
    kind, root, model = response["kind"], response["root"], response["model"]
    if kind in {"text", "bytes"}:
        return b"some text"
    if kind == "empty":
        return b""
    value: Any = {"k": 1} if model is None else sample_of(model, full=full)
    if id_ in {"private_networks.domain_names.list", "tokens.exchange", "users.roles"}:
        value = "text"
    if kind in {"list", "array"}:
        value = [value, value]
    return json.dumps({root: value} if root else value).encode()


# -- nothing is lost ---------------------------------------------------------------------------


def losses(raw: Any, value: Any, where: str = "$") -> list[str]:
    """Compare an answer with what was made of it; returns what is gone or changed."""
    if isinstance(value, Model):
        keys = {key_of(field): field.name for field in fields_of(type(value))}
        lost: list[str] = []
        for key, item in raw.items():
            if key in value.extra:
                if value.extra[key] != item:
                    lost.append(f"{where}.{key} changed in .extra")
            elif key in keys:
                made = getattr(value, keys[key])
                if isinstance(made, timedelta):
                    made = _number(made, type(value), keys[key])
                lost += losses(item, made, f"{where}.{key}")
            else:
                lost.append(f"{where}.{key} is gone")
        return lost
    if isinstance(value, list) and isinstance(raw, list):
        if len(value) != len(raw):
            return [f"{where} has {len(value)} items instead of {len(raw)}"]
        pairs = enumerate(zip(raw, value, strict=True))
        return [loss for n, (r, v) in pairs for loss in losses(r, v, f"{where}[{n}]")]
    if isinstance(value, dict) and isinstance(raw, dict):
        if raw.keys() != value.keys():
            return [f"{where} has other keys"]
        return [loss for key in raw for loss in losses(raw[key], value[key], f"{where}.{key}")]
    if isinstance(value, datetime):
        raw = datetime.fromisoformat(raw)
        raw = raw if raw.tzinfo else raw.replace(tzinfo=UTC)
    elif isinstance(value, date):
        raw = date.fromisoformat(raw)
    elif isinstance(value, Secret):
        value = value.reveal()
    elif value is None and isinstance(raw, str) and raw.startswith("0001-"):
        return []
    elif raw is None and isinstance(value, list):
        # Go's way to write an empty one.
        return [] if not value else [f"{where}: something came of null"]
    same = type(raw) is type(value) and raw == value
    return [] if same else [f"{where}: {raw!r} became {value!r}"]


def _number(made: timedelta, cls: type[Model], name: str) -> Any:
    """Turn a duration back into the number that it was."""
    unit = getattr(attrs.fields(cls), name).metadata.get("unit", "seconds")
    whole, rest = divmod(made, timedelta(**{unit: 1}))
    return made if rest else whole


def flat(fields: dict[str, Any], opaque: frozenset[str], prefix: str = "") -> set[str]:
    """Return the names of a body's fields as the facts write them: `variables[].name`."""
    names: set[str] = set()
    for key, value in fields.items():
        name = prefix + key
        if isinstance(value, dict) and name not in opaque:
            names |= flat(value, opaque, f"{name}.")
            continue
        names.add(name)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            names |= flat(value[0], opaque, f"{name}[].")
    return names
