"""An environment for each peer, made on first use and kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent

PATIENCE = 300.0
"""Seconds for an installation."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A client to compare with.

    Attributes:
        name: Its name, and that of its adapter.
        requirements: What to install; nothing for those that run in this environment.
        arguments: More arguments for the adapter.
        kind: `python`, or `javascript` from the npm registry.
    """

    name: str
    requirements: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    kind: str = "python"
    adapter: str = ""

    @property
    def folder(self) -> Path:
        """Where its environment is."""
        return FOLDER / f".venv-bench-{self.name}"


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

BARE = Peer("bare httpx", adapter="bare_httpx")
OURS = Peer("scalingo_async", adapter="ours")
OURS_AIOHTTP = Peer("scalingo_async over aiohttp", arguments=("aiohttp",), adapter="ours")


def plain_python() -> str:
    """Return the interpreter of an environment that has what our client requires, nothing else.

    httpx imports trio, rich and click where they are installed, for its command line.

    Raises:
        RuntimeError: It can't be made.
    """
    return str(_python(Peer("plain", _own_requirements())))


def command(peer: Peer, url: str) -> list[str]:
    """Return the command that runs a peer against a server; makes its environment if need be.

    Raises:
        RuntimeError: The peer can't be installed.
    """
    if peer.kind == "javascript":
        return [*_node(peer), url, str(peer.folder)]
    python = str(_python(peer)) if peer.requirements else sys.executable
    adapter = f"benchmarks.peers.adapters.{peer.adapter or peer.name}"
    return [python, "-m", adapter, url, *peer.arguments]


def _run(*words: str, cwd: Path | None = None) -> None:
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


def _made(peer: Peer) -> Path:
    return peer.folder / ".made"


def _ready(peer: Peer) -> bool:
    """Whether the environment was made to the end, from these requirements."""
    made = _made(peer)
    return made.exists() and made.read_text("utf-8").splitlines() == list(peer.requirements)


def _python(peer: Peer) -> Path:
    python = peer.folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not _ready(peer):
        shutil.rmtree(peer.folder, ignore_errors=True)
        _run(sys.executable, "-m", "venv", str(peer.folder))
        _run(str(python), "-m", "pip", "install", "--quiet", *peer.requirements)
        _made(peer).write_text("\n".join(peer.requirements), "utf-8")
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
        _made(peer).write_text("\n".join(peer.requirements), "utf-8")
    return [node, "--expose-gc", str(Path(__file__).with_name("adapters") / "javascript.mjs")]
