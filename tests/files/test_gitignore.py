"""Which files are left out, compared with what git lists.

`gitignore_cases.json` and `gitignore_patterns.json` were written once by
`git ls-files --others --exclude-standard`, so that git is not needed here. Where it is installed,
it is asked about more than they hold.
"""

import json
import os
import sys
from pathlib import Path

import pytest
from git_itself import ALONE, GIT, write
from gitignore_trees import compare, taken, trees
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sweeps import sweep
from tables import each

from scalingo_async.files.gitignore import NAME, Rules, is_own

PATTERNS = json.loads((Path(__file__).parent / "gitignore_patterns.json").read_text("utf-8"))
CASES = json.loads((Path(__file__).parent / "gitignore_cases.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def nobodys_settings(monkeypatch, tmp_path):
    for name, value in {**ALONE, "HOME": str(tmp_path / "nobody")}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


def as_bytes(files):
    return {name: text.encode() for name, text in files.items()}


@pytest.mark.parametrize("name", CASES)
def test_the_same_files_are_left_out_as_by_git(name, tmp_path):
    case = CASES[name]
    write(tmp_path, as_bytes({**dict.fromkeys(case["files"], ""), **case["rules"]}))
    for link, target in case.get("links", {}).items():
        (tmp_path / link).symlink_to(target)
    assert sorted(taken(tmp_path, Rules())) == case["taken"]


def left_out(pattern, names, tmp_path, *, fold):
    (tmp_path / NAME).write_bytes(pattern.encode("latin-1") + b"\n")
    found = []
    for name in names:
        rules = Rules(fold=fold).with_file(tmp_path / NAME)
        *folders, last = os.fsdecode(name.encode("latin-1")).split("/")
        for folder in folders:
            if rules.leave_out(folder, directory=True):
                break
            rules = rules.into(folder)
        else:
            if not rules.leave_out(last, directory=False):
                continue
        found.append(name)
    return found


@each("table", PATTERNS)
def test_each_pattern_leaves_out_what_it_does_for_git(table, tmp_path):
    known = PATTERNS[table]
    found = {
        pattern: left_out(pattern, known["names"], tmp_path, fold=known["ignores case"])
        for pattern in known["left out"]
    }
    assert found == known["left out"]


def test_a_pattern_of_many_stars_takes_no_time(tmp_path):
    """Tried one after the other, there would be more ways to fit them than anybody could wait for."""
    stars = b"*a" * 100 + b"*b\n" + b"**/a/" * 100 + b"b\n" + b"a" + b"**/" * 100 + b"c\n"
    (tmp_path / NAME).write_bytes(stars + b"[[:" * 1000)
    rules = Rules().with_file(tmp_path / NAME)
    assert not rules.leave_out("a" * 250, directory=False)
    for _ in range(200):
        rules = rules.into("a")
    assert not rules.leave_out("a", directory=False)
    assert rules.leave_out("b", directory=False)


# -- git itself ------------------------------------------------------------------------------

if GIT and sys.platform != "darwin":

    @pytest.mark.slow
    @pytest.mark.sweep
    @pytest.mark.parametrize("fold", [False, True])
    def test_any_rules_leave_out_what_they_do_for_git(fold):
        examples = sweep("hundreds of directories with rules of git")

        @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.lists(trees(), min_size=30, max_size=60))
        def compared(cases):
            compare(cases, fold=fold)

        compared()


def test_the_rules_of_the_repository_around_hold_too(tmp_path):
    files = as_bytes(
        {
            ".git/info/exclude": "notes\n",
            ".gitignore": "*.pyc\n/web/local\n.env\n",
            "services/.gitignore": "/web/cache/\n!.env\n",
            "services/web/.gitignore": "*.bak\n",
            "services/web/notes": "",
            "services/web/a.pyc": "",
            "services/web/a.py": "",
            "services/web/a.bak": "",
            "services/web/local": "",
            "services/web/.env": "",
            "services/web/cache/x": "",
        }
    )
    write(tmp_path, files)
    web = tmp_path / "services" / "web"
    # What git lists there.
    assert sorted(taken(web, Rules.around(web))) == [".env", ".gitignore", "a.py", "local"]
    # Without a repository around, a .gitignore above means nothing.
    (tmp_path / ".git" / "info" / "exclude").unlink()
    (tmp_path / ".git" / "info").rmdir()
    (tmp_path / ".git").rmdir()
    expected = [".env", ".gitignore", "a.py", "a.pyc", "cache/x", "local", "notes"]
    assert sorted(taken(web, Rules.around(web))) == expected


def test_a_directory_that_is_left_out_as_a_whole_can_be_named(tmp_path):
    files = as_bytes(
        {
            ".git/HEAD": "",
            ".gitignore": "dist/\n",
            "dist/app/.gitignore": "*.map\n",
            "dist/app/a.js": "",
            "dist/app/a.map": "",
        }
    )
    write(tmp_path, files)
    app = tmp_path / "dist" / "app"
    assert sorted(taken(app, Rules.around(app))) == [".gitignore", "a.js"]


def test_names_that_are_no_utf_8_match_byte_by_byte(tmp_path):
    (tmp_path / NAME).write_bytes(b"caf\xe9\nx?y\n")
    for name in (b"caf\xe9", b"caf\xe8", b"x\xffy", b"x\xc3\xa9y"):
        if sys.platform == "darwin":
            continue
        (tmp_path / os.fsdecode(name)).write_bytes(b"")
    expected = [NAME] if sys.platform == "darwin" else [NAME, "caf\udce8", "xéy"]
    assert sorted(taken(tmp_path, Rules())) == sorted(expected)


def test_a_list_of_rules_that_can_not_be_read_is_no_empty_one(tmp_path):
    """What it leaves out may be secret."""
    (tmp_path / NAME).write_bytes(b"a\n" * (1 << 20))
    with pytest.raises(OSError, match="too large"):
        Rules().with_file(tmp_path / NAME)


@pytest.mark.parametrize(
    ("name", "own"), [(".git", True), (".GIT", True), (".gitignore", False), ("git", False)]
)
def test_the_repository_itself_never_goes_along(name, own):
    assert is_own(name) == own
