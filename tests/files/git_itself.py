"""What git says itself, where it is installed: many trees in one go, since a process is slow."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

GIT = shutil.which("git")

ALONE = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
"""Variables without which git would go by the settings of whoever runs the tests."""


def write(root: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def git(folder: Path, *arguments: str, environment: dict[str, str]) -> bytes:
    assert GIT is not None
    names = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(
        [GIT, *arguments],
        cwd=folder,
        env={**names, **environment},
        check=True,
        stdout=subprocess.PIPE,
    ).stdout


def taken_by_git(
    root: Path, *, ignores_case: bool = False, settings: bool = False, **environment: str
) -> list[str]:
    """List what `git add -A` would add in a directory that is no repository yet.

    Args:
        root: The directory.
        ignores_case: What `core.ignoreCase` is.
        settings: Whether the settings of the user count.
        environment: Variables.
    """
    environment = {**ALONE, **environment}
    if settings:
        del environment["GIT_CONFIG_GLOBAL"]
    git(root, "init", "-q", environment=environment)
    case = ["-c", f"core.ignoreCase={str(ignores_case).lower()}"]
    listing = [*case, "ls-files", "-o", "--exclude-standard", "-z"]
    found = git(root, *listing, environment=environment)
    shutil.rmtree(root / ".git")
    return sorted(os.fsdecode(name) for name in found.split(b"\0") if name)
