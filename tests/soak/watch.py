"""What nobody should see while the client works: secrets in log lines, and what was forgotten."""

import logging
import re
import sys
import threading
import traceback
import warnings
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

CANARIES = re.compile(r"canary|\btk-us-|\beyJ[\w-]{8,}|\btoken=[\w%-]", re.IGNORECASE)
"""Values, headers and files of the work, API tokens, bearer tokens, and tokens in URLs."""

MOST = 20
"""So many problems of one kind are kept; they are counted beyond."""


class Watch(logging.Handler):
    """Reads all that is logged, and takes down what is wrong.

    Attributes:
        lines: How many log lines there were.
        problems: What was wrong, by its kind.
    """

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.lines = 0
        self.problems: dict[str, list[str]] = {}
        self.counts: Counter[str] = Counter()
        self._secrets: list[str] = []

    def also(self, secret: str) -> None:
        """Look for this, too."""
        self._secrets.append(secret)

    def note(self, kind: str, what: str) -> None:
        """Take something down; from any thread."""
        self.counts[kind] += 1
        kept = self.problems.setdefault(kind, [])
        if len(kept) < MOST:
            kept.append(what)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += 1
        text = said(record)
        if CANARIES.search(text) or any(secret in text for secret in self._secrets):
            self.note("secrets in log lines", f"{record.name}: {text[:300]}")
        if record.name == "asyncio" and record.levelno >= logging.ERROR:
            self.note("errors that nobody retrieved", text[:2000])

    @contextmanager
    def on(self) -> Generator[None]:
        """Look at all that is logged, warned of, and raised where nobody can catch it."""
        root = logging.getLogger()
        level, showing = root.level, warnings.showwarning
        unraisable, uncaught = sys.unraisablehook, threading.excepthook

        def show(message: Any, category: type, *place: Any) -> None:
            if issubclass(category, ResourceWarning | RuntimeWarning):
                self.note("warnings", f"{category.__name__}: {message} {place[:2]}")

        def cannot_be_raised(args: Any) -> None:
            self.note("errors that nobody can catch", formatted(args.exc_value))

        def ended_a_thread(args: Any) -> None:
            self.note("errors that ended a thread", formatted(args.exc_value))

        root.addHandler(self)
        root.setLevel(logging.DEBUG)
        sys.unraisablehook = cannot_be_raised
        threading.excepthook = ended_a_thread
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("always")
                warnings.showwarning = show
                yield
        finally:
            warnings.showwarning = showing
            sys.unraisablehook, threading.excepthook = unraisable, uncaught
            root.setLevel(level)
            root.removeHandler(self)


def said(record: logging.LogRecord) -> str:
    """Return all that a record holds, as handlers of any make would write it."""
    parts = [record.getMessage()]
    if record.exc_info:
        parts += traceback.format_exception(*record.exc_info)
    parts += [f"{name}={value!r}" for name, value in vars(record).items() if name != "msg"]
    return " ".join(parts)


def formatted(error: BaseException | None) -> str:
    return "" if error is None else "".join(traceback.format_exception(error))[-3000:]
