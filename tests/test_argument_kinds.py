"""Every argument of every method is refused when it is of a wrong kind, before anything is sent."""

import gc
import inspect
import math
import re
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from api_facts import URLS, FakeTransport, answer_to, client_of, methods

from scalingo_async import UNSET, AsyncClient, InvalidArgumentError, Secret
from scalingo_async.models.apps import App
from scalingo_async.models.base import Model

# -- values of all kinds -------------------------------------------------------------------------


def _app() -> Model:
    return App(id="app-1", name="my-app")


KINDS: dict[str, Callable[[AsyncClient], Any]] = {
    "text": lambda _: "some text",
    "digits": lambda _: "7",
    "int": lambda _: 7,
    "bool": lambda _: True,
    "float": lambda _: 0.5,
    "nan": lambda _: math.nan,
    "infinity": lambda _: math.inf,
    "None": lambda _: None,
    "UNSET": lambda _: UNSET,
    "bytes": lambda _: b"abc",
    "bytearray": lambda _: bytearray(b"abc"),
    "date": lambda _: date(2030, 1, 2),
    "datetime": lambda _: datetime(2030, 1, 2, tzinfo=UTC),
    "timedelta": lambda _: timedelta(hours=1),
    "path": lambda _: Path("some-path"),
    "secret": lambda _: Secret("text"),
    "list of texts": lambda _: ["abc"],
    "tuple of texts": lambda _: ("abc",),
    "set of texts": lambda _: {"abc"},
    "generator of texts": lambda _: (text for text in ["abc"]),
    "list of ints": lambda _: [1],
    "list of Nones": lambda _: [None],
    "list of pairs": lambda _: [("a", "b")],
    "list of dicts": lambda _: [{"a": "b"}],
    "dict of texts": lambda _: {"A": "b"},
    "dict of ints": lambda _: {"A": 1},
    "dict of Nones": lambda _: {"A": None},
    "dict with int keys": lambda _: {1: "b"},
    "dict of objects": lambda _: {"A": object()},
    "object": lambda _: object(),
    "class": lambda _: dict,
    "function": lambda _: lambda *_: None,
    "coroutine function": lambda client: client.apps.get,
    "coroutine": lambda client: client.apps.get("my-app"),
    "paginator": lambda client: client.apps.list(),
    "model": lambda _: _app(),
    "list of models": lambda _: [_app()],
    "client": lambda client: client,
}

LISTS = {"list of texts", "tuple of texts", "set of texts", "generator of texts"}
TEXTS = {"text", "digits"}
JSON = {"bool", "int", "float", "list of texts", "tuple of texts", "list of ints", "list of Nones"}
JSON |= {"list of pairs", "list of dicts", "dict of texts", "dict of ints", "dict of Nones", "None"}

RIGHT: dict[str, set[str]] = {
    "Callable[[DeployProgress], object]": {"function", "class"},
    "Callable[[Progress], object]": {"function", "class"},
    "Content": {*TEXTS, "bytes", "bytearray", "path", "function", "class"},
    "Iterable[str]": LISTS,
    "JSONValue": {*JSON, *TEXTS, "secret"},
    "Literal['SIGUSR1', 'SIGUSR2']": set(),
    "LogsArchive": set(),
    "MaintenanceWindowTime": set(),
    "Mapping[str, int]": {"dict of ints"},
    "Mapping[str, str | Secret]": {"dict of texts"},
    "Mapping[str, str]": {"dict of texts"},
    "None": {"None"},
    "NotifierSettings": set(),
    "PostProvisioning": set(),
    "Secret": {"secret"},
    "Sequence[ContainerAmount]": set(),
    "Sequence[FileSource]": LISTS,
    "Sequence[str]": LISTS,
    "Sink": {"function", "class", "coroutine function"},
    "Unset": {"UNSET"},
    "Via": set(),
    "bool": {"bool"},
    "bytes": {"bytes"},
    "date": {"date"},
    "datetime": {"datetime"},
    "float": {"int", "float"},
    "int": {"int"},
    "os.PathLike[str]": {"path"},
    "str": TEXTS,
    "timedelta": {"timedelta"},
}
"""Which of the values are right where an annotation names a kind."""


