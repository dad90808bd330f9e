"""The mutants: each is a change that can be compiled, is told by its line, and can be put in."""

import json

from tables import each

from tests.mutation import mutants as module
from tests.mutation import record
from tests.mutation.groups import GROUPS
from tests.mutation.mutants import mutants
from tests.mutation.runner import ROOT, Verdict, changed

SOURCE = '''\
"""A module."""

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import os

LIMIT: Final = 3
KIND: Literal["a"] = "a"
__all__ = ["LIMIT"]


class Box:
    """A box."""

    size: int = 1

    @property
    def full(self) -> "bool":
        """Tell whether it is full."""
        return self.size >= LIMIT and not self.open

    async def put(self, what: str = "") -> str | None:
        if what in self.names:
            raise ValueError("it is there already")
        self.size += 1
        for name in self.names:
            if self.strange(name):
                break
        await self.store(what)
        return f"{what}: {self.size}"
'''

EXPECTED = {
    ("", "3 -> 4"),
    ("", "\"a\" -> 'XXa'"),
    ("Box", "1 -> 2"),
    ("Box.full", ">= -> >"),
    ("Box.full", ">= -> <"),
    ("Box.full", "and -> or"),
    ("Box.full", "not -> "),
    ("Box.full", "return self.size >= LIMIT and not self.open -> return None"),
    ("Box.put", "\"\" -> 'XX'"),
    ("Box.put", "in -> not in"),
    ("Box.put", 'raise ValueError("it is there already") -> pass'),
    ("Box.put", "self.size += 1 -> pass"),
    ("Box.put", "+= -> -="),
    ("Box.put", "1 -> 2"),
    ("Box.put", "self.strange(name) -> (not (self.strange(name)))"),
    ("Box.put", "break -> continue"),
    ("Box.put", "await self.store(what) -> pass"),
    ("Box.put", 'return f"{what}: {self.size}" -> return None'),
}


def test_what_is_changed_and_what_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PACKAGE", tmp_path)
    (tmp_path / "box.py").write_text(SOURCE, "utf-8")
    found = mutants("box.py")
    assert {(each.function, each.change) for each in found} == EXPECTED
    for mutant in found:
        changed_source = mutant.applied(SOURCE.encode()).decode()
        compile(changed_source, "box.py", "exec")
        differ = [
            (before, after)
            for before, after in zip(SOURCE.splitlines(), changed_source.splitlines(), strict=True)
            if before != after
        ]
        assert [before.strip() for before, _ in differ] == [mutant.line]


def test_two_changes_that_are_alike_have_keys_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PACKAGE", tmp_path)
    (tmp_path / "twice.py").write_text("def f(x):\n    return x + x + x\n", "utf-8")
    found = [each for each in mutants("twice.py") if each.change == "+ -> -"]
    assert [each.nth for each in found] == [0, 1]


def test_only_the_function_that_was_changed_is_put_in():
    source = (
        "A = 1\ndef f():\n    def g():\n        return 1\n    return g\ndef h():\n    return 1\n"
    )
    old = compile(source, "m", "exec")
    within = compile(source.replace("        return 1", "        return 2"), "m", "exec")
    assert [pair[0].co_name for pair in changed(old, within)] == ["f", "g"]
    outside = compile(source.replace("A = 1", "A = 2"), "m", "exec")
    assert list(changed(old, outside)) == [None]
    assert list(changed(old, compile(source, "m", "exec"))) == []


@each("name", GROUPS)
def test_what_a_group_names_is_there(name):
    for path in GROUPS[name].tests:
        assert (ROOT / "tests" / path).is_file(), path
    for path in GROUPS[name].modules:
        assert (module.PACKAGE / path).is_file(), path


def test_only_a_survivor_without_a_reason_fails_a_run(monkeypatch):
    first, second, third = mutants("middleware/retry.py")[:3]
    monkeypatch.setattr(record, "reasons", lambda: {second.key: "makes no difference at all"})
    verdicts = [Verdict(first, "survived"), Verdict(second, "survived"), Verdict(third, "hung")]
    (complaint,) = record.complaints({"retry": verdicts}, whole=False)
    assert complaint == f"survived: {first}"
    assert record.complaints({"retry": verdicts[1:]}, whole=False) == []
    of_a_whole_run = record.complaints({"retry": verdicts[1:]}, whole=True)
    assert of_a_whole_run == ["retry: only 50.0% are noticed"]


def test_figures_tell_how_many_were_tried_of_how_many(tmp_path, monkeypatch):
    monkeypatch.setattr(record, "FIGURES", tmp_path / "figures.json")
    monkeypatch.setattr(record, "SAMPLE", tmp_path / "sample.json")
    found = mutants("middleware/retry_after.py")
    verdicts = [Verdict(each, "killed", "a test") for each in found[1:]]
    verdicts += [Verdict(found[0], "survived")]
    record.write({"retry": verdicts}, whole=True)
    every = sum(len(mutants(each)) for each in GROUPS["retry"].modules)
    assert json.loads(record.FIGURES.read_text("utf-8")) == {
        "retry": {"of": every, "killed": len(found) - 1, "survived": 1}
    }
    told = record.section()
    assert f"| retry | {len(found)} | {every} | {len(found) - 1} | " in told
    assert "Not tried: all of rate limit, all of tokens, " in told
    assert f", {every - len(found)} of retry." in told
    # A survivor that is listed is told with its place.
    for key in record.reasons():
        assert f"- `{key[0]}`" in told


def test_every_survivor_has_a_reason():
    for key, why in record.reasons().items():
        assert len(why.split()) > 3, key


def test_what_is_recorded_would_pass():
    for name, count in json.loads(record.FIGURES.read_text("utf-8")).items():
        tried, survived = sum(count.values()) - count["of"], count.get("survived", 0)
        assert 0 < tried <= count["of"], name
        assert 1 - survived / tried >= record.LEAST, name
        # One that was listed meanwhile may be noticed; none may be missing.
        listed = sum(key[0] in GROUPS[name].modules for key in record.reasons())
        assert survived <= listed, name
