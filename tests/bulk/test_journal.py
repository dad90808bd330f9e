"""The journal: what was begun and what has ended, whatever happens in between."""

import json
import os
import stat
import sys
import threading
from functools import wraps
from pathlib import Path

import anyio
import pytest
from sandbox_client import client_of
from tables import each

from scalingo_async import (
    APIConnectionError,
    InvalidArgumentError,
    JournalError,
    NotFoundError,
    Secret,
    UnknownOutcomeError,
    bulk,
)
from scalingo_async.bulk import Journal
from scalingo_async.bulk import journal as journals
from scalingo_async.bulk.journal import canonical, fingerprint, key_of
from scalingo_async.bulk.journal_file import JournalFile, parse
from scalingo_async.models import App
from scalingo_async.resources import apps as resource
from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.anyio


@pytest.fixture
def path(tmp_path, monkeypatch):
    # Fingerprints are slow on purpose.
    monkeypatch.setattr(journals, "_ROUNDS", 1)
    return tmp_path / "journal.jsonl"


def with_new_journals(test):
    """Each case of a table begins without a journal."""

    @wraps(test)
    async def anew(path, **case):
        path.unlink(missing_ok=True)
        await test(path=path, **case)

    return anew


def lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def states(path):
    """Return the lines but the first as `key state`."""
    return [f"{line['key']} {line['state']}" for line in lines(path)[1:]]


def write(path, *records, job="work"):
    """Write a journal as an earlier run has left it."""
    salt = "00" * 16
    head = {"journal": 1, "job": job, "salt": salt, "fingerprint": fingerprint(canonical({}), salt)}
    path.write_text("".join(json.dumps(line) + "\n" for line in (head, *records)), "utf-8")


class Work:
    """A job whose calls are counted; its name is always the same."""

    def __init__(self, errors=()):
        self.__qualname__ = "work"
        self.errors = dict(errors)
        self.calls = []

    async def __call__(self, item, **kwargs):
        self.calls.append(item)
        await anyio.lowlevel.checkpoint()
        if item in self.errors:
            raise self.errors[item]
        return f"value of {item}"


# -- what is written ---------------------------------------------------------------------------


