"""Which files of a directory git would leave out, as its `.gitignore` files say."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

import attrs

from scalingo_async.files.folders import open_file
from scalingo_async.files.git_repository import Repository
from scalingo_async.files.wildmatch import NameTest, PathTest, name_test, path_test

NAME: Final = ".gitignore"
_MAX_SIZE: Final = 1 << 20

_MARK: Final = b"\xef\xbb\xbf"
"""What some editors put in front of UTF-8."""


@attrs.frozen
class _Rule:
    """One line of a `.gitignore`.

    Attributes:
        name: What the last step of a path has to be, wherever it is; `None` for a rule about the
            whole path from its file on.
        path: What that path has to be.
        directories: Whether it is about directories alone.
        leaves_out: `False` when it takes in again what an earlier rule has left out.
    """

    name: NameTest | None
    path: PathTest | None
    directories: bool
    leaves_out: bool

    def fits(self, steps: Sequence[bytes], *, directory: bool) -> bool:
        """Tell whether it is about a path itself; one about a directory above does not count."""
        if self.directories and not directory:
            return False
        if self.name is not None:
            return self.name(steps[-1])
        return self.path is not None and self.path(steps)


class Rules:
    """The rules that hold in one directory, those of the directories above included.

    A rule of a deeper file comes before one of a file above, and of one file the last that fits
    decides. What is in a directory that is left out can't be taken in again: so the rules are
    asked while walking down, and only about what is in directories that are taken.

    Args:
        layers: The rules of each file, the last one first, with the steps from there to here; the
            files from top to bottom.
        fold: Whether the case of ASCII letters makes no difference.
    """

    __slots__ = ("_fold", "_layers")

    def __init__(
        self,
        layers: tuple[tuple[Sequence[_Rule], tuple[bytes, ...]], ...] = (),
        *,
        fold: bool = False,
    ) -> None:
        self._layers = layers
        self._fold = fold

    @classmethod
    def around(cls, directory: Path) -> Self:
        """Return the rules that come from above a directory, as far as its repository reaches.

        Those of `.git/info/exclude` and of the user's own list (`core.excludesFile`) are among
        them. When `.gitignore` files leave out the directory as a whole, those are dropped that
        stand around it: whoever names it wants what is in it, such as the result of a build.

        Args:
            directory: The directory, with all symbolic links resolved.

        Raises:
            OSError: A file with rules can't be read; what it leaves out may be secret.
        """
        repository = Repository.around(directory)
        rules = cls(fold=repository.ignores_case)
        for path in repository.excludes:
            rules = rules._with(_content(path, follow=True))
        names = directory.relative_to(repository.top).parts
        return (
            rules.down(names, repository.top)
            or rules.down(names, None)
            or cls(fold=repository.ignores_case)
        )

    def down(self, names: Sequence[str], above: Path | None) -> Self | None:
        """Return these rules as they hold further down, unless they leave out a step on the way.

        Args:
            names: The steps.
            above: The directory that they begin in, if the files on the way count.

        Raises:
            OSError: A file can't be read.
        """
        rules = self
        for name in names:
            if above is not None:
                rules = rules.with_file(above / NAME)
                above /= name
            if rules.leave_out(name, directory=True):
                return None
            rules = rules.into(name)
        return rules

    def with_file(self, path: str | Path, folder: int | None = None) -> Self:
        """Return these rules and those of a file, which come before them.

        A file that is not there, or that is no ordinary file, has no rules: git follows no link
        here either.

        Args:
            path: Where it is.
            folder: The open directory that the path begins in.

        Raises:
            OSError: It can't be read; what it leaves out may be secret.
        """
        return self._with(_content(path, folder=folder))

    def _with(self, content: bytes) -> Self:
        rules = _read(content, fold=self._fold)
        return type(self)((*self._layers, (rules, ())), fold=self._fold) if rules else self

    def into(self, name: str) -> Self:
        """Return these rules as they hold in a directory below."""
        step = self._step(name)
        layers = tuple((rules, (*steps, step)) for rules, steps in self._layers)
        return type(self)(layers, fold=self._fold)

    def leave_out(self, name: str, *, directory: bool) -> bool:
        """Tell whether something in this directory is left out.

        Args:
            name: Its name.
            directory: Whether it is a directory; a symbolic link to one is not.
        """
        last = self._step(name)
        for rules, steps in reversed(self._layers):
            path = (*steps, last)
            for rule in rules:
                if rule.fits(path, directory=directory):
                    return rule.leaves_out
        return False

    def _step(self, name: str) -> bytes:
        # Bytes, since git compares them: `?` is half of an é.
        step = os.fsencode(name)
        return step.lower() if self._fold else step


def _content(path: str | Path, *, folder: int | None = None, follow: bool = False) -> bytes:
    """Return what is in a file; nothing of one that is not there, or is no ordinary file.

    Raises:
        OSError: It can't be read.
    """
    try:
        mode = os.stat(path, dir_fd=folder, follow_symlinks=follow).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return b""
    if not stat.S_ISREG(mode):
        return b""
    # It may have become a link or a pipe since.
    with open_file(path, folder=folder, follow=follow) as file:
        content = file.read(_MAX_SIZE + 1)
    if len(content) > _MAX_SIZE:
        raise OSError(f"{path} is too large for a list of rules")
    return content


def _read(content: bytes, *, fold: bool) -> Sequence[_Rule]:
    """Read the rules of a file, the last one first; a line that is no rule is passed over."""
    lines = content.removeprefix(_MARK).split(b"\n")
    rules = [_read_line(line.removesuffix(b"\r"), fold=fold) for line in lines]
    return [rule for rule in reversed(rules) if rule is not None]


def _read_line(line: bytes, *, fold: bool) -> _Rule | None:
    if line.startswith(b"#"):
        return None
    # git reads text as C does, which ends with this byte.
    text = _without_spaces(line.partition(b"\0")[0])
    leaves_out = not text.startswith(b"!")
    text = text.removeprefix(b"!")
    directories = text.endswith(b"/")
    text = text.removesuffix(b"/")
    name = path = None
    if b"/" in text:
        path = path_test(text.removeprefix(b"/"), fold=fold)
    elif text:
        name = name_test(text, fold=fold)
    if name is None and path is None:
        return None
    return _Rule(name, path, directories, leaves_out)


def _without_spaces(text: bytes) -> bytes:
    """Take away the spaces at the end, but for one behind a backslash."""
    bare = text.rstrip(b" ")
    backslashes = len(bare) - len(bare.rstrip(b"\\"))
    # Two of them are one that stands for itself.
    return text[: len(bare) + 1] if backslashes % 2 else bare


def is_own(name: str) -> bool:
    """Tell whether a name is that of git's own directory, or of the file that stands for it."""
    return name.lower() == ".git"
