"""The journal: what was begun and what has ended, whatever happens in between."""

import errno
import json
import os
import random
import stat
import sys
import threading
import zlib
from functools import wraps
from pathlib import Path

import anyio
import pytest
from api_facts import made
from sandbox_client import client_of
from tables import each

from scalingo_async import (
    APIConnectionError,
    InvalidArgumentError,
    JournalError,
    NotFoundError,
    ScalingoError,
    Secret,
    UnknownOutcomeError,
    bulk,
)
from scalingo_async.bulk import Journal
from scalingo_async.bulk import journal as journals
from scalingo_async.bulk.journal import canonical, fingerprint, key_of
from scalingo_async.bulk.journal_file import (
    VERSION,
    Content,
    JournalFile,
    parse,
    with_surrogates_escaped,
)
from scalingo_async.models import App
from scalingo_async.resources import apps as resource
from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.anyio

FINGERPRINT = "f7c806dc0e71f072a569ba312a7a851dfa7c0e0a4cf2a323160d31aacae0dc9a"


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


def header(job="work", **changes):
    salt = "00" * 16
    mark = fingerprint(canonical({}), salt)
    return {"journal": VERSION, "job": job, "salt": salt, "fingerprint": mark, **changes}


def write(path, *records, job="work", head=None):
    """Write a journal as an earlier run has left it; its checksums are right."""
    total, lines = 0, []
    for record in (head or header(job), *records):
        text = json.dumps(record, separators=(",", ":")).encode()
        total = zlib.crc32(text, total)
        lines.append(b'%b,"sum":"%08x"}\n' % (text[:-1], total))
    path.write_bytes(b"".join(lines))


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


async def test_what_is_on_the_disk_outlasts_the_system(path, monkeypatch):
    """What is written may be in memory alone: only what was synced counts."""
    synced, real = [], os.fsync

    def fsync(descriptor):
        real(descriptor)
        if os.path.samestat(os.fstat(descriptor), path.stat()):
            synced[:] = states(path)

    async def work(item):
        assert synced[-1] == f"{item} started"

    monkeypatch.setattr(os, "fsync", fsync)
    async with bulk.map(work, ["a", "b"], concurrency=1, journal=path) as outcomes:
        async for outcome in outcomes:
            assert outcome.ok, outcome.error
            assert f"{outcome.item} done" in synced
    assert synced == ["a started", "a done", "b started", "b done"]


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
    with pytest.raises(UnknownOutcomeError, match="a: an earlier run started it"):
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
            # A line that has lost but its line break is known all the same.
            complete = sum(end - 1 <= cut for end in ends)
            kept = states(path)
            assert len(kept) == max(0, complete - 1)
            expected = {}
            for line in whole.split(b"\n")[1:complete]:
                expected[json.loads(line)["key"]] = json.loads(line)["state"]
            assert {key: entry.state for key, entry in journal_file.entries.items()} == expected
            await journal_file.append("z", "started")
        finally:
            journal_file.close()
        assert states(path) == [*kept, "z started"]


@each("rest", [b"\0" * 50, b'{"key":"z","st', b'{"key":"z","st' + b"\0" * 50, b"{"])
@with_new_journals
async def test_what_a_crash_leaves_at_the_end_is_left_out(path, rest):
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


def contents(data):
    """Return what a journal says of its items; `None` when it is refused."""
    try:
        content = parse(data, "x")
    except JournalError:
        return None
    # A line that says nothing of an item would be refused later.
    return [(line["key"], line["state"]) for line in content.lines[1:]]


