"""Rules of `.gitignore` files: what git says where it is installed, and no error for any bytes."""

from __future__ import annotations

import os

from files.git_itself import GIT
from gitignore_trees import STEPS, compare, trees
from hypothesis import strategies as st

from scalingo_async.files.gitignore import Rules

from .running import drawn, target

LINES = st.lists(
    st.lists(
        st.sampled_from([b"**/", b"*", b"**", b"?", b"[", b"]", b"[!", b"[[:", b":]", b"\\", b"/"])
        | st.sampled_from(STEPS)
        | st.binary(max_size=3),
        max_size=12,
    ).map(b"".join),
    max_size=6,
).map(b"\n".join)


@target("gitignore", 1)
@drawn(st.lists(trees(), min_size=20, max_size=40), st.booleans())
def as_git_does(cases, fold):
    if GIT:
        compare(cases, fold=fold)


@target("patterns of any bytes", 25)
@drawn(LINES, st.lists(st.sampled_from(STEPS) | st.binary(min_size=1, max_size=6), max_size=5))
def any_bytes(content, steps):
    for fold in (False, True):
        rules = Rules(fold=fold)._with(content)
        for step in steps:
            name = os.fsdecode(step)
            answers = {rules.leave_out(name, directory=directory) for directory in (True, False)}
            assert answers <= {True, False}
            rules = rules.into(name)
