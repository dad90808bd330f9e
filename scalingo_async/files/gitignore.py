"""Decide which files of a directory git would ignore, from its `.gitignore` files."""

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
"""The byte order mark that some editors write in front of UTF-8."""


@attrs.frozen
class _Rule:
    """One line of a `.gitignore`.

    Attributes:
        name: The test for the last part of a path, at any depth; `None` for a rule about the whole
            path, relative to its file.
        path: The test for that path.
        directories: Whether it matches only directories.
        leaves_out: `False` if it includes again what an earlier rule excludes.
    """

    name: NameTest | None
    path: PathTest | None
    directories: bool
    leaves_out: bool

    def fits(self, steps: Sequence[bytes], *, directory: bool) -> bool:
        """Return whether it matches a path itself; a match of a parent directory doesn't count."""
        if self.directories and not directory:
            return False
        if self.name is not None:
            return self.name(steps[-1])
        return self.path is not None and self.path(steps)


class Rules:
    """The rules that apply in one directory, including those of its parent directories.

    A rule of a deeper file takes precedence over one of a file above; within a file, the last rule
    that matches decides. Files in an excluded directory can't be included again, so the rules are
    applied while walking down, and only in directories that are not excluded.

    Args:
        layers: The rules of each file, the last rule first, with the path from there to here; the
            files from top to bottom.
        fold: Whether names are compared case-insensitively (ASCII letters).
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
        """Return the rules from above a directory, within its repository.

        They include those of `.git/info/exclude` and of the user's own file (`core.excludesFile`).
        If `.gitignore` files exclude the whole directory, the files above it are ignored: if you
        pass such a directory, you want its content, such as the result of a build.

        Args:
            directory: The directory, with all symbolic links resolved.

        Raises:
            OSError: A file with rules can't be read; the files that it excludes may be secret.
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
        """Return these rules for a directory below, unless they exclude a directory on the way.

        Args:
            names: The names of the directories on the way.
            above: The directory where the way starts, if `.gitignore` files on the way apply.

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
        """Return these rules and those of a file, which take precedence.

        A missing file, or one that isn't a regular file, has no rules: git doesn't follow links
        here either.

        Args:
            path: Its path.
            folder: The open directory that the path is relative to.

        Raises:
            OSError: It can't be read; the files that it excludes may be secret.
        """
        return self._with(_content(path, folder=folder))

    def _with(self, content: bytes) -> Self:
        rules = _read(content, fold=self._fold)
        return type(self)((*self._layers, (rules, ())), fold=self._fold) if rules else self

    def into(self, name: str) -> Self:
        """Return these rules for a subdirectory."""
        step = self._step(name)
        layers = tuple((rules, (*steps, step)) for rules, steps in self._layers)
        return type(self)(layers, fold=self._fold)

    def leave_out(self, name: str, *, directory: bool) -> bool:
        """Return whether a file or directory in this directory is excluded.

        Args:
            name: Its name.
            directory: Whether it is a directory; a symbolic link to one isn't.
        """
        last = self._step(name)
        for rules, steps in reversed(self._layers):
            path = (*steps, last)
            for rule in rules:
                if rule.fits(path, directory=directory):
                    return rule.leaves_out
        return False

    def _step(self, name: str) -> bytes:
        # Bytes, because git compares bytes: `?` matches half of an é.
        step = os.fsencode(name)
        return step.lower() if self._fold else step


def _content(path: str | Path, *, folder: int | None = None, follow: bool = False) -> bytes:
    """Return the content of a file; empty if it is missing or isn't a regular file.

    Raises:
        OSError: It can't be read.
    """
    try:
        mode = os.stat(path, dir_fd=folder, follow_symlinks=follow).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return b""
    if not stat.S_ISREG(mode):
        return b""
    # It may have become a link or a pipe in the meantime.
    with open_file(path, folder=folder, follow=follow) as file:
        content = file.read(_MAX_SIZE + 1)
    if len(content) > _MAX_SIZE:
        raise OSError(f"{path} is too large for a list of rules")
    return content


def _read(content: bytes, *, fold: bool) -> Sequence[_Rule]:
    """Read the rules of a file, the last one first; lines without a rule are skipped."""
    lines = content.removeprefix(_MARK).split(b"\n")
    rules = [_read_line(line.removesuffix(b"\r"), fold=fold) for line in lines]
    return [rule for rule in reversed(rules) if rule is not None]


def _read_line(line: bytes, *, fold: bool) -> _Rule | None:
    if line.startswith(b"#"):
        return None
    # git uses C strings, which end at this byte.
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
    """Remove trailing spaces, except one after a backslash."""
    bare = text.rstrip(b" ")
    backslashes = len(bare) - len(bare.rstrip(b"\\"))
    # Two backslashes are one literal backslash.
    return text[: len(bare) + 1] if backslashes % 2 else bare


def is_own(name: str) -> bool:
    """Return whether a name is that of git's own directory, or of the file that replaces it."""
    return name.lower() == ".git"