def damages(whole, chance):
    """Damage a journal in every way: the name of the way, and what comes of it."""
    lines = whole.splitlines(keepends=True)
    size = len(whole)
    for place in range(size):
        bit = bytes([whole[place] ^ 1 << chance.randrange(8)])
        yield f"flip at {place}", whole[:place] + bit + whole[place + 1 :]
        other = bytes([chance.choice(b'\n\r\0 "{}a0\xff')])
        yield f"change at {place}", whole[:place] + other + whole[place + 1 :]
        yield f"insert at {place}", whole[:place] + other + whole[place:]
        yield f"delete at {place}", whole[:place] + whole[place + 1 :]
    for _ in range(300):
        start, end = sorted(chance.sample(range(size + 1), 2))
        yield f"delete {start}:{end}", whole[:start] + whole[end:]
        yield f"zeros in {start}:{end}", whole[:start] + bytes(end - start) + whole[end:]
        yield f"repeat {start}:{end}", whole[:end] + whole[start:]
        yield f"swap {start}:{end}", whole[end:] + whole[start:end] + whole[:start]
    for number in range(len(lines)):
        yield f"without line {number}", b"".join(lines[:number] + lines[number + 1 :])
        yield f"line {number} twice", b"".join(lines[: number + 1] + lines[number:])
        yield (
            f"line {number} last",
            b"".join(lines[:number] + lines[number + 1 :] + [lines[number]]),
        )
        yield f"blank line {number}", b"".join([*lines[:number], b"\n", *lines[number:]])
    for _ in range(50):
        yield "shuffled", b"".join(chance.sample(lines, len(lines)))
    yield "a byte order mark", b"\xef\xbb\xbf" + whole
    yield "other line breaks", whole.replace(b"\n", b"\r\n")
    yield "a long line", lines[0] + b'{"key":"' + b"x" * 2_000_000 + b'"}\n' + b"".join(lines[1:])
    yield "deep", lines[0] + b'{"key":' + b"[" * 100_000 + b"\n" + b"".join(lines[1:])
    yield "another encoding", whole.decode().encode("utf-16")
    yield "twice", whole + whole
    yield "backwards", whole[::-1]


async def test_any_damage_is_refused_or_does_not_matter(path):
    """Only what is missing at the end can't be known: it is as if it had never been written."""
    await bulk.map(Work({"b": ValueError()}), ["a", "b", "ç", "d"], concurrency=2, journal=path)
    whole = path.read_bytes()
    said = contents(whole)
    assert len(said) == 8
    refused = 0
    for way, damaged in damages(whole, random.Random(11)):
        found = contents(damaged)
        refused += found is None
        cut = damaged.rstrip(b"\0")
        if whole.startswith(cut):
            assert found is None or found == said[: len(found)], way
            assert found is None or len(found) >= cut.count(b"\n") - 1, way
        else:
            assert found in (None, said), way
    assert refused > 1000


async def test_a_damaged_journal_is_left_as_it_is(path):
    await bulk.map(Work(), ["a", "b"], concurrency=1, journal=path)
    whole = path.read_bytes()
    work = Work()
    for place in range(0, len(whole), 7):
        damaged = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        path.write_bytes(damaged)
        for options in ({}, {"dry_run": True}):
            with pytest.raises(JournalError):
                await bulk.map(work, ["a", "b"], journal=path, **options)
        assert (path.read_bytes(), work.calls) == (damaged, [])


@each(
    "record",
    [{"key": key, "state": "done"} for key in (None, 1, 1.5, True, ["a"], {"a": 1})]
    + [{"key": "a", "state": state} for state in (None, 1, True, ["done"], {"a": 1}, "asleep", "")]
    + [{"state": "done"}, {"key": "a"}, header()],
    ids=str,
)
@with_new_journals
async def test_a_line_that_makes_no_sense_is_refused(path, record):
    write(path, record)
    for options in ({}, {"dry_run": True}):
        with pytest.raises(JournalError, match="contains an invalid line"):
            await bulk.map(Work(), ["a"], journal=path, **options)


