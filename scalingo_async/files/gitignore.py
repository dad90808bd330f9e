"""Which files of a directory git would leave out, as its `.gitignore` files say."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

import attrs
from pathspec import GitIgnoreSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Self

NAME: Final = ".gitignore"
_MAX_SIZE: Final = 1 << 20

# git compares bytes: `?` is half of an é. So each byte stands for itself here, and those that are
# no ASCII are put where no library takes them for white space or for a letter.
_BYTES: Final = {byte: 0xE000 + byte for byte in range(0x80, 0x100)}

_MARK: Final = "\xef\xbb\xbf".translate(_BYTES)
"""What some editors put in front of UTF-8."""

_SPACES: Final = re.compile(r"(?<!\\) +$")
_STARS: Final = re.compile(r"\*{2,}")
_LAST_SPACE: Final = re.compile(r"(?<!\\)(\s)$")
_SPECIAL: Final = re.compile(r"[*?\[\\]").search
_WHOLE: Final = re.compile(r"(?:[^\[\\]|\\.|\[[!^]?\]?[^\]]*\])*", re.DOTALL).fullmatch


@attrs.frozen
class _Rule:
    """One line of a `.gitignore`.

    Attributes:
        parts: What each step of a path has to be; `None` stands for any number of steps.
        anchored: Whether it is about the whole path from its file on, not about a name anywhere.
        directories: Whether it is about directories alone.
        leaves_out: `False` when it takes in again what an earlier rule has left out.
    """

    parts: tuple[Callable[[str], bool] | None, ...]
    anchored: bool
    directories: bool
    leaves_out: bool

    def fits(self, steps: tuple[str, ...], *, directory: bool) -> bool:
        """Tell whether it is about a path itself; one about a directory above does not count."""
        if self.directories and not directory:
            return False
        return _fit(self.parts, steps if self.anchored else steps[-1:])


def _fit(parts: Sequence[Callable[[str], bool] | None], steps: tuple[str, ...]) -> bool:
    for number, part in enumerate(parts):
        if part is None:
            rest = parts[number + 1 :]
            # At its end, it is what is inside, not the directory itself.
            return (
                any(_fit(rest, steps[n:]) for n in range(len(steps) + 1)) if rest else bool(steps)
            )
        if not steps or not part(steps[0]):
            return False
        steps = steps[1:]
    return not steps


class Rules:
    """The rules that hold in one directory, those of the directories above included.

    A rule of a deeper file comes before one of a file above, and of one file the last that fits
    decides. What is in a directory that is left out can't be taken in again: so the rules are
    asked while walking down, and only about what is in directories that are taken.

    Args:
        layers: The rules of each file, the last one first, with the steps from there to here; the
            files from top to bottom.
    """

    __slots__ = ("_layers",)

    def __init__(self, layers: tuple[tuple[Sequence[_Rule], tuple[str, ...]], ...] = ()) -> None:
        self._layers = layers

    @classmethod
    def around(cls, directory: Path) -> Self:
        """Return the rules that come from above a directory, as far as its repository reaches.

        Rules that leave out the directory as a whole are dropped, with those around them: whoever
        names it wants what is in it, such as the result of a build.

        Args:
            directory: The directory, with all symbolic links resolved.
        """
        above = directory
        names: list[str] = []
        while not (above / ".git").exists():
            if above.parent == above:
                return cls()
            names.append(above.name)
            above = above.parent
        rules = cls().with_file(above / ".git" / "info" / "exclude")
        for name in reversed(names):
            rules = rules.with_file(above / NAME)
            if rules.leave_out(name, directory=True):
                return cls()
            rules = rules.into(name)
            above /= name
        return rules

    def with_file(self, path: Path) -> Self:
        """Return these rules and those of a file, which come before them.

        A file that is not there, or that is no ordinary file, has no rules.

        Raises:
            OSError: It can't be read; what it leaves out may be secret.
        """
        # A pipe would be waited for; and git does not follow a link here either.
        if path.is_symlink() or not path.is_file():
            return self
        with path.open("rb") as file:
            content = file.read(_MAX_SIZE + 1)
        if len(content) > _MAX_SIZE:
            raise OSError(f"{path} is too large for a list of rules")
        rules = _read(_as_bytes(content))
        return type(self)((*self._layers, (rules, ()))) if rules else self

    def into(self, name: str) -> Self:
        """Return these rules as they hold in a directory below."""
        step = _as_bytes(os.fsencode(name))
        return type(self)(tuple((rules, (*steps, step)) for rules, steps in self._layers))

    def leave_out(self, name: str, *, directory: bool) -> bool:
        """Tell whether something in this directory is left out.

        Args:
            name: Its name.
            directory: Whether it is a directory; a symbolic link to one is not.
        """
        last = _as_bytes(os.fsencode(name))
        for rules, steps in reversed(self._layers):
            path = (*steps, last)
            for rule in rules:
                if rule.fits(path, directory=directory):
                    return rule.leaves_out
        return False


def _as_bytes(content: bytes) -> str:
    return content.decode("latin-1").translate(_BYTES)


def _read(text: str) -> Sequence[_Rule]:
    """Read the rules of a file, the last one first; a line that is no rule is passed over."""
    lines = text.removeprefix(_MARK).split("\n")
    rules = [_read_line(line.removesuffix("\r")) for line in lines]
    return [rule for rule in reversed(rules) if rule is not None]


def _read_line(line: str) -> _Rule | None:
    if line.startswith("#"):
        return None
    text = _SPACES.sub("", line)
    leaves_out = not text.startswith("!")
    text = text.removeprefix("!")
    directories = text.endswith("/")
    text = text.removesuffix("/")
    if not text:
        return None
    anchored = "/" in text
    parts = text.removeprefix("/").split("/") if anchored else [text]
    try:
        tests = tuple(None if part == "**" and anchored else _test(part) for part in parts)
    except ValueError:
        return None
    return _Rule(tests, anchored, directories, leaves_out)


def _test(part: str) -> Callable[[str], bool]:
    """Make the test of one step of a path.

    Raises:
        ValueError: It is no pattern.
    """
    if not _SPECIAL(part):
        return part.__eq__
    if not _WHOLE(part):
        raise ValueError("a bracket that is not closed fits nothing")
    # With a slash in front it is about this very step, whatever its first letter is; a space at
    # its end belongs to it.
    line = "/" + _LAST_SPACE.sub(r"\\\1", _STARS.sub("*", part))
    (pattern,) = GitIgnoreSpec.from_lines([line]).patterns
    return lambda step: pattern.match_file(step) is not None


def is_own(name: str) -> bool:
    """Tell whether a name is that of git's own directory, or of the file that stands for it."""
    return name.lower() == ".git"
