"""The hunt for canaries: secrets that are known, looked for wherever a program could show them.

    async def test_no_secret_shows(spy):
        await hunt(spy, partial(client.variables.create, "my-app", name="A", value=VALUE))
        assert spy.take() == []

The fixture `spy` switches every log on. `hunt` makes a call, and looks at what it returned, raised
and warned of: texts, attributes, pickles, tracebacks with the variables of each frame.
`leaks(where, thing)` looks at a thing as reporters of errors do (reporters.py), which goes further
and takes longer. What comes back says which canary showed, and where.
"""

import base64
import io
import json
import logging
import pickle
import traceback
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rich.console import Console
from rich.traceback import Traceback

from instruments.reporters import as_printers_do, seen
from scalingo_async import Page, ScalingoError

TESTS = str(Path(__file__).parents[1])

OURS = ("scalingo_async",)
LIBRARIES = (*OURS, "aiohttp", "anyio", "cryptography", "h11", "h2", "hpack", "httpcore", "httpx")
LIBRARIES = (*LIBRARIES, "httpcore2", "httpx2", "redis", "wsproto", "yarl")

# Each is long, found nowhere else, and changes when it is quoted.
API_TOKEN = "tk-us-apitokenCanaryAQ/a+b="
BEARER = "bearerCanaryBQxY/c+d="
NEW_BEARER = "secondBearerCanaryCQ/e+f="
ADDON_TOKEN = "addonTokenCanaryDQxY/g+h="
OTP = "otpCanaryEQxYzW/i+j="
PASSWORD = "passwordCanaryFQ/k+l=!"
URL_TOKEN = "urlTokenCanaryGQxY-m_n"
VALUE = "variableValueCanaryHQ/o+p= &%"
NEW_TOKEN = "tk-us-newTokenCanaryIQ/q+r="
COOKIE = "cookieCanaryJQxYzW-s_t"
INVITATION = "invitationCanaryKQxY/u+v="
TLS_KEY = "tlsKeyCanaryLQxYzW/w+x="

CANARIES = {
    name: value
    for name, value in globals().items()
    if name.isupper() and isinstance(value, str) and "Canary" in value
}


def forms(secret: str) -> Iterator[str]:
    """Yield the forms in which a secret, or the greater part of it, could show."""
    for part in (secret, secret[:18], secret[-18:]):
        yield part
        yield quote(part)
        yield quote(part, safe="")
        yield json.dumps(part)[1:-1]
        yield repr(part)[1:-1]
        raw = part.encode()
        for shift in range(3):
            # What stands before it moves it within the groups of three bytes.
            encoded = base64.b64encode(b"\0" * shift + raw).decode()
            yield encoded[(0, 2, 3)[shift] : -4]
            yield encoded[(0, 2, 3)[shift] : -4].replace("+", "-").replace("/", "_")


def shortest(found: set[str]) -> list[str]:
    """Leave out the forms that another one is a part of: where they are, it is too."""
    return [form for form in found if not any(part != form and part in form for part in found)]


FORMS = {form: name for name, value in CANARIES.items() for form in shortest(set(forms(value)))}


def found_in(text: str) -> set[str]:
    return {name for form, name in FORMS.items() if form in text}


def _around(text: str, name: str) -> str:
    start = min(text.index(form) for form, of in FORMS.items() if of == name and form in text)
    return "..." + text[max(0, start - 200) : start + 60]


# -- where to look ------------------------------------------------------------------------------


@cache
def is_callable(kind: type, name: str) -> bool:
    return callable(getattr(kind, name, None))