@each("version", [0, 3, -1, 1.0, 2.0, True, "2", None, [2], {"2": 2}, 10**30])
@with_new_journals
async def test_a_journal_of_another_version_is_refused(path, version):
    """All else in it is right."""
    write(path, {"key": "a", "state": "done"}, head=header(journal=version))
    before = path.read_bytes()
    for options in ({}, {"dry_run": True}):
        with pytest.raises(JournalError, match="a version that this release can't read"):
            await bulk.map(Work(), ["a"], journal=path, **options)
    assert path.read_bytes() == before


@each(
    ("changes", "message"),
    [
        *(
            ({"salt": salt}, "damaged in line 1")
            for salt in (None, 5, "", "0" * 31, "0" * 33, "zz" * 16, "é" * 32, ["0" * 32], True)
        ),
        *(({"fingerprint": mark}, "other parameters") for mark in (None, 5, "", ["a"], "ff" * 32)),
        *(({"job": job}, "belongs to the job") for job in (None, 5, "", ["work"], "w" * 10_000)),
    ],
    ids=None,
)
@with_new_journals
async def test_a_header_that_makes_no_sense_is_refused(path, changes, message):
    for version in (VERSION, 1):
        write(path, head=header(journal=version, **changes))
        if version == 1:
            path.write_text(json.dumps(header(journal=1, **changes)) + "\n")
        with pytest.raises(JournalError, match=message) as caught:
            await bulk.map(Work(), ["a"], journal=path)
        assert len(str(caught.value)) < 500


async def test_a_journal_without_checksums_is_gone_on_with(path):
    """As the version before has written it."""

    def old(*records):
        text = "".join(json.dumps(line) + "\n" for line in (header(journal=1), *records))
        path.write_text(text, "utf-8")

    old({"key": "a", "state": "done"}, {"key": "b", "state": "started"})
    report = await bulk.map(Work(), ["a", "b", "c"], journal=path)
    assert [outcome.status for outcome in report] == ["skipped", "unknown", "done"]
    assert states(path)[2:] == ["c started", "c done"]
    assert not any("sum" in line for line in lines(path))
    good = path.read_bytes()
    for rest in (b"\0" * 50, b'{"key": "z", "st\n', b"\xff\n\xff\n", b"[1]\n", b"[1]"):
        path.write_bytes(good + rest)
        assert (await bulk.map(Work(), ["c"], journal=path))[0].status == "skipped"
        assert path.read_bytes() == good
    path.write_bytes(good.replace(b'{"key": "a"', b'\0\n{"key": "a"'))
    with pytest.raises(JournalError, match="damaged in line 2"):
        await bulk.map(Work(), ["a"], journal=path)
    write(path, {"key": "a", "state": "done"})
    path.write_bytes(path.read_bytes().replace(b'"journal":2', b'"journal":1'))
    with pytest.raises(JournalError, match="damaged in line 1"):
        await bulk.map(Work(), ["a"], journal=path)


def test_no_lines_are_no_lines():
    assert parse(b"", "x") == Content([])
    torn = json.dumps(header(), separators=(",", ":")).encode()[:40]
    assert parse(torn, "x") == Content([])


