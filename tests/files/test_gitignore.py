"""Which files are left out, compared with what git lists.

`gitignore_cases.json` was written once by `git ls-files --others --exclude-standard`, so that git is
not needed here.
"""

import json
import os
import sys
from pathlib import Path

import pytest

from scalingo_async.files.gitignore import NAME, Rules, is_own

CASES = json.loads((Path(__file__).parent / "gitignore_cases.json").read_text(encoding="utf-8"))


def taken(directory, rules, steps=""):
    """List what is taken, as the packing does."""
    rules = rules.with_file(directory / NAME)
    found = []
    for entry in os.scandir(directory):
        folder = entry.is_dir(follow_symlinks=False)
        if is_own(entry.name) or rules.leave_out(entry.name, directory=folder):
            continue
        name = steps + entry.name
        if folder:
            found += taken(Path(entry.path), rules.into(entry.name), f"{name}/")
        else:
            found.append(name)
    return found


def write(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


@pytest.mark.parametrize("name", CASES)
def test_the_same_files_are_left_out_as_by_git(name, tmp_path):
    case = CASES[name]
    write(tmp_path, {**dict.fromkeys(case["files"], ""), **case["rules"]})
    for link, target in case.get("links", {}).items():
        (tmp_path / link).symlink_to(target)
    assert sorted(taken(tmp_path, Rules())) == case["taken"]


def test_the_rules_of_the_repository_around_hold_too(tmp_path):
    write(
        tmp_path,
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
        },
    )
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
    write(
        tmp_path,
        {
            ".git/HEAD": "",
            ".gitignore": "dist/\n",
            "dist/app/.gitignore": "*.map\n",
            "dist/app/a.js": "",
            "dist/app/a.map": "",
        },
    )
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