async def test_each_item_is_written_down_before_and_after(path):
    seen = []

    async def work(item):
        seen.append((item, states(path)[-1]))

    report = await bulk.map(work, ["a", "b"], concurrency=1, journal=path)
    assert report.summary.ok
    assert seen == [("a", "a started"), ("b", "b started")]
    assert states(path) == ["a started", "a done", "b started", "b done"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_what_is_done_is_not_done_again(path):
    first, second = Work({"b": NotFoundError("gone")}), Work()
    await bulk.map(first, ["a", "b", "c"], journal=path)
    report = await bulk.map(second, ["a", "b", "c", "d"], journal=path, idempotent=True)
    assert second.calls == ["b", "d"]
    assert [outcome.status for outcome in report] == ["skipped", "done", "skipped", "done"]
    assert [outcome.attempts for outcome in report] == [1, 2, 1, 1]
    assert (report.summary.skipped, report.summary.done, report.summary.ok) == (2, 2, True)
    third = Work()
    assert {outcome.status for outcome in await bulk.map(third, ["a", "b"], journal=path)} == {
        "skipped"
    }
    assert third.calls == []


async def test_values_are_kept_when_asked(path):
    journal = Journal(path, keep=lambda value: {"it": value})
    await bulk.map(Work(), ["a", "b"], journal=journal)
    report = await bulk.map(Work(), ["a", "b"], journal=journal)
    assert [outcome.unwrap() for outcome in report] == [
        {"it": "value of a"},
        {"it": "value of b"},
    ]


async def test_a_value_that_can_not_be_kept_ends_the_job_but_the_item_is_done(path):
    work = Work()
    with pytest.raises(TypeError):
        await bulk.map(
            work, ["a", "b"], concurrency=1, journal=Journal(path, keep=lambda _: object())
        )
    assert states(path) == ["a started", "a done"]


async def test_the_journal_holds_keys_and_no_secrets(path):
    async with client_of(Sandbox(apps=2, rate_limit=None)) as client:
        apps = list(await client.apps.list())
        variables = {"PASSWORD": Secret("canary-1"), "OTHER": "canary-2"}
        report = await bulk.map(
            client.variables.bulk_update,
            [app.id for app in apps],
            journal=path,
            variables=variables,
        )
    assert report.summary.ok
    assert "canary" not in path.read_text("utf-8")
    assert lines(path)[0]["job"] == "Variables.bulk_update"


# -- what is not known -------------------------------------------------------------------------


async def test_an_item_that_was_begun_is_not_repeated(path):
    write(path, {"key": "a", "state": "started"}, {"key": "b", "state": "failed", "redo": False})
    work = Work()
    report = await bulk.map(work, ["a", "b", "c"], journal=path)
    assert work.calls == ["c"]
    assert [outcome.status for outcome in report] == ["unknown", "unknown", "done"]
    assert (report.summary.unknown, report.summary.ok) == (2, False)
    with pytest.raises(UnknownOutcomeError, match="a: an earlier run began with it"):
        report[0].unwrap()
    # It stays unknown.
    report = await bulk.map(work, ["a"], journal=path)
    assert report[0].status == "unknown"


async def test_it_is_repeated_when_that_changes_nothing(path):
    write(path, {"key": "a", "state": "started"})
    work = Work()
    report = await bulk.map(work, ["a"], journal=path, idempotent=True)
    assert (work.calls, report[0].status, report[0].attempts) == (["a"], "done", 2)


@each(
    ("name", "kwargs", "expected"),
    [
        ("apps.get", {}, "done"),
        ("variables.bulk_update", {"variables": {"A": "1"}}, "done"),
        ("apps.restart", {}, "unknown"),
        ("variables.set", {"variables": {"A": "1"}}, "unknown"),
    ],
)
@with_new_journals
async def test_the_clients_operations_are_known(path, name, kwargs, expected):
    sandbox = Sandbox(apps=1, rate_limit=None)
    app = sandbox.apps()[0].name
    async with client_of(sandbox) as client:
        resource, method = name.split(".")
        function = getattr(getattr(client, resource), method)
        journal = Journal(path, parameters={})
        write(path, {"key": app, "state": "started"}, job=function.__qualname__)
        report = await bulk.map(function, [app], journal=journal, **kwargs)
        assert report[0].status == expected
        report = await bulk.map(function, [f"{app}-2"], journal=journal, idempotent=False, **kwargs)
        assert report[0].status == "failed"


class Apps(resource.Apps):
    """Has the name of a resource, and a method that reads and does something besides."""

    __slots__ = ("calls",)

    async def get(self, app, **options):
        self.calls.append(app)
        return await super().get(app, **options)


async def test_a_method_that_is_bound_to_no_operation_is_not_repeated(path):
    """Whatever it is called, and whatever its class is called."""
    sandbox = Sandbox(apps=1, rate_limit=None)
    app = sandbox.apps()[0].name
    async with client_of(sandbox) as client:
        apps = Apps(client.apps._session)
        apps.calls = []
        write(path, {"key": app, "state": "started"}, job="Apps.get")
        report = await bulk.map(apps.get, [app], journal=Journal(path, parameters={}))
        assert (apps.calls, report[0].status) == ([], "unknown")
        report = await bulk.map(client.apps.get, [app], journal=Journal(path, parameters={}))
        assert report[0].status == "done"


async def test_a_repeated_deletion_that_finds_nothing_was_a_success(path):
    sandbox = Sandbox(apps=1, rate_limit=None)
    journal = Journal(path, parameters={})
    async with client_of(sandbox) as client:
        write(path, {"key": "gone", "state": "started"}, job="Domains.delete")
        delete = client.domains.delete
        call = {"domain_id": "5343eccd646173000a140000"}
        app = sandbox.apps()[0].name
        report = await bulk.map(delete, [app], journal=journal, **call)
        assert report[0].status == "failed", "it was never deleted here"
        write(path, {"key": app, "state": "started"}, job="Domains.delete")
        report = await bulk.map(delete, [app], journal=journal, **call)
        assert (report[0].status, report[0].error) == ("done", None)


@each("is_async", [True, False])
@with_new_journals
async def test_the_caller_may_decide_about_it(path, is_async):
    write(path, *({"key": key, "state": "started"} for key in "abc"))
    verdicts = {"a": True, "b": False, "c": None}

    async def look(item):
        return verdicts[item]

    work = Work()
    report = await bulk.map(
        work, ["a", "b", "c"], journal=path, on_unknown=look if is_async else verdicts.get
    )
    assert work.calls == ["b"]
    assert [outcome.status for outcome in report] == ["skipped", "done", "unknown"]
    assert sorted(states(path)[3:]) == ["a done", "b done", "b started"]


@each(
    ("error", "redo"),
    [
        (APIConnectionError("not sent", sent=False), True),
        (InvalidArgumentError("no such thing"), True),
        (APIConnectionError("lost", sent=True), False),
        (ValueError("a bug"), False),
    ],
)
@with_new_journals
async def test_a_failure_that_left_nothing_behind_counts_as_not_done(path, error, redo):
    await bulk.map(Work({"a": error}), ["a"], journal=path)
    work = Work()
    report = await bulk.map(work, ["a"], journal=path)
    assert report[0].status == ("done" if redo else "unknown")
    assert work.calls == (["a"] if redo else [])


async def test_the_platforms_refusals_count_as_not_done(path):
    sandbox = Sandbox(apps=3, rate_limit=None, operation_time=0)
    running, refused, failing = [app.name for app in sandbox.apps()]
    async with client_of(sandbox) as client:
        sandbox.inject("apps.restart", status=422, body={"errors": {"app": ["is busy"]}})
        await bulk.map(client.apps.restart, [refused], journal=path)
        sandbox.inject("apps.restart", status=500)
        await bulk.map(client.apps.restart, [failing], journal=path)
        report = await bulk.map(client.apps.restart, [running, refused, failing], journal=path)
    assert [outcome.status for outcome in report] == ["done", "done", "unknown"]


# -- cancelled ---------------------------------------------------------------------------------


@each("moment", range(1, 45))
async def test_cancelled_at_any_moment_the_journal_stays_true(path, moment, monkeypatch):
    """What was called is in the journal; what was not is done by the next run."""
    path = path.with_name(f"{moment}.jsonl")
    sandbox = Sandbox(apps=6, rate_limit=None, operation_time=0)
    names = [app.name for app in sandbox.apps()]
    left = moment
    scope = anyio.CancelScope()

    def tick():
        nonlocal left
        left -= 1
        if left == 0:
            scope.cancel()

    async def around(request, call_next):
        tick()
        response = await call_next(request)
        tick()
        return response

    real = JournalFile.append

    async def append(self, *args, **kwargs):
        tick()
        await real(self, *args, **kwargs)
        tick()

    with monkeypatch.context() as patched:
        patched.setattr(JournalFile, "append", append)
        async with client_of(sandbox, middlewares=[around]) as client:
            with scope:
                await bulk.map(client.apps.restart, names, concurrency=2, journal=path)
    left = 0
    async with client_of(sandbox) as client:
        before = sandbox.count("apps.restart")
        report = await bulk.map(client.apps.restart, names, journal=path)
    known = report.summary.skipped + report.summary.done
    assert report.summary.skipped <= before <= report.summary.skipped + report.summary.unknown
    assert sandbox.count("apps.restart") == before + report.summary.done <= 6
    assert known + report.summary.unknown == 6
    assert report.summary.unknown <= 2, "no more than were under way"


@each("error", [None, APIConnectionError("not sent", sent=False)])
@with_new_journals
async def test_what_has_happened_is_written_down_although_the_job_is_cancelled(path, error):
    async def work(item):
        scope.cancel()
        if error is not None:
            raise error

    with anyio.CancelScope() as scope:
        await bulk.map(work, ["a", "b"], concurrency=1, journal=path)
    assert states(path) == ["a started", "a failed" if error else "a done"]


async def test_what_waits_for_the_rate_limit_was_never_sent(path):
    sandbox = Sandbox(apps=8, rate_limit=None, operation_time=0)
    names = [app.name for app in sandbox.apps()]
    async with client_of(sandbox, rate_limit=(3, 600)) as client:
        with anyio.CancelScope() as scope:
            async with bulk.map(
                client.apps.restart, names, concurrency=8, journal=path
            ) as outcomes:
                done = [await anext(outcomes) for _ in range(3)]
                await anyio.wait_all_tasks_blocked()
                assert client.rate_limit.waiting == 5
                scope.cancel()
                await anyio.sleep_forever()
    assert len(done) == 3
    async with client_of(sandbox) as client:
        report = await bulk.map(client.apps.restart, names, journal=path)
    assert (report.summary.skipped, report.summary.done, report.summary.unknown) == (3, 5, 0)
    assert [outcome.attempts for outcome in report] == [1] * 8
    assert sandbox.count("apps.restart") == 8


# -- torn --------------------------------------------------------------------------------------


async def test_torn_at_any_byte(path):
    """Whatever was cut off was not acted on; what is left is read as it was meant."""
    await bulk.map(Work({"b": ValueError()}), ["a", "b", "c"], concurrency=1, journal=path)
    whole = path.read_bytes()
    ends = [n + 1 for n, byte in enumerate(whole) if byte == 10]
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        journal_file = JournalFile(Journal(path), "work", {})
        journal_file.open()
        try:
            complete = sum(end <= cut for end in ends)
            kept = states(path)
            assert len(kept) == max(0, complete - 1)
            expected = {}
            for line in whole[:cut].split(b"\n")[1:complete]:
                expected[json.loads(line)["key"]] = json.loads(line)["state"]
            assert {key: entry.state for key, entry in journal_file.entries.items()} == expected
            await journal_file.append("z", "started")
        finally:
            journal_file.close()
        assert states(path) == [*kept, "z started"]


@each("rest", [b"\0" * 50, b'{"key": "z", "st\n', b"\xff\n\xff\n", b"[1]\n"])
@with_new_journals
async def test_nonsense_at_the_end_is_left_out(path, rest):
    await bulk.map(Work(), ["a"], journal=path)
    good = path.read_bytes()
    path.write_bytes(good + rest)
    report = await bulk.map(Work(), ["a"], journal=path)
    assert report[0].status == "skipped"
    assert path.read_bytes() == good


async def test_damage_in_front_of_good_lines_is_refused(path):
    await bulk.map(Work(), ["a", "b"], concurrency=1, journal=path)
    before, _, after = path.read_bytes().partition(b'{"key":"a"')
    path.write_bytes(before + b"\0\n" + b'{"key":"a"' + after)
    damaged = path.read_bytes()
    with pytest.raises(JournalError, match="damaged in line 2"):
        await bulk.map(Work(), ["a"], journal=path)
    assert path.read_bytes() == damaged


def test_no_lines_are_no_lines():
    assert parse(b"", "x") == ([], 0)
    assert parse(b'{"a": 1}\n{"b"', "x") == ([{"a": 1}], 9)


@each("text", [b"notes\n", b"notes", b"[]\n", b'{"other": 1}\n', b"\n"])
@with_new_journals
async def test_a_file_that_is_no_journal_is_left_alone(path, text):
    path.write_bytes(text)
    for options in ({}, {"dry_run": True}):
        with pytest.raises(JournalError, match="no journal"):
            await bulk.map(Work(), ["a"], journal=path, **options)
    assert path.read_bytes() == text


async def test_a_line_that_makes_no_sense_is_refused(path):
    write(path, {"key": "a", "state": "asleep"})
    with pytest.raises(JournalError, match="makes no sense"):
        await bulk.map(Work(), ["a"], journal=path)


# -- whose it is -------------------------------------------------------------------------------


async def test_a_journal_belongs_to_one_job_and_its_parameters(path):
    work = Work()
    await bulk.map(work, ["a"], journal=path, size="canary")
    assert "canary" not in path.read_text("utf-8")
    before = path.read_bytes()
    with pytest.raises(JournalError, match="was written with other parameters") as caught:
        await bulk.map(work, ["b"], journal=path, size="other")
    assert "canary" not in str(caught.value)
    with pytest.raises(JournalError, match="belongs to the job 'work', not to 'rest'"):
        await bulk.map(work, ["b"], journal=Journal(path, job="rest"), size="canary")
    assert (path.read_bytes(), work.calls) == (before, ["a"])
    # How a call is made is none of its parameters.
    report = await bulk.map(work, ["b"], journal=path, size="canary", max_wait=5, headers={})
    assert report.summary.ok


async def test_parameters_without_a_json_form_need_a_name(path):
    with pytest.raises(InvalidArgumentError, match="no JSON form: give Journal"):
        await bulk.map(Work(), ["a"], journal=path, when=object())
    assert not path.exists()
    await bulk.map(Work(), ["a"], journal=Journal(path, parameters={"x": 1}), when=object())


async def test_one_run_at_a_time(path):
    async with bulk.map(Work(), ["a", "b"], journal=path, concurrency=1) as outcomes:
        await anext(outcomes)
        with pytest.raises(JournalError, match="in use by another run"):
            await bulk.map(Work(), ["a"], journal=path)
        code = (
            "import sys; from scalingo_async.bulk.journal import Journal\n"
            "from scalingo_async.bulk.journal_file import JournalFile\n"
            f"journal_file = JournalFile(Journal({str(path)!r}), 'work', {{}})\n"
            "try: journal_file.open()\n"
            "except Exception as error: print(type(error).__name__)\n"
        )
        done = await anyio.run_process([sys.executable, "-c", code], cwd=Path.cwd())
        assert done.stdout.split() == [b"JournalError"]
    report = await bulk.map(Work(), ["a"], journal=path)
    assert report[0].status == "skipped"


async def test_a_journal_is_for_one_map(path):
    async with bulk.Job(None, {"journal": path}) as job:
        await job.map(Work(), ["a"])
        with pytest.raises(InvalidArgumentError, match="a journal is for one map"):
            job.map(Work(), ["b"])


# -- keys --------------------------------------------------------------------------------------


async def test_two_items_with_one_key_are_refused_before_anything_is_called(path):
    work = Work()
    with pytest.raises(InvalidArgumentError, match="two items have the key 'b'"):
        await bulk.map(work, ["a", "b", "c", "b"], journal=path)
    assert (work.calls, path.exists()) == ([], False)


async def test_in_a_stream_they_are_refused_when_they_come(path):
    work = Work()

    async def items():
        for item in ["a", "b", "a", "c"]:
            yield item

    with pytest.raises(InvalidArgumentError, match="two items have the key 'a'"):
        await bulk.map(work, items(), concurrency=1, journal=path)
    assert work.calls == ["a", "b"]


def test_what_speaks_for_itself_needs_no_key():
    assert key_of("my-app") == "my-app"
    assert key_of(5) == "5"
    assert key_of(App(id="54dcdd4a73636100011a0000", name="my-app")) == "54dcdd4a73636100011a0000"
    for item in (("a", "b"), Secret("x"), None, {"a": 1}):
        with pytest.raises(InvalidArgumentError, match=r"has none: give key="):
            key_of(item)


async def test_a_key_of_ones_own(path):
    await bulk.map(Work(), [("a", 1), ("b", 2)], journal=path, key=lambda item: item[0])
    assert {line["key"] for line in lines(path)[1:]} == {"a", "b"}
    with pytest.raises(InvalidArgumentError, match="key must return a str for each item, not int"):
        await bulk.map(Work(), [("c", 1)], journal=path, key=lambda item: item[1])


# -- the disk ----------------------------------------------------------------------------------


async def test_lines_that_wait_are_written_together(path, monkeypatch):
    """Five hundred items do not wait for a thousand disks."""
    syncs, main = [], threading.get_ident()
    real = os.fsync

    def fsync(descriptor):
        syncs.append(threading.get_ident())
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    report = await bulk.map(Work(), range(500), concurrency=50, journal=path)
    assert report.summary.done == 500
    assert len(states(path)) == 1000
    assert len(syncs) < 200
    assert main not in syncs, "the event loop goes on meanwhile"


async def test_a_full_disk_ends_the_job_and_leaves_whole_lines(path, monkeypatch):
    work = Work()
    real = JournalFile._put

    def put(self, data):
        if len(path.read_bytes().splitlines()) > 4:
            self._file.write(data[:7])
            self._file.truncate(self._end)
            self._file.seek(self._end)
            raise OSError(28, "No space left on device")
        real(self, data)

    monkeypatch.setattr(JournalFile, "_put", put)
    with pytest.raises(OSError, match="No space left") as caught:
        await bulk.map(work, ["a", "b", "c", "d"], concurrency=1, journal=path)
    assert caught.value.filename == str(path)
    assert work.calls == ["a", "b"], "nothing is called without a line on the disk"
    assert states(path) == ["a started", "a done", "b started", "b done"]


async def test_a_journal_that_is_no_file(path):
    os.mkfifo(path)
    with pytest.raises(JournalError, match="is not a file"):
        await bulk.map(Work(), ["a"], journal=path)


async def test_a_journal_that_is_replaced_while_it_is_opened(path, monkeypatch):
    real = os.open

    def replacing(name, *args, **kwargs):
        opened = real(name, *args, **kwargs)
        if os.fspath(name) == str(path):
            path.rename(path.with_suffix(".old"))
        return opened

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", replacing)
        with pytest.raises(JournalError, match="was replaced while it was opened"):
            await bulk.map(Work(), ["a"], journal=path)
    assert not path.exists()


async def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        await bulk.map(Work(), ["a"], journal=tmp_path / "no" / "journal")


async def test_nothing_is_left_open(path):
    """A file that is still open would be locked; one that is forgotten gives a warning."""
    for _ in range(3):
        async with bulk.map(Work(), ["a", "b"], journal=path, idempotent=True) as outcomes:
            await anext(outcomes)
