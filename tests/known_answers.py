"""The known answers of the platform: what its documentation shows, and what was recorded.

`known_objects` yields them object by object, each with the model that it belongs to. It goes by the
annotations of the models alone: no decoder says what is in an answer.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple, get_args, get_origin

from api_facts import FACTS, MODELS, endpoints, load, model_named, recordings, sample

from scalingo_async._core.decoding.plans import split_optional
from scalingo_async.models.base import Model, fields_of, key_of
from scalingo_async.models.events.event import Event
from scalingo_async.models.events.types import payload_class

ELIDED: dict[str, dict[str, str]] = {
    "addons.update": {"addon": "Addon"},
    "apps.list": {"apps.0": "App", "apps.1": "App"},
    "apps.rename": {"app": "App"},
    "apps.transfer": {"app": "App"},
    "apps.update": {"app": "App"},
}
"""Examples that the documentation shortens: where, and what real answers have in that place.

The documentation reduces apps to what a page is about: recorded answers of the same operations are
whole. It shows a change of plan without the addon, which the official clients read from the answer.
What is left out there is unknown, so these examples tell nothing of what is always there.
"""

HINTS = {"Container.app", "LogsUrl.app"}
"""Fields that an example hints at, such as `{"app": {}}`: what does not fit is `None`."""

OTHER_FORMS: dict[str, Callable[[Any], Any]] = {
    "databases.maintenances.get": lambda data: data["maintenance"],
    "databases.pitr_restore": lambda data: {"id": data["operation_id"]},
    "databases.users.create": lambda data: data,
    "databases.users.reset_password": lambda data: data,
    "referrals.stats": lambda data: {**data["referral_stats"], "clicks": 165},
}
"""Examples of another form than the official clients read, and where the answer is in them."""


class Known(NamedTuple):
    """An object of a known answer.

    Attributes:
        place: Where it is: the answer, and the way to it.
        cls: The model that it belongs to.
        raw: What came.
    """

    place: str
    cls: type[Model]
    raw: dict[str, Any]


def completed(id_: str, data: Any) -> Any:
    """Put back what the documentation left out of an example."""
    for place, name in ELIDED.get(id_, {}).items():
        node: Any = data
        for key in place.split("."):
            node = node[int(key)] if isinstance(node, list) else node.setdefault(key, {})
        fields = [field for field in MODELS[name]["fields"] if not field["optional"]]
        absent = {f["name"]: sample(f["type"], full=False) for f in fields if f["name"] not in node}
        assert absent, f"{id_} is not elided any more"
        node.update(absent)
    return data


@cache
def known_objects() -> tuple[Known, ...]:
    """Return every object of every known answer, those of shortened examples left out."""
    return tuple(_objects())


def _objects() -> Iterator[Known]:
    for place, id_, data in _answers():
        endpoint = endpoints()[id_]
        kind = endpoint.model
        if endpoint.kind in {"model", "list"} and isinstance(kind, type):
            yield from _walk(place, kind, _unwrapped(id_, data))
    for name, raw in load("object_examples.json").items():
        yield from _walk(f"object {name}", model_named(name), raw)
    for type_, raws in load("event_examples.json").items():
        for number, raw in enumerate(raws):
            # Some are given with the type of another event.
            yield from _walk(f"event {type_}-{number}", Event, {**raw, "type": type_})


def _answers() -> Iterator[tuple[str, str, Any]]:
    for path in sorted((FACTS / "examples").iterdir()):
        id_ = re.sub(r"(\.\d+)?\.(json|txt)$", "", path.name)
        shown = id_ in endpoints() and "error" not in path.name and path.suffix == ".json"
        if shown and id_ not in ELIDED:
            yield f"example {path.stem}", id_, json.loads(path.read_bytes())
    for name, id_, exchange in recordings():
        answer = exchange["response"]
        if answer["status"] < 400 and answer.get("json_body"):
            yield f"recording {name}", id_, answer["json_body"]


def _unwrapped(id_: str, data: Any) -> Any:
    endpoint = endpoints()[id_]
    if id_ in OTHER_FORMS:
        return OTHER_FORMS[id_](data)
    if endpoint.root is None:
        return data
    inner = data[endpoint.root]
    if isinstance(inner, dict):
        return {**inner, **{name: data[key] for key, name in endpoint.siblings if key in data}}
    return inner


def _walk(place: str, kind: Any, raw: Any) -> Iterator[Known]:
    kind, _ = split_optional(kind)
    if isinstance(raw, list):
        # Some answers are a list of one.
        inner = get_args(kind)[0] if get_origin(kind) is list else kind
        for number, item in enumerate(raw):
            yield from _walk(f"{place}[{number}]", inner, item)
    elif isinstance(raw, dict) and get_origin(kind) is dict:
        for key, item in raw.items():
            yield from _walk(f"{place}.{key}", get_args(kind)[1], item)
    elif isinstance(raw, dict) and isinstance(kind, type) and issubclass(kind, Model):
        yield Known(place, kind, raw)
        for field in fields_of(kind):
            key = key_of(field)
            if key in raw and f"{kind.__name__}.{field.name}" not in HINTS:
                yield from _walk(f"{place}.{key}", field.type, raw[key])
        payload = payload_class(raw["type"]) if kind is Event else None
        if payload is not None:
            yield from _walk(f"{place}.type_data", payload, raw.get("type_data") or {})