async def test_a_pipe_a_folder_and_a_device_are_no_journals(tmp_path):
    """None is read for ever, and none swallows what is written."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with anyio.fail_after(60):
        for path in (tmp_path / "pipe", tmp_path / "folder", Path(os.devnull)):
            for options in ({}, {"dry_run": True}):
                with pytest.raises(JournalError, match="is not a regular file"):
                    await bulk.map(Work(), ["a"], journal=path, **options)


@each(
    "text",
    [
        b"notes\n",
        b"notes",
        b"[]\n",
        b'{"other": 1}\n',
        b"\n",
        b"\0" * 100,
        b'["\\ud800",' + b"[" * 100_000 + b"\n",
        b'{"journal":"my diary"}',
        b'{"journal":"my di',
        b'{"journal":2,"job":"a","sum":"00000000"}',
        b'{"journal":2,"job":"a","sum":"00000000"}x',
    ],
)
@with_new_journals
async def test_a_file_that_is_no_journal_is_left_alone(path, text):
    path.write_bytes(text)
    for options in ({}, {"dry_run": True}):
        with pytest.raises(JournalError, match="journal"):
            await bulk.map(Work(), ["a"], journal=path, **options)
    assert path.read_bytes() == text


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
    with pytest.raises(InvalidArgumentError, match="can't be serialized as JSON: pass Journal"):
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
        with pytest.raises(InvalidArgumentError, match="a job with a journal has only one map"):
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
    assert key_of(made(App, id="54dcdd4a73636100011a0000")) == "54dcdd4a73636100011a0000"
    for item in (("a", "b"), Secret("x"), None, {"a": 1}):
        with pytest.raises(InvalidArgumentError, match=r"has none: pass key="):
            key_of(item)


async def test_half_a_character_is_part_of_a_key(path):
    """As in the name of a file whose bytes are no text."""
    names = [os.fsdecode(b"\xff\xfe.txt"), "\udcff.txt", "\ud83d", "emoji \U0001f600", 'a"\n\0']
    journal = Journal(path, job=names[0], parameters={"at": names[1]}, keep=lambda _: names[2])
    work = Work({names[1]: ValueError()})
    await bulk.map(work, names, journal=journal)
    report = await bulk.map(Work(), names, journal=journal)
    assert [outcome.status for outcome in report] == ["skipped", "unknown", *["skipped"] * 3]
    assert [outcome.value for outcome in report if outcome.value] == [names[2]] * 4
    # What is said of them can be written to any log.
    messages = [str(report[1].error)]
    plain = Journal(path.with_name(names[0]), job=names[0])
    first = await bulk.map(Work(), names, journal=plain)
    assert first.summary.ok
    skipped = await bulk.map(Work(), names, journal=plain, dry_run=True)
    for problem, action in (
        (JournalError, lambda: bulk.map(Work(), names, journal=Journal(plain.path))),
        (InvalidArgumentError, lambda: bulk.map(Work(), [names[0]] * 2, journal=plain)),
    ):
        with pytest.raises(problem) as caught:
            await action()
        messages.append(str(caught.value))
    assert skipped[0].status == "skipped"
    with pytest.raises(ScalingoError) as caught:
        planned = await bulk.map(Work(), names, dry_run=True)
        planned[0].unwrap()
    messages.append(str(caught.value))
    for message in messages:
        message.encode()


async def test_what_has_no_json_form_is_still_refused_beside_half_a_character(path):
    for value in (object(), ["\udcff", object()], {1, 2}):
        journal = Journal(path, job="work", keep=lambda _, value=value: value)
        path.unlink(missing_ok=True)
        with pytest.raises(TypeError):
            await bulk.map(Work(), ["a"], journal=journal)
        assert states(path) == ["a started", "a done"]


async def test_a_key_of_ones_own(path):
    await bulk.map(Work(), [("a", 1), ("b", 2)], journal=path, key=lambda item: item[0])
    assert {line["key"] for line in lines(path)[1:]} == {"a", "b"}
    with pytest.raises(InvalidArgumentError, match="key must return a str for each item, not int"):
        await bulk.map(Work(), [("c", 1)], journal=path, key=lambda item: item[1])


# -- the disk ----------------------------------------------------------------------------------


@each("tick", range(12))
@with_new_journals
async def test_a_line_is_on_the_disk_although_its_writer_is_cancelled(path, tick):
    """Whoever waits for the disk with it, and whenever it is cancelled."""
    journal_file = JournalFile(Journal(path), "work", {})
    await anyio.to_thread.run_sync(journal_file.open)
    ended = []

    async def append(key, scope):
        with scope:
            try:
                await journal_file.append(key, "started")
            finally:
                ended.append((key, states(path)))

    scopes = {key: anyio.CancelScope() for key in "abc"}
    try:
        async with anyio.create_task_group() as group:
            for key, scope in scopes.items():
                group.start_soon(append, key, scope)
            for _ in range(tick):
                await anyio.lowlevel.checkpoint()
            for scope in scopes.values():
                scope.cancel()
        for key, written in ended:
            assert f"{key} started" in written
        begun = {key for key, _ in ended}
        assert begun == set("abc") or tick == 0, "a task may be cancelled before it begins"
        assert sorted(states(path)) == sorted(f"{key} started" for key in begun)
    finally:
        journal_file.close()


async def test_an_item_whose_first_line_was_being_written_was_never_begun(path):
    """Cancelled meanwhile, it is left as if the job had not come to it."""
    work, scope, real = Work(), anyio.CancelScope(), JournalFile._commit

    def commit(self):
        real(self)
        anyio.from_thread.run_sync(scope.cancel)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(JournalFile, "_commit", commit)
        with scope:
            await bulk.map(work, ["a", "b"], concurrency=1, journal=path)
    assert work.calls == []
    assert states(path) == ["a started", "a dropped"]
    report = await bulk.map(work, ["a", "b"], journal=path)
    assert report.summary.done == 2


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
    with pytest.raises(JournalError, match="is not a regular file"):
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


@each(
    ("given", "message"),
    [
        ({"path": 7}, "path must be the path of a file, not int"),
        ({"path": None}, "path must be the path of a file, not NoneType"),
        ({"path": "a", "job": 7}, "job must be a str"),
        ({"path": "a", "keep": "id"}, "keep must be a function"),
    ],
)
def test_arguments_of_a_journal(given, message):
    with pytest.raises(InvalidArgumentError, match=f"^{message}"):
        Journal(**given)


def test_a_secret_parameter_tells_jobs_apart_too():
    salt = "00" * 16
    marks = {fingerprint(canonical({"token": Secret(token)}), salt) for token in ("a", "b")}
    assert len(marks) == 2
    assert fingerprint(canonical({"token": "a"}), salt) in marks


def test_the_order_of_parameters_tells_no_jobs_apart():
    one, other = {"a": 1, "b": 2}, {"b": 2, "a": 1}
    assert canonical(one).reveal() == canonical(other).reveal()


def test_a_journal_does_not_show_its_parameters():
    assert "canary" not in repr(Journal("x", parameters={"a": "canary"}))


async def test_of_the_name_of_another_job_a_hundred_characters_are_told(path):
    write(path, job="j" * 500)
    refused(path, "belongs to the job '" + "j" * 99 + ", not to")


def test_a_fingerprint_stays_the_same_for_ever():
    """Journals that were written by earlier versions are gone on with."""
    assert fingerprint(canonical({"a": 1}), "00" * 16) == FINGERPRINT


def opened(path):
    file = JournalFile(Journal(path), "work", {})
    file.open()
    return file


def refused(path, message):
    file = JournalFile(Journal(path), "work", {})
    with pytest.raises(JournalError, match=message):
        file.open()
    file.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there, folders are not synced")
async def test_a_new_file_its_name_and_each_line_are_put_on_the_disk(path, monkeypatch):
    synced, fsync = [], os.fsync

    def note(descriptor):
        synced.append((descriptor, os.fstat(descriptor).st_ino))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    file = opened(path)
    (folder,) = [each for each, node in synced if node == path.parent.stat().st_ino]
    with pytest.raises(OSError, match=r"[Bb]ad file"):
        os.fstat(folder)
    nodes = [node for _, node in synced]
    assert nodes.count(path.stat().st_ino) == 1
    await file.append("a", "started")
    await file.append("a", "done")
    assert [node for _, node in synced].count(path.stat().st_ino) == 3
    file.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there, files have no such modes")
async def test_a_journal_may_be_a_link_and_is_readable_for_its_owner_alone(path):
    opened(path).close()
    path.chmod(0o644)
    link = path.with_name("link")
    link.symlink_to(path)
    opened(link).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_look_makes_no_file(path):
    file = JournalFile(Journal(path), "work", {})
    file.look()
    assert (file.entries, file.done, path.exists()) == ({}, 0, False)


async def test_what_earlier_runs_have_left(path):
    done, begun = {"key": "a", "state": "done"}, {"key": "b", "state": "started"}
    dropped = {"key": "b", "state": "dropped"}
    write(path, {"key": "a", "state": "started"}, done, begun, begun, begun, dropped)
    file = JournalFile(Journal(path), "work", {})
    file.look()
    assert file.done == 1
    assert {key: entry.attempts for key, entry in file.entries.items()} == {"a": 1, "b": 2}
    write(path, dropped)
    file = JournalFile(Journal(path), "work", {})
    file.look()
    assert (file.done, file.entries["b"].attempts) == (0, 0)


async def test_an_item_is_found_by_what_it_was_known_by_earlier(path):
    write(path, {"key": "a", "state": "done"}, {"key": "b", "state": "done"})
    file = JournalFile(Journal(path), "work", {})
    file.look()
    assert file.claim("a") is file.entries["a"]
    assert file.claim("x", "a") is None, "what is another item's is not this one's as well"
    assert file.claim("y", "b") is file.entries["b"]
    assert file.claim("z", "b") is None
    with pytest.raises(InvalidArgumentError, match="two items have the key 'b'"):
        file.claim("b")


async def test_nothing_is_written_once_it_is_closed(path):
    file = opened(path)
    size = path.stat().st_size
    file.close()
    with pytest.raises(OSError, match="journal") as caught:
        await file.append("a", "started")
    assert caught.value.errno == errno.EBADF
    assert path.stat().st_size == size


async def test_closing_does_not_wait_for_the_thread_that_writes(path):
    file = opened(path)
    with file._committing:
        file.close()
        refused(path, "is in use by another run")
    file._close_if_idle()
    opened(path).close()


async def test_what_is_closed_while_a_thread_works_on_it_is_closed_at_its_end(path, monkeypatch):
    def closing(file, name):
        method = getattr(file, name)

        def work(*args):
            method(*args)
            file.close()

        monkeypatch.setattr(file, name, work)

    file = JournalFile(Journal(path), "work", {})
    closing(file, "_open")
    file.open()
    other = opened(path)
    closing(other, "_put")
    await other.append("a", "started")
    opened(path).close()


async def test_a_line_that_does_not_get_onto_the_disk_is_taken_back(path, monkeypatch):
    file = opened(path)
    await file.append("a", "started")
    before = path.read_bytes()

    def full(descriptor):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    for _ in range(2):
        with pytest.raises(OSError, match="No space left") as caught:
            await file.append("a", "done")
        assert caught.value.errno == errno.ENOSPC
        assert path.read_bytes() == before
    file.close()


async def test_what_is_on_the_disk_is_not_written_again(path, monkeypatch):
    file = opened(path)
    put = []
    monkeypatch.setattr(file, "_put", put.append)
    async with anyio.create_task_group() as tasks, file._turn:
        for key in "abc":
            tasks.start_soon(file.append, key, "started")
        await anyio.wait_all_tasks_blocked()
    assert len(put) == 1
    assert put[0].count(b"\n") == 3
    file.close()


async def test_a_damaged_end_is_told_by_its_line(path):
    write(path, {"key": "a", "state": "started"})
    path.write_bytes(path.read_bytes() + b"no line of ours")
    refused(path, f"{path.name} is damaged in line 3")


def test_half_a_character_can_be_shown():
    assert with_surrogates_escaped("a\udc80") == "a\\udc80"


async def test_nothing_is_left_open(path):
    """A file that is still open would be locked; one that is forgotten gives a warning."""
    for _ in range(3):
        async with bulk.map(Work(), ["a", "b"], journal=path, idempotent=True) as outcomes:
            await anext(outcomes)
