"""Git's rules for a directory besides `.gitignore` files: its repository and the settings."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import attrs

from scalingo_async.log import logger

__all__ = ["Repository"]

_MAX_SIZE: Final = 1 << 20
_DEEPEST: Final = 10
_TRUE: Final = frozenset({"true", "yes", "on", "1"})

_SECTION: Final = re.compile(r'\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]', re.ASCII).match
_KEY: Final = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9-]*)[ \t]*(=?)[ \t]*", re.ASCII).match
_ESCAPES: Final = {"n": "\n", "t": "\t", "b": "\b"}


@attrs.frozen
class Repository:
    """The settings that decide which files of a directory git would add.

    Attributes:
        top: The top directory of the repository.
        excludes: Files with rules that are weaker than any `.gitignore`, the weakest first.
        ignores_case: Whether names are compared case-insensitively (ASCII letters).
    """

    top: Path
    excludes: tuple[Path, ...]
    ignores_case: bool

    @classmethod
    def around(cls, directory: Path) -> Repository:
        """Find the repository of a directory; without one, act as if it were created there.

        Args:
            directory: The directory, with all symbolic links resolved.
        """
        for top in (directory, *directory.parents):
            if (top / ".git").exists():
                return cls._of(top, _common(top / ".git"))
        settings = _settings(None)
        return cls(directory, _excludes(settings, directory), _folds(directory))

    @classmethod
    def _of(cls, top: Path, git: Path) -> Repository:
        settings = _settings(git)
        return cls(
            top,
            (*_excludes(settings, top), git / "info" / "exclude"),
            _truth(settings.get("core.ignorecase", "false")),
        )


def _common(git: Path) -> Path:
    """Return the directory that all working trees of a repository share."""
    if git.is_file():
        # A submodule, or an additional working tree.
        kind, _, path = _text(git).partition(":")
        if kind == "gitdir" and path.strip():
            git = git.parent / path.strip()
    common = _text(git / "commondir").strip()
    return git / common if common else git


def _excludes(settings: Mapping[str, str], top: Path) -> tuple[Path, ...]:
    """Return the user's own list of rules."""
    named = settings.get("core.excludesfile")
    if named is not None:
        path = _expanded(named, top)
        return () if path is None else (path,)
    folder = _folder()
    return () if folder is None else (folder / "ignore",)


def _folder() -> Path | None:
    """Return the directory of the user's settings."""
    given = os.environ.get("XDG_CONFIG_HOME")
    if given:
        return Path(given) / "git"
    home = _home()
    return None if home is None else home / ".config" / "git"


def _home() -> Path | None:
    given = os.environ.get("HOME") or (
        os.environ.get("USERPROFILE") if sys.platform == "win32" else None
    )
    return Path(given) if given else None


def _expanded(path: str, relative_to: Path) -> Path | None:
    if not path:
        return None
    with suppress(RuntimeError):
        return relative_to / Path(path).expanduser()
    return None


def _folds(directory: Path) -> bool:
    """Return whether the file system is case-insensitive."""
    other = directory.name.swapcase()
    with suppress(OSError):
        return other != directory.name and directory.samefile(directory.parent / other)
    return False


# -- settings --------------------------------------------------------------------------------


def _settings(git: Path | None) -> dict[str, str]:
    """Read the files with settings, the weakest first; conditional includes are not read."""
    settings: dict[str, str] = {}
    for path in _files(git):
        settings.update(_read(path, _DEEPEST))
    return settings


def _files(git: Path | None) -> Iterator[Path]:
    environment = os.environ
    if not _truth(environment.get("GIT_CONFIG_NOSYSTEM", "false")):
        yield Path(environment.get("GIT_CONFIG_SYSTEM") or "/etc/gitconfig")
    if "GIT_CONFIG_GLOBAL" in environment:
        yield Path(environment["GIT_CONFIG_GLOBAL"] or os.devnull)
    else:
        folder, home = _folder(), _home()
        if folder is not None:
            yield folder / "config"
        if home is not None:
            yield home / ".gitconfig"
    if git is not None:
        yield git / "config"


def _read(path: Path, depth: int) -> Generator[tuple[str, str], None, None]:
    for key, value in _entries(_text(path)):
        if key != "include.path":
            yield key, value
        elif depth and (included := _expanded(value, path.parent)) is not None:
            yield from _read(included, depth - 1)


def _text(path: Path) -> str:
    """Read a file; a missing or unreadable one counts as empty, like in git."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            return os.fsdecode(file.read(_MAX_SIZE))
    except OSError as error:
        logger.warning("%s can't be read: %s", path, error.strerror)
        return ""


def _entries(text: str) -> Generator[tuple[str, str], None, None]:
    """Read settings: `section.key`, or `section.name.key`, and the value."""
    section = ""
    lines = iter(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"))
    for line in lines:
        rest = line.strip()
        header = _SECTION(rest)
        if header is not None:
            name, below = header.groups()
            section = name.lower() if below is None else f"{name.lower()}.{below}"
            rest = rest[header.end() :]
        found = None if rest.lstrip()[:1] in {"#", ";", ""} else _KEY(rest)
        if found is not None:
            key, equals = found.groups()
            value = _value(rest[found.end() :], lines) if equals else "true"
            yield f"{section}.{key.lower()}", value


def _value(line: str, lines: Iterator[str]) -> str:
    """Read a value, which may continue on the next lines."""
    value: list[str] = []
    kept = 0
    quoted = False
    characters = iter(line)
    while (character := next(characters, None)) is not None:
        if character == "\\":
            escaped = next(characters, None)
            if escaped is None:
                characters = iter(next(lines, "").rstrip())
                continue
            value.append(_ESCAPES.get(escaped, escaped))
            kept = len(value)
        elif character == '"':
            quoted = not quoted
            kept = len(value)
        elif character in "#;" and not quoted:
            break
        else:
            value.append(character)
            if quoted or not character.isspace():
                kept = len(value)
    return "".join(value[:kept])


def _truth(value: str) -> bool:
    return value.lower() in _TRUE
