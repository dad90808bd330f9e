"""Directories with rules of git, drawn at random, and what is taken of them: by us, and by git."""

import os
import tempfile
from pathlib import Path

from files.git_itself import taken_by_git, write
from hypothesis import strategies as st

from scalingo_async.files.gitignore import NAME, Rules, is_own


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


STEPS = [b"a", b"b", b"A", b"Z", b"7", b"ab", b"a b", b"a ", b"-", b"]", b"[", b"\\", b"!", b"^"]
STEPS += [b"*", b"#", b":", b"a]", b"[a", b"\xe9", b"\xc3\xa9", b"a-b", b"a\r", b"\t", b"aab"]
PIECES = [
    b"a",
    b"b",
    b"A",
    b"-",
    b"]",
    b"[",
    b"\\",
    b"*",
    b"**",
    b"?",
    b"!",
    b"^",
    b"/",
    b" ",
    b"\r",
]
PIECES += [b"**/", b"/**", b"\\/", b"[:", b":]", b"[[:alpha:]]", b"[[:punct:]]", b"[a-b]", b"[!a]"]
PIECES += [
    b"\xe9",
    b"#",
    b"\0",
    b"[]",
    b"[!]",
    b"[]-]",
    b"[\\]]",
    b"[z-a]",
    b"[a--z]",
    b"[[:upper:]",
]
FOR_ONE = [b"?", b"*", b"**", b"***", b"[!x]", b"[!-~]", b"[[:alpha:]]", b"[^[:upper:]]", b"[a-Z]"]
FOR_ONE += [b"[A-z]", b"[+--]", b"[\\!-\\~]", b"[[:alpha:]-z]", b"[[-a]", b"[]-a]", b"[!]a-]"]
AROUND_ONE = [
    (b"\\", b""),
    (b"[", b"]"),
    (b"[^", b"]"),
    (b"[x\\", b"]"),
    (b"[]", b"]"),
    (b"[-", b"]"),
]
AROUND_ONE += [(b"[", b"-]"), (b"[/", b"]"), (b"", b"**"), (b"[[:no:]", b"]"), (b"[[:", b"]")]
BETWEEN = [
    b"/",
    b"/",
    b"\\/",
    b"/**/",
    b"**/",
    b"/**\\/",
    b"**\\/",
    b"/**/**/",
    b"**/**/",
    b"/***/",
]

paths = st.lists(st.sampled_from(STEPS), min_size=1, max_size=4)


@st.composite
def patterns(draw, near):
    """Draw a line: most are made of a path that is there, with other bytes in some places."""
    if draw(st.integers(0, 5)) == 0:
        return b"".join(draw(st.lists(st.sampled_from(PIECES), max_size=7)))
    steps = []
    for step in draw(st.sampled_from(near)):
        text = b""
        for number in step:
            byte = bytes([number])
            kind = draw(st.integers(0, 3))
            if kind == 0:
                text += draw(st.sampled_from(FOR_ONE))
            elif kind == 1:
                before, after = draw(st.sampled_from(AROUND_ONE))
                text += before + byte + after
            else:
                text += byte
        steps.append(text)
    line = steps[0]
    for step in steps[1:]:
        line += draw(st.sampled_from(BETWEEN)) + step
    front = draw(st.sampled_from([b"", b"", b"", b"/", b"!", b"!/", b"**/"]))
    return front + line + draw(st.sampled_from([b"", b"", b"", b"/", b"/**", b" ", b"\\ "]))


@st.composite
def trees(draw):
    """Draw the files of a directory, some of them with rules."""
    near = draw(st.lists(paths, min_size=2, max_size=6))
    rules = st.lists(patterns(near), min_size=1, max_size=3)
    ends = st.sampled_from([b"\n", b"\n", b"\r\n"])
    folders = [b""] + [steps[0] + b"/" for steps in near if len(steps) > 1]
    files = {b"/".join(steps): b"" for steps in near}
    for folder in [b"", *draw(st.lists(st.sampled_from(folders), max_size=1))]:
        mark = draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf"]))
        files[folder + NAME.encode()] = mark + draw(ends).join(draw(rules)) + draw(ends)
    # What is a directory can't be a file as well.
    return {n: c for n, c in files.items() if not any(o.startswith(n + b"/") for o in files)}


def compare(cases, *, fold):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for number, files in enumerate(cases):
            write(root / str(number), {os.fsdecode(name): files[name] for name in files})
        ours = set(taken(root, Rules(fold=fold)))
        for path in set(taken_by_git(root, ignores_case=fold)) ^ ours:
            number = path.partition("/")[0]
            raise AssertionError(f"{path}: {path in ours=} of {cases[int(number)]}")
