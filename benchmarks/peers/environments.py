"""An environment for each peer, created on first use and kept."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FOLDER = Path(__file__).resolve().parent.parent

PATIENCE = 300.0
"""Seconds for an installation."""

SAME: Final = ("httpcore", "anyio", "sniffio")
"""The packages whose versions have to be the same in all compared environments.

Without sniffio, httpcore tries to import it each time it uses a lock, which takes up to a third of
a call (encode/httpcore#1103).
"""

_PINNED: Final = ("httpx", *SAME, "h11", "aiohttp")
"""The packages of each environment, in the version installed here, used or not."""

SHOWN: Final = ("httpx", *SAME, "h11", "httpx2", "httpcore2", "trio", "aiohttp")

_ASK = f"""
import json, platform
from importlib.metadata import PackageNotFoundError, version
found = {{"python": platform.python_version()}}
for name in {SHOWN!r}:
    try:
        found[name] = version(name)
    except PackageNotFoundError:
        pass
print(json.dumps(found))
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """A client to compare with.

    Attributes:
        name: Its name, and that of its adapter.
        requirements: What to install.
        arguments: More arguments for the adapter.
        kind: `python`, or `javascript` from the npm registry.
        adapter: The name of its adapter, if it differs.
        home: The name of its environment, if it differs.
    """

    name: str
    requirements: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    kind: str = "python"
    adapter: str = ""
    home: str = ""

    @property
    def environment(self) -> str:
        """The name of its environment."""
        return self.home or self.name

    @property
    def folder(self) -> Path:
        """The path of its environment."""
        return FOLDER / f".venv-bench-{self.environment}"

    def installed(self) -> list[str]:
        """Return all requirements of its environment."""
        if self.kind == "javascript":
            return list(self.requirements)
        return [f"python=={sys.version.split()[0]}", *self.requirements, *_pinned()]


def _pinned() -> list[str]:
    found: list[str] = []
    for name in _PINNED:
        try:
            found.append(f"{name}=={version(name)}")
        except PackageNotFoundError:
            continue
    return found


def _own_requirements() -> tuple[str, ...]:
    text = (FOLDER.parent / "pyproject.toml").read_text("utf-8")
    return tuple(tomllib.loads(text)["project"]["dependencies"])


PEERS = (
    Peer("openai", ("openai",)),
    # githubkit 0.16.1 admits hishel 2.0.0 and fails to import with it.
    Peer("githubkit", ("githubkit", "hishel<2")),
    Peer("hcloud", ("hcloud",)),
    Peer("kubernetes_asyncio", ("kubernetes_asyncio",)),
    Peer("pydo", ("pydo[aio]",)),
    Peer("javascript", ("scalingo",), kind="javascript"),
)

PLAIN: Final = "plain"
"""The environment with our client's requirements and aiohttp.

httpx imports trio, rich and click if they are installed, for its command line.
"""

_PLAIN = Peer(PLAIN, _own_requirements())
BARE = Peer("bare httpx", _own_requirements(), adapter="bare_httpx", home=PLAIN)
OURS = Peer("scalingo_async", _own_requirements(), adapter="ours", home=PLAIN)
OURS_AIOHTTP = Peer(
    "scalingo_async over aiohttp", _own_requirements(), ("aiohttp",), adapter="ours", home=PLAIN
)


def plain_python() -> str:
    """Return the interpreter of the plain environment.

    Raises:
        RuntimeError: It can't be created.
    """
    return str(_python(_PLAIN))


def prepare(peers: Iterable[Peer] = PEERS) -> None:
    """Create the missing environments; a failure is reported for the peers that need it."""

    def make(peer: Peer) -> None:
        try:
            (_node if peer.kind == "javascript" else _python)(peer)
        except RuntimeError:
            return

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(make, (_PLAIN, *peers)))


def state(python: str) -> dict[str, str]:
    """Return the versions of the clients' packages in the environment of an interpreter.

    Raises:
        RuntimeError: The interpreter failed.
    """
    answered: dict[str, str] = json.loads(_run(python, "-c", _ASK))
    return answered


def states() -> dict[str, dict[str, str]]:
    """Return the state of this environment, and of all created ones."""
    found = {"here": state(sys.executable)}
    for peer in (_PLAIN, *PEERS):
        if peer.kind == "python" and _ready(peer):
            found[peer.environment] = state(str(_python(peer)))
    return found


def differences(found: Mapping[str, str], here: Mapping[str, str]) -> str:
    """Describe how two environments differ that should be equal; empty if they are."""
    return ", ".join(
        f"{name} {found.get(name, 'is missing')} (here {here.get(name, 'missing')})"
        for name in SAME
        if found.get(name) != here.get(name)
    )


def command(peer: Peer, url: str) -> list[str]:
    """Return the command that runs a peer against a server; create its environment if necessary.

    Raises:
        RuntimeError: The peer can't be installed, or not with the same versions as the others.
    """
    if peer.kind == "javascript":
        return [*_node(peer), url, str(peer.folder)]
    python = str(_python(peer))
    different = differences(state(python), state(sys.executable))
    if different:
        raise RuntimeError(f"its environment has {different}")
    adapter = f"benchmarks.peers.adapters.{peer.adapter or peer.name}"
    return [python, "-m", adapter, url, *peer.arguments]


def _run(*words: str, cwd: Path | None = None) -> str:
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    try:
        done = subprocess.run(
            words,
            cwd=cwd,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"installing it took more than {PATIENCE:.0f} s") from None
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        errors = [line for line in lines if "error" in line.lower()]
        raise RuntimeError(f"it can't be installed: {(errors or lines)[-1].strip()[:160]}")
    return done.stdout


def _made(peer: Peer) -> Path:
    return peer.folder / ".made"


def _ready(peer: Peer) -> bool:
    """Whether the environment was created completely, from these requirements."""
    made = _made(peer)
    return made.exists() and made.read_text("utf-8").splitlines() == peer.installed()


def _python(peer: Peer) -> Path:
    python = peer.folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not _ready(peer):
        shutil.rmtree(peer.folder, ignore_errors=True)
        _run(sys.executable, "-m", "venv", str(peer.folder))
        _run(str(python), "-m", "pip", "install", "--quiet", *peer.installed()[1:])
        _made(peer).write_text("\n".join(peer.installed()), "utf-8")
    return python


def _node(peer: Peer) -> list[str]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise RuntimeError("node and npm are not installed")
    if not _ready(peer):
        shutil.rmtree(peer.folder, ignore_errors=True)
        peer.folder.mkdir(parents=True)
        (peer.folder / "package.json").write_text('{"private": true}\n', "utf-8")
        _run(
            npm,
            "install",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            *peer.requirements,
            cwd=peer.folder,
        )
        _made(peer).write_text("\n".join(peer.installed()), "utf-8")
    return [node, "--expose-gc", str(Path(__file__).with_name("adapters") / "javascript.mjs")]
