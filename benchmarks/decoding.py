"""From bytes to models: 100 apps and 100 events, against `json.loads` and other libraries."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.comparison_models import (
    equivalent,
    payload_classes,
    with_attrs,
    with_msgspec,
    with_pydantic,
)
from benchmarks.payloads import APPS_PATH, COUNT, EVENTS_PATH, answers
from benchmarks.rows import Row, Samples, alternate, compared, not_run, why
from benchmarks.serving import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from scalingo_async.models.events.data import EventData

    Decoder = Callable[[bytes], object]

PART = "decoding"
BASELINE = "json.loads"
OURS = "scalingo_async"
BOUNDS = {"apps": 1.15, "events": 1.35}
PROCESSES = 5
"""How many processes have to meet a bound: the memory layout differs between processes."""

SLICE_SECONDS = 0.04
"""About how long one sample takes, in seconds."""


def our_decoders() -> dict[str, Decoder]:
    """Return our decoders, as calls use them for responses."""
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
    """Return the same with the defaults of cattrs, over `json`."""
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
    """Return the lower bound: only parsing."""
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
    """Return a function that measures one decoding, in CPU seconds."""
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


def samples_here(rounds: int) -> dict[str, Any]:
    """Measure all libraries in this process; return their samples, and why some have none."""
    contents = {"apps": answers()[APPS_PATH], "events": answers()[EVENTS_PATH]}
    found: dict[str, Any] = {"samples": {}, "failed": {}, "sizes": {}}
    for name, content in contents.items():
        contenders = {BASELINE: sampler(json.loads, content)}
        failed: dict[str, str] = {}
        for library, make in LIBRARIES.items():
            try:
                contenders[library] = sampler(make()[name], content)
            except Exception as error:
                failed[library] = why(error)
        found["samples"][name] = alternate(rounds, contenders)
        found["failed"][name] = failed
        found["sizes"][name] = len(content)
    return found


def _in_a_process(rounds: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.decoding", str(rounds)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _row(title: str, runs: list[Samples], bound: float | None, library: str) -> Row:
    """Make a row from several processes: our worst result, and the median of the others."""
    each = [compared(run, library, BASELINE, part=PART, what=title) for run in runs]
    ratios = [row.ratio or 0.0 for row in each]
    return Row(
        PART,
        title if bound is None else f"{title}, worst of {len(runs)} processes",
        measured=median(row.measured or 0.0 for row in each),
        baseline=median(row.baseline or 0.0 for row in each),
        against=BASELINE,
        ratio=median(ratios) if bound is None else max(ratios),
        bound=bound,
        notes={"ratios": [round(ratio, 4) for ratio in ratios]},
    )


def rows(*, quick: bool) -> list[Row]:
    """Measure this part."""
    runs = [_in_a_process(5 if quick else 9) for _ in range(2 if quick else PROCESSES)]
    found: list[Row] = []
    for name, size in runs[0]["sizes"].items():
        failed = runs[0]["failed"][name]
        for library in LIBRARIES:
            title = f"{COUNT} {name} ({size / 1000:.0f} kB), {library}"
            bound = BOUNDS[name] if library == OURS else None
            if library in failed:
                found += not_run(PART, {title: bound}, failed[library])
            else:
                samples = [run["samples"][name] for run in runs]
                found.append(_row(title, samples, bound, library))
    return found


if __name__ == "__main__":
    print(json.dumps(samples_here(int(sys.argv[1]))))