def right_for(annotation: str) -> set[str]:
    kinds = re.split(r" \| (?![^\[]*\])", annotation)
    return set().union(*(RIGHT[kind] for kind in kinds))


# -- calls ---------------------------------------------------------------------------------------

NAMED = {
    "archive": "https://logs.example.com/a?token=t",
    "attach_url": "https://one-off.example.com/1",
    "containers": {"web": 1},
    "download_url": "https://storage.scalingo.com/a?sig=x",
    "logs_url": "https://logs.example.com/?token=t",
    "signal": "SIGUSR1",
    "upload_url": "https://storage.scalingo.com/a?sig=x",
    "variables": {"NAME": "value"},
    "via": "sse",
}
"""Arguments whose values have a form."""

BY_KIND: dict[str, Any] = {
    "Mapping[str, JSONValue]": {"k": 1},
    "Mapping[str, str | Secret]": {"NAME": "value"},
    "Sequence[str]": ["one"],
    "bool": True,
    "bytes": b"abc",
    "date": date(2030, 1, 2),
    "datetime": datetime(2030, 1, 2, tzinfo=UTC),
    "float": 0.5,
    "int": 7,
    "str": "text",
}


def value_for(name: str, annotation: str) -> Any:
    first = annotation.partition(" | ")[0]
    return NAMED[name] if name in NAMED else BY_KIND.get(annotation, BY_KIND.get(first, "text"))


def calls(client: AsyncClient) -> Iterator[tuple[str, inspect.Parameter, Callable[..., Any]]]:
    """Yield each argument of each method, with a function that calls it with a value for that."""
    for path, method in methods(client):
        parameters = inspect.signature(method).parameters.values()
        needed = {
            each.name: value_for(each.name, each.annotation)
            for each in parameters
            if each.default is each.empty
            and each.kind in {each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY}
        }
        if "operation_url" in needed:
            needed["operation_url"] = URLS[path]
        for parameter in parameters:
            if parameter.kind is parameter.VAR_KEYWORD:
                continue

            def call(value: Any, parameter=parameter, method=method, needed=needed) -> Any:
                if parameter.kind is parameter.VAR_POSITIONAL:
                    return method("one", value, **needed)
                return method(**{**needed, parameter.name: value})

            yield path, parameter, call


def begin(called: Any) -> None:
    """Take what a method returned to where it would wait for something."""
    if hasattr(called, "__aenter__") and not hasattr(called, "__await__"):
        called = called.__aenter__()
    if inspect.iscoroutine(called):
        try:
            # There is no event loop: what looks at files, say, has gone too far already.
            called.send(None)
        except StopIteration:
            pass
        finally:
            called.close()


def test_every_argument_of_every_method_is_checked():
    """By its kind, before anything is waited for, and with an error that names the argument."""
    transport = FakeTransport(200, answer_to("apps.get"))
    client = client_of(transport)
    wrong: list[str] = []
    count = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for path, parameter, call in calls(client):
            right = right_for(parameter.annotation)
            for label, make in KINDS.items():
                if label in right:
                    continue
                count += 1
                where = f"{path}({parameter.name}: {parameter.annotation} = {label})"
                try:
                    begin(call(make(client)))
                except InvalidArgumentError as error:
                    if parameter.name not in str(error):
                        wrong.append(f"{where} is not named: {error}")
                    if "canary" in str(error):
                        wrong.append(f"{where} is shown: {error}")
                except BaseException as error:
                    wrong.append(f"{where} raises {error!r}")
                else:
                    wrong.append(f"{where} is taken")
        gc.collect()
    assert count > 10_000
    assert transport.requests == []
    assert not wrong, "\n".join(wrong[:200]) + f"\n{len(wrong)} of {count}"