class Spy:
    """Gathers all that a program could show of what happened."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []

    def add(self, where: str, text: str) -> None:
        self.shown.append((where, text))

    def take(self) -> list[str]:
        """Return the secrets that show in what was gathered, and begin anew."""
        shown, self.shown = self.shown, []
        # Most of it comes again and again.
        everything = "\0".join({text for _, text in shown})
        if not found_in(everything):
            return []
        return [
            f"{name} in {where}: {_around(text, name)}"
            for where, text in shown
            for name in found_in(text)
        ]

    def look_at(self, where: str, thing: object) -> None:
        """Show an object of this package, and all public ones that it leads to."""
        seen: set[int] = set()
        todo: list[tuple[str, object, int]] = [(where, thing, 0)]
        while todo:
            place, each, depth = todo.pop()
            if id(each) in seen or depth > 6:
                continue
            seen.add(id(each))
            if isinstance(each, list | tuple | Page):
                todo += [(f"{place}[]", item, depth + 1) for item in each]
            if not type(each).__module__.startswith("scalingo_async"):
                continue
            for text in (repr(each), str(each), f"{each}", f"{[each]!r}"):
                self.add(f"the text of {place}", text)
            if isinstance(each, Enum):
                # Its text says all: name and value.
                continue
            with warnings.catch_warnings():
                # Old names of attributes show what is in them as well.
                warnings.simplefilter("ignore", DeprecationWarning)
                todo += [
                    (f"{place}.{name}", getattr(each, name, None), depth + 1)
                    for name in dir(each)
                    if not name.startswith("_") and not is_callable(type(each), name)
                ]

    def look_at_error(self, error: BaseException) -> None:
        report = traceback.TracebackException.from_exception(error, capture_locals=True)
        self._without_the_test(report)
        self.add(f"the traceback of {error!r}", "".join(report.format(chain=True)))
        self.add("the text of the error", f"{error!r} {error} {error.args!r}")
        if isinstance(error, ScalingoError):
            self.add("the pickle of the error", pickle.dumps(error).decode("latin-1"))
            self.add("the attributes of the error", repr(vars(error)))
            self.look_at("the error", error)

    def _without_the_test(self, report: traceback.TracebackException | None) -> None:
        """Leave out the frames of tests: a program's own variables are its own."""
        if report is None:
            return
        report.stack = traceback.StackSummary.from_list(
            [frame for frame in report.stack if not frame.filename.startswith(TESTS)]
        )
        self._without_the_test(report.__cause__)
        self._without_the_test(report.__context__)
        for each in report.exceptions or ():
            self._without_the_test(each)


class SpyHandler(logging.Handler):
    def __init__(self, spy: Spy) -> None:
        super().__init__(logging.DEBUG)
        self._spy = spy
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self._spy.add(f"the log of {record.name}", self.format(record))
        self._spy.add(f"the log record of {record.name}", repr(vars(record)))


@contextmanager
def spying() -> Iterator[Spy]:
    """Spy on the log, with everything switched on."""
    spy = Spy()
    handler = SpyHandler(spy)
    root = logging.getLogger()
    loggers = [root, *map(logging.getLogger, ("scalingo_async", "httpx", "httpcore"))]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    # The spy alone: those of pytest would format every line three times more.
    others, root.handlers = root.handlers, [handler]
    try:
        yield spy
    finally:
        root.handlers = others
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


async def hunt(spy: Spy, call: Callable[[], Awaitable[Any]]) -> Exception | None:
    """Make a call, and look at all that comes of it; returns the error that it raised."""
    raised: Exception | None = None
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            result = await call()
        except Exception as error:
            raised = error
            spy.look_at_error(error)
        else:
            spy.look_at("the result", result)
    for warning in warned:
        spy.add("a warning", str(warning))
    return raised


def leaks(where: str, thing: object, inside: tuple[str, ...] = LIBRARIES) -> list[str]:
    """Return where secrets show to who looks at a thing and all that it leads to."""
    found = []
    for place, each in seen(where, thing, inside):
        texts = [("", repr(each))]
        if type(each).__module__.startswith(OURS):
            texts += as_printers_do(each)
        found += [f"{name} at {place}{how}" for how, text in texts for name in found_in(text)]
    return found


def rich_report(error: BaseException) -> str:
    out = io.StringIO()
    report = Traceback.from_exception(
        type(error),
        error,
        error.__traceback__,
        show_locals=True,
        locals_max_string=10_000,
        extra_lines=0,
    )
    Console(file=out, width=500, force_terminal=False).print(report)
    return out.getvalue()
