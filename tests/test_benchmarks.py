"""The benchmarks tell the truth: what they compare, when they measure again, what the page shows."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tables import each

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT))

from benchmarks import decoding, first_use, page, quiet  # noqa: E402
from benchmarks.amounts import cells  # noqa: E402
from benchmarks.peers import comparing, environments  # noqa: E402
from benchmarks.quiet import Reading, others  # noqa: E402
from benchmarks.repeating import Run, told  # noqa: E402
from benchmarks.rows import Row  # noqa: E402


class Machine:
    """A machine of told time, on which others keep so many processors busy."""

    def __init__(self):
        self.reading = Reading(clock=0.0, busy=0.0, own=0.0, load=0.0)

    def pass_time(self, seconds, *, ours, others):
        now = self.reading
        self.reading = replace(
            now,
            clock=now.clock + seconds,
            busy=now.busy + seconds * (ours + others),
            own=now.own + seconds * ours,
        )


class Part:
    """A part that takes a minute each time; others are as busy as told, in the end not at all."""

    def __init__(self, machine, *busy, fails=()):
        self.machine = machine
        self.busy = [*busy]
        self.fails = fails
        self.times = 0

    def __call__(self):
        self.times += 1
        busy = self.busy.pop(0) if self.busy else 0.0
        self.machine.pass_time(60.0, ours=1.5, others=busy)
        if self.times in self.fails:
            raise OSError("no sockets left")
        return [Row("part", "a figure", ratio=float(self.times), bound=1.0)]


def run_of(*busy, budget=600.0, repeats=2, fails=()):
    machine = Machine()
    part = Part(machine, *busy, fails=fails)
    run = Run({"part": part}, repeats=repeats, budget=budget, read=lambda: machine.reading)
    return run, part, run.all()


def test_our_own_work_is_no_disturbance():
    run, part, rows = run_of(0.0)
    assert part.times == 1
    assert told(run.machine()) == []
    assert [row.verdict for row in rows] == ["met"]


@each(
    ("busy", "times", "counting"),
    [
        ((1.2, 0.1), 2, 2.0),
        ((1.2, 0.9, 0.2), 3, 3.0),
        ((1.2, 0.7, 0.9), 3, 2.0),
        ((3.0, 3.0, 2.0, 0.0), 3, 3.0),
    ],
)
def test_what_others_disturb_is_measured_again_and_the_quietest_counts(busy, times, counting):
    run, part, rows = run_of(*busy)
    assert part.times == times
    # The quietest, not the one with the best ratio.
    assert [row.ratio for row in rows] == [counting]
    (remark,) = told(run.machine())
    assert ("never quiet" in remark) == (min(busy[:times]) > quiet.QUIET)
    assert f"{min(busy[:times]):g} processors" in remark


def test_nothing_is_measured_again_that_would_not_end_in_time():
    run, part, _ = run_of(1.0, 1.0, 1.0, budget=150.0)
    assert part.times == 2
    assert run.seconds == pytest.approx(120.0)


def test_what_could_not_be_measured_is_in_the_table_and_counts_only_without_another():
    _, part, rows = run_of(1.0, 1.2, 1.1, fails={1})
    assert part.times == 3
    assert [row.ratio for row in rows] == [3.0]
    _, part, rows = run_of(1.0, repeats=0, fails={1})
    assert [row.verdict for row in rows] == ["not run: OSError: no sockets left"]


def test_without_the_counts_of_the_system_the_load_average_tells():
    before = Reading(0.0, None, 0.0, 2.5)
    after = Reading(10.0, None, 12.0, 2.0)
    assert others(before, after) == pytest.approx(1.3)


def test_this_machine_can_be_read():
    before = Reading.now()
    assert others(before, Reading.now()) >= 0


HERE = {"httpcore": "1.0.9", "anyio": "4.16.0", "sniffio": "1.3.1", "trio": "0.30"}


@each(
    ("state", "words"),
    [
        ({**HERE, "trio": "0.31"}, ""),
        ({**HERE, "anyio": "4.11"}, "anyio 4.11 (here 4.16.0)"),
        ({"httpcore": "1.0.9", "anyio": "4.16.0"}, "sniffio is missing (here 1.3.1)"),
    ],
)
def test_environments_that_differ_are_not_compared(state, words):
    assert environments.differences(state, HERE) == words


def test_each_environment_gets_what_is_here():
    for peer in environments.PEERS:
        if peer.kind == "python":
            names = {word.partition("==")[0] for word in peer.installed()}
            assert names >= {"httpcore", "anyio", "sniffio"}


def test_the_head_says_what_the_environments_have():
    same = page.sameness({"here": HERE, "openai": HERE})
    assert same == "httpcore 1.0.9, anyio 4.16.0, sniffio 1.3.1 in all 2 environments"
    differ = page.sameness({"here": HERE, "openai": {"anyio": "4.16.0"}})
    assert "openai: httpcore not installed, anyio 4.16.0, sniffio not installed" in differ


def test_a_missed_bound_does_not_look_like_a_met_one():
    row = Row("part", "a figure", ratio=1.151, bound=1.15)
    assert cells(row)[3:] == ("1.151", "≤ 1.15", "MISSED")


def test_every_client_has_its_bound():
    measured = [*comparing.single(quick=True), *comparing.listing(quick=True)]
    names = [comparing.BARE.name, comparing.OURS.name, comparing.OURS_AIOHTTP.name]
    names += [peer.name for peer in environments.PEERS]
    for measurement in measured:
        measurement.cpu = {name: [1.0] * (measurement.rounds + 1) for name in names}
        samples = {name: [1.0] * measurement.rounds for name in names}
        rows = comparing._rows(measurement, samples, {}, [], environments.PEERS)
        bounded = [row.what for row in rows if row.bound is not None]
        assert len(bounded) == len(environments.PEERS)
        assert [what for what in bounded if "javascript" in what and "over aiohttp" in what]


def test_what_is_decoded_still_exists():
    decoders = decoding.our_decoders()
    for name, path in (("apps", decoding.APPS_PATH), ("events", decoding.EVENTS_PATH)):
        assert len(decoders[name](decoding.answers()[path])) == decoding.COUNT
    assert len(first_use.models()) >= 238


@pytest.mark.parametrize(("seconds", "words"), [(20, "1 minute "), (100, "2 minutes ")])
def test_the_page_counts_in_english(seconds, words):
    figures = json.loads(page.FIGURES.read_text("utf-8")) | {"seconds": seconds, "processors": 1}
    text = page.block(figures)
    assert words in text
    assert "1 processor." in text


def test_the_page_shows_the_figures_of_the_run():
    figures = json.loads(page.FIGURES.read_text("utf-8"))
    text = page.PAGE.read_text("utf-8")
    assert page.written(text, figures) == text, "run python -m benchmarks.page"
    missed = [row["what"] for row in figures["rows"] if row["verdict"] == "MISSED"]
    summary = text.partition("Missed:")[2].partition("```")[0]
    assert all(what in summary for what in missed)
