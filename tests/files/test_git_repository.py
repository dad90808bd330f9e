"""The user's own list of rules and the case of names, found where git finds them."""

import os

import pytest
from git_itself import GIT, taken_by_git
from tables import each
from test_gitignore import taken

from scalingo_async.files.git_repository import Repository
from scalingo_async.files.gitignore import Rules

NAMES = ("a.own", "a.py", "secret")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A user of the machine who has nothing of his own yet."""
    home = tmp_path / "home"
    (home / ".config" / "git").mkdir(parents=True)
    for name in ("XDG_CONFIG_HOME", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_GLOBAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return home


@pytest.fixture
def tree(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    for name in NAMES:
        (tree / name).write_text("")
    return tree


SETTINGS = {
    "the usual place": {".config/git/ignore": "*.own\n"},
    "the user's file": {".gitconfig": "[core]\n\texcludesFile = ~/mine\n", "mine": "*.own\n"},
    "another file": {".config/git/config": "[core]\nexcludesfile=~/mine", "mine": "*.own\n"},
    "the last one counts": {
        ".config/git/config": "[core]\nexcludesfile=~/other",
        ".gitconfig": '[Core] EXCLUDESFILE = "~/m\\\nine" ; where\n[core "x"]\nexcludesfile = ~/none\n',
        "other": "*.py\n",
        "mine": "*.own\n",
    },
    "it replaces the usual place": {
        ".config/git/ignore": "*.py\n",
        ".gitconfig": "[core]\nexcludesfile = ~/mine # where\n",
        "mine": "*.own\n",
    },
    "none at all": {
        ".config/git/ignore": "*.py\n*.own\n",
        ".gitconfig": "[core]\nexcludesfile =\n",
    },
    "included": {
        ".gitconfig": '# first\n\n[user]\n\tname = a\\"b\n[include]\n\tpath = more/config\n',
        "more/config": "[core]\r\n\texcludesfile = ~/mine\r\n",
        "mine": "*.own\n",
    },
    "included by itself, which git refuses": {
        ".gitconfig": "[core]\nexcludesfile = ~/mine\n[include]\npath = .gitconfig\n",
        "mine": "*.own\n",
    },
    "not there": {".gitconfig": "[core]\nexcludesfile = ~/mine\n"},
}


NOTHING = {"none at all", "not there"}


@each("name", SETTINGS)
def test_the_users_own_list_counts_as_it_does_for_git(name, home, tree):
    for file in home.rglob("*"):
        if file.is_file():
            file.unlink()
    for file, text in SETTINGS[name].items():
        (home / file).parent.mkdir(exist_ok=True)
        (home / file).write_bytes(text.encode())
    found = sorted(taken(tree, Rules.around(tree)))
    assert found == [file for file in NAMES if file != "a.own" or name in NOTHING]
    if GIT and "which git refuses" not in name:
        assert found == taken_by_git(tree, HOME=str(home), settings=True)


def test_a_gitignore_comes_before_the_users_own_list(home, tree):
    (home / ".config" / "git" / "ignore").write_text("*.own\nsecret\n")
    (tree / ".gitignore").write_text("!secret\n")
    assert "secret" in taken(tree, Rules.around(tree))
    (tree / ".git" / "info").mkdir(parents=True)
    # It comes between the two; git follows a link here.
    (home / "list").write_text("!a.own\n*.py\n")
    (tree / ".git" / "info" / "exclude").symlink_to(home / "list")
    assert sorted(taken(tree, Rules.around(tree))) == [".gitignore", "a.own", "secret"]


def test_what_is_named_although_it_is_left_out_keeps_the_users_own_list(home, tree):
    (home / ".config" / "git" / "ignore").write_text("secret\n")
    (tree.parent / ".git").mkdir()
    (tree.parent / ".gitignore").write_text("tree\n*.py\n")
    assert sorted(taken(tree, Rules.around(tree))) == ["a.own", "a.py"]


def test_a_working_tree_has_its_list_with_the_others(home, tree, tmp_path):
    main = tmp_path / "main" / ".git"
    (main / "worktrees" / "tree").mkdir(parents=True)
    (main / "worktrees" / "tree" / "commondir").write_text("../..\n")
    (main / "info").mkdir()
    (main / "info" / "exclude").write_text("secret\n")
    (main / "config").write_text("[core]\n\tignoreCase\n")
    (tree / ".git").write_text(f"gitdir: {main}/worktrees/tree\n")
    assert Repository.around(tree).ignores_case
    (tree / ".gitignore").write_text("*.PY\n")
    assert sorted(taken(tree, Rules.around(tree))) == [".gitignore", "a.own"]


@pytest.mark.parametrize("value", ["false", "no", "0", ""])
def test_case_matters_otherwise(home, tree, value):
    (tree / ".git").mkdir()
    (tree / ".git" / "config").write_text(f"[core]\n\tignorecase = {value}\n")
    assert not Repository.around(tree).ignores_case


def test_a_disk_that_ignores_case_is_noticed(home, tree, monkeypatch):
    real = os.stat

    def stat(path, *args, **kwargs):
        return real(os.fspath(path).replace("TREE", "tree"), *args, **kwargs)

    assert not Repository.around(tree).ignores_case
    monkeypatch.setattr(os, "stat", stat)
    assert Repository.around(tree).ignores_case
