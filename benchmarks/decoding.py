"""From bytes to models: 100 apps and 100 events, against `json.loads` and other libraries."""

from __future__ import annotations

import gc
import json
import time
from typing import TYPE_CHECKING, Any

from benchmarks.comparison_models import (
    equivalent,
    payload_classes,
    with_attrs,
    with_msgspec,
    with_pydantic,
)
from benchmarks.payloads import APPS_PATH, COUNT, EVENTS_PATH, answers
from benchmarks.rows import Row, alternate, compared, not_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from scalingo_async.models.events.data import EventData

    Decoder = Callable[[bytes], object]

PART = "decoding"
BASELINE = "json.loads"
OURS = "scalingo_async"
BOUNDS = {"apps": 1.2, "events": 1.5}

SLICE_SECONDS = 0.04
"""About how long one sample takes."""


def our_decoders() -> dict[str, Decoder]:
    """Return what a call does with the body of its answer."""
    from scalingo_async._core import endpoint
    from scalingo_async.models.apps import App
    from scalingo_async.models.events.event import Event
    from scalingo_async.request import Response

    apps = endpoint.items("apps.list", "GET", "/apps", App, root="apps")
    events = endpoint.items("events.list", "GET", "/apps/{app}/events", Event, root="events")

    def decode_events(content: bytes) -> list[EventData]:
        found = events.decode(Response(200, content=content))
        return [event.data for event in found]

    classes = {type(data) for data in decode_events(answers()[EVENTS_PATH])}
    if classes != set(payload_classes().values()):
        raise ValueError("some payloads are not of their class")

    return {
        "apps": lambda content: apps.decode(Response(200, content=content)),
        "events": decode_events,
    }


def msgspec_decoders() -> dict[str, Decoder]:
    """Return the same with msgspec."""
    import msgspec

    from scalingo_async.models.apps import App
    from scalingo_async.models.events.event import Event

    def decoder(root: str, cls: type) -> Any:
        body = msgspec.defstruct("Body", [(root, list[equivalent(cls, with_msgspec)])])  # type: ignore[misc]
        return msgspec.json.Decoder(body)

    payloads = {
        name: msgspec.json.Decoder(equivalent(cls, with_msgspec))
        for name, cls in payload_classes().items()
    }
    events = decoder("events", Event)

    def decode_events(content: bytes) -> object:
        return [
            (event, payloads[event.type].decode(event.type_data))
            for event in events.decode(content).events
        ]

    return {"apps": decoder("apps", App).decode, "events": decode_events}


def pydantic_decoders() -> dict[str, Decoder]:
    """Return the same with pydantic."""
    import pydantic

    from scalingo_async.models.apps import App
    from scalingo_async.models.events.event import Event

    def body(root: str, cls: type) -> Any:
        fields: dict[str, Any] = {root: (list[equivalent(cls, with_pydantic)], ...)}  # type: ignore[misc]
        return pydantic.create_model("Body", **fields)

    payloads: dict[str, Any] = {
        name: equivalent(cls, with_pydantic) for name, cls in payload_classes().items()
    }
    events = body("events", Event)

    def decode_events(content: bytes) -> object:
        return [
            (event, payloads[event.type].model_validate(event.type_data))
            for event in events.model_validate_json(content).events
        ]

    return {"apps": body("apps", App).model_validate_json, "events": decode_events}


def cattrs_decoders() -> dict[str, Decoder]:
    """Return the same with cattrs as it comes, over `json`."""
    from cattrs.preconf.json import make_converter

    from scalingo_async.models.apps import App
    from scalingo_async.models.events.event import Event

    converter = make_converter()
    app, event = equivalent(App, with_attrs), equivalent(Event, with_attrs)
    payloads = {name: equivalent(cls, with_attrs) for name, cls in payload_classes().items()}

    def decode_apps(content: bytes) -> object:
        return converter.structure(json.loads(content)["apps"], list[app])  # type: ignore[valid-type]

    def decode_events(content: bytes) -> object:
        found: Any = converter.structure(json.loads(content)["events"], list[event])  # type: ignore[valid-type]
        return [(each, converter.structure(each.type_data, payloads[each.type])) for each in found]

    return {"apps": decode_apps, "events": decode_events}


def orjson_decoders() -> dict[str, Decoder]:
    """Return the floor: parsing alone."""
    import orjson

    return {"apps": orjson.loads, "events": orjson.loads}


LIBRARIES = {
    OURS: our_decoders,
    "orjson.loads (no models)": orjson_decoders,
    "msgspec": msgspec_decoders,
    "pydantic": pydantic_decoders,
    "cattrs": cattrs_decoders,
}


def sampler(decode: Decoder, content: bytes) -> Callable[[], float]:
    """Return a function that measures one decoding: seconds of the processor."""
    for _ in range(20):
        decode(content)
    start = time.perf_counter()
    decode(content)
    times = min(500, max(3, int(SLICE_SECONDS / (time.perf_counter() - start))))

    def sample() -> float:
        gc.collect()
        before = time.process_time()
        for _ in range(times):
            decode(content)
        return (time.process_time() - before) / times

    return sample


def rows(*, quick: bool) -> list[Row]:
    """Measure this part."""
    contents = {"apps": answers()[APPS_PATH], "events": answers()[EVENTS_PATH]}
    found: list[Row] = []
    for name, content in contents.items():
        title = f"{COUNT} {name} ({len(content) / 1000:.0f} kB)"
        contenders = {BASELINE: sampler(json.loads, content)}
        failed: list[Row] = []
        for library, make in LIBRARIES.items():
            try:
                contenders[library] = sampler(make()[name], content)
            except Exception as error:
                bounds = {f"{title}, {library}": BOUNDS[name] if library == OURS else None}
                failed += not_run(PART, bounds, error)
        samples = alternate(7 if quick else 21, contenders)
        found += [
            compared(
                samples,
                library,
                BASELINE,
                part=PART,
                what=f"{title}, {library}",
                bound=BOUNDS[name] if library == OURS else None,
            )
            for library in contenders
            if library != BASELINE
        ]
        found += failed
    return found
