"""Do one item of a bulk job once, and record it in the journal."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterable, Awaitable, Callable, Collection, Iterable, Mapping
from typing import Final, Generic, TypeVar, cast

import anyio
import anyio.to_thread
import attrs

from scalingo_async._core.cancellation import confined
from scalingo_async._core.endpoint import endpoint_of
from scalingo_async._core.operation import API
from scalingo_async._core.secrets import RedactedDict
from scalingo_async._core.session import Session
from scalingo_async._core.tracing import TRACE, Trace
from scalingo_async._core.unlisted import unlisted
from scalingo_async.bulk.checks import (
    ItemCheck,
    check_call,
    check_function,
    check_items,
    method_of_the_client,
    name_of,
    takes_text,
)
from scalingo_async.bulk.endings import check_waitable, ended
from scalingo_async.bulk.forecasts import Forecast, by_id, spread
from scalingo_async.bulk.journal import key_of, older_keys, shared_names
from scalingo_async.bulk.journal_file import Entry, JournalFile, with_surrogates_escaped
from scalingo_async.bulk.options import BulkOptions, Settings
from scalingo_async.bulk.outcomes import Outcome, Status, Tally
from scalingo_async.bulk.repeating import is_repeatable, may_begin_again
from scalingo_async.errors import InvalidArgumentError, NotFoundError, UnknownOutcomeError
from scalingo_async.models.apps import App
from scalingo_async.resources.base import Resource, session_of
from scalingo_async.types import RequestOptions
from scalingo_async.waiting.failures import OperationFailedError

I = TypeVar("I")  # noqa: E741 - an item
T = TypeVar("T")

_OF_THE_CALL: Final = frozenset(RequestOptions.__annotations__)


@unlisted("_args", "_kwargs")
class Work(Generic[I, T]):
    """A function, its items, and what is known about each.

    Args:
        function: The function to call for each item.
        items: The items.
        args: Further arguments of the function.
        kwargs: Keyword arguments of the function.
        settings: The options of the job.
        session: The session of the client whose job it is; by default that of the function's
            client.
        per_item: How many requests an item takes at least.

    Raises:
        InvalidArgumentError: The function or the items are invalid.
    """

    __slots__ = ("__dict__", "_args", "_kwargs")

    def __init__(
        self,
        function: Callable[..., Awaitable[T]],
        items: Iterable[I] | AsyncIterable[I],
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
        settings: Settings,
        session: Session | None,
        per_item: int = 1,
    ) -> None:
        check_function(function)
        check_items(items)
        check_call(function, args, kwargs, BulkOptions.__annotations__)
        self._item_check = ItemCheck.of(function)
        if self._item_check is not None:
            self._item_check.check_all(items)
        self.items = items
        self.settings = settings
        total = settings.total
        if total is None and isinstance(items, Collection):
            total = len(items)
        # The order in which they start, if it is another one.
        self.order: list[int] | None = None
        if isinstance(items, Collection) and not settings.ordered and settings.concurrency > 1:
            self.order = spread(items)
        self._function = function
        self._args = args
        # The arguments of each item may be secret.
        self._kwargs = RedactedDict(kwargs)
        self._takes_text = takes_text(function)
        self._endpoint = endpoint_of(function)
        method = method_of_the_client(function)
        if method is not None:
            session = session_of(cast("Resource", method.__self__))
            if settings.wait:
                check_waitable(method, name_of(method))
        # The region of plain names, if it is known.
        self._region = None if session is None else session.region
        self.tally = Tally(total, self._forecast(session, per_item), spread=self.order is not None)
        self._idempotent = settings.idempotent
        if self._idempotent is None:
            self._idempotent = self._endpoint is not None and is_repeatable(self._endpoint)
        self._journal_file: JournalFile | None = None
        self._shared: frozenset[str] = frozenset()

    def _forecast(self, session: Session | None, per_item: int) -> Forecast | None:
        """Return the forecast that is used before an item has shown how long one takes."""
        if session is None:
            return None
        items = self.items if isinstance(self.items, Collection) else ()
        api = API.REGIONAL if self._endpoint is None else self._endpoint.api
        # An item that is waited for is polled at least once.
        return Forecast(session, items, per_item + bool(self.settings.wait), api)

    # -- the journal -----------------------------------------------------------------------

    async def open(self) -> None:
        """Open the journal, if there is one, and check that no two items have the same key.

        Raises:
            JournalError: It can't be used.
            InvalidArgumentError: Two items have the same key.
            OSError: The file can't be read or written.
        """
        journal = self.settings.journal
        if journal is None:
            return
        if isinstance(self.items, Collection):
            self._refuse_twins(self.items)
            if self._region is None:
                self._shared = shared_names(self.items)
        name = journal.job or getattr(self._function, "__qualname__", None) or "bulk"
        parameters = journal.parameters
        if parameters is None:
            parameters = RedactedDict(
                {k: v for k, v in self._kwargs.items() if k not in _OF_THE_CALL}
            )
        self._journal_file = journal_file = JournalFile(journal, name, parameters)
        await anyio.to_thread.run_sync(
            journal_file.look if self.settings.dry_run else journal_file.open
        )
        self.tally.to_skip = journal_file.done

    def _refuse_twins(self, items: Collection[I]) -> None:
        seen: set[str] = set()
        for item in items:
            key = self._key(item)
            if key in seen:
                raise InvalidArgumentError(
                    f"two items have the key {key!r}, so the journal can't tell them apart: "
                    "leave one out, or pass key="
                )
            seen.add(key)

    def _key(self, item: I) -> str:
        key = cast("object", self.settings.key(item))
        if not isinstance(key, str):
            raise InvalidArgumentError(
                f"key must return a str for each item, not {type(key).__name__}"
            )
        return key

    def _older_keys(self, item: I) -> list[str]:
        """Return the other keys of an item, from runs that were given it in another form."""
        if self.settings.key is not key_of:
            return []
        keys = older_keys(item, self._region)
        # It isn't known which of several apps a plain name meant.
        return [key for key in keys if key not in self._shared]

    def close(self) -> None:
        """Close the journal."""
        if self._journal_file is not None:
            self._journal_file.close()

    # -- one item --------------------------------------------------------------------------

    @property
    def stopped(self) -> bool:
        """Whether no more items are started because of `stop_after`."""
        limit = self.settings.stop_after
        if limit is not None and self.tally.failed >= limit:
            self.tally.stopped = True
        return self.tally.stopped

    async def perform(self, index: int, item: I) -> Outcome[I, T]:
        """Do an item, unless it was done before, and count its outcome.

        Raises:
            InvalidArgumentError: Another item has the same key.
            OSError: The journal can't be written.
            Exception: `on_unknown` or `on_progress` failed.
        """
        if index == 0 and self._item_check is not None:
            # Items of a generator, which can't be checked before, are of one kind.
            self._item_check.check(index, item)
        trace = Trace()
        self.tally.begin()
        self.tally.active.add(trace)
        try:
            outcome = await self._consider(index, item, trace)
        except BaseException:
            self.tally.active.discard(trace)
            raise
        self.tally.note(outcome, trace)
        if self.settings.on_progress is not None:
            self.settings.on_progress(self.tally.progress())
        return outcome

    async def _consider(self, index: int, item: I, trace: Trace) -> Outcome[I, T]:
        """Do an item unless an earlier run has."""
        journal_file, entry, key = self._journal_file, None, ""
        if journal_file is not None:
            key = self._key(item)
            entry = journal_file.claim(key, *self._older_keys(item))
        attempts = entry.attempts if entry else 0
        if entry is not None and entry.state == "done":
            return Outcome(index, item, "skipped", cast("T | None", entry.value), attempts=attempts)
        doubtful = _is_doubtful(entry)
        if journal_file is not None and doubtful and not self._idempotent:
            was_done = await self._ask(item)
            if was_done is None:
                return Outcome(index, item, "unknown", error=_unknown(key), attempts=attempts)
            if was_done:
                await journal_file.append(key, "done")
                return Outcome(index, item, "skipped", attempts=attempts)
        if self.settings.dry_run:
            return Outcome(index, item, "planned", attempts=attempts)
        if journal_file is None:
            return await self._call(index, item, trace)
        return await self._recorded(
            index, item, key, trace, journal_file, attempts + 1, again=doubtful
        )

    async def _ask(self, item: I) -> bool | None:
        """Ask the caller whether an item was done; a dry run calls nothing."""
        decide = self.settings.on_unknown
        if decide is None or self.settings.dry_run:
            return None
        # Its calls are bulk work as well, but don't count as calls of the item.
        token = TRACE.set(Trace())
        try:
            answer = decide(item)
            return await answer if inspect.isawaitable(answer) else answer
        finally:
            TRACE.reset(token)

    async def _recorded(
        self,
        index: int,
        item: I,
        key: str,
        trace: Trace,
        journal_file: JournalFile,
        attempts: int,
        *,
        again: bool,
    ) -> Outcome[I, T]:
        """Do an item, with a line in the journal before and after it."""
        begun = False
        try:
            await journal_file.append(key, "started")
            begun = True
            outcome = await self._call(index, item, trace, attempts)
        except BaseException as cancelled:
            # If nothing was sent, it is as if the item had never been started.
            if not begun or may_begin_again(trace, cancelled):
                with anyio.CancelScope(shield=True):
                    await journal_file.append(key, "dropped")
            raise
        error = outcome.error
        if again and self._was_gone(error):
            outcome, error = attrs.evolve(outcome, status="done", error=None), None
        # The result is recorded even if the task is cancelled now.
        with anyio.CancelScope(shield=True):
            if error is not None:
                redo = may_begin_again(trace, error) or self._has_failed(error)
                await journal_file.append(key, "failed", error=type(error).__name__, redo=redo)
            else:
                await self._record_done(key, journal_file, outcome.value)
        return outcome

    @staticmethod
    async def _record_done(key: str, journal_file: JournalFile, value: object) -> None:
        try:
            kept = {} if journal_file.keep is None else {"value": journal_file.keep(value)}
            await journal_file.append(key, "done", **kept)
        except OSError:
            raise
        except BaseException:
            # `keep` returned something invalid, but the item is done.
            await journal_file.append(key, "done")
            raise

    def _has_failed(self, error: Exception) -> bool:
        """Return whether every operation that an item started has ended in failure."""
        alone = self._endpoint is not None and self.settings.wait
        return bool(alone) and isinstance(error, OperationFailedError)

    def _was_gone(self, error: Exception | None) -> bool:
        """Return whether a repeated deletion found nothing: the first one has worked."""
        deletes = self._endpoint is not None and self._endpoint.method == "DELETE"
        return deletes and isinstance(error, NotFoundError)

    async def _call(self, index: int, item: I, trace: Trace, attempts: int = 1) -> Outcome[I, T]:
        """Call the function; its exception is an outcome."""
        start = anyio.current_time()
        token = TRACE.set(trace)
        value: T | None = None
        error: Exception | None = None
        try:
            value = await confined(lambda: self._do(item, trace))
        except Exception as problem:  # noqa: BLE001 - whatever it is, the other items go on
            error = problem
        finally:
            TRACE.reset(token)
        duration = anyio.current_time() - start
        requests = sum(call.state.attempts for call in trace.calls)
        status: Status = "done" if error is None else "failed"
        return Outcome(index, item, status, value, error, attempts, duration, requests)

    async def _do(self, item: I, trace: Trace) -> T:
        value = await self._begin(item)
        if not self.settings.wait:
            return value
        return cast("T", await ended(value, self.settings.wait, trace))

    def _begin(self, item: I) -> Awaitable[T]:
        given: object = item
        if self._takes_text and isinstance(item, App):
            # A method gets the id, so that renaming an app in between does no harm.
            given = item.ref if self._item_check is None else by_id(item)
        call = cast("object", self._function(given, *self._args, **self._kwargs))
        if not inspect.isawaitable(call):
            raise InvalidArgumentError(
                f"the function must be an async one: it returned {type(call).__name__}, which "
                "can't be awaited"
            )
        return call


def _unknown(key: str) -> UnknownOutcomeError:
    return UnknownOutcomeError(
        f"{with_surrogates_escaped(key)}: an earlier run started it, and it isn't known how "
        "that ended: check, and pass "
        "on_unknown to decide"
    )


def _is_doubtful(entry: Entry | None) -> bool:
    """Return whether an earlier run may have changed something for an item."""
    if entry is None:
        return False
    return entry.state == "started" or (entry.state == "failed" and not entry.redo)
