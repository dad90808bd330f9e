"""A warm interpreter that runs programs, each in a fork of its own: see example_programs.py.

Most of what a short program costs is the loading of its modules. Here they are loaded once. For
the rest a fork is what `python PROGRAM` starts: a process of its own with its own descriptors,
environment, folder, signals and exit status, which ends as any interpreter does.

An order comes over the socket that is the standard input: its length, its JSON, and with it four
descriptors: the program's 0, 1 and 2, and one to which its process id is written, and its exit
status when it has ended.
"""

from __future__ import annotations

import fcntl
import gc
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import sys
import termios
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import scalingo_async
from scalingo_async.transports.httpx import default_ssl_context
from scalingo_async.waiting import polling

if TYPE_CHECKING:
    from io import TextIOWrapper

LEFT_OUT = (
    "scalingo_async.sandbox",
    "scalingo_async.integrations",
    "scalingo_async.transports",
)
MORE = (
    "anyio._backends._asyncio",
    "anyio._backends._trio",
    "rich.progress",
    "scalingo_async.integrations.rich",
    "scalingo_async.transports.httpx",
)


def load() -> None:
    """Load what the programs load."""
    for module in pkgutil.walk_packages(scalingo_async.__path__, "scalingo_async."):
        if not module.name.startswith(LEFT_OUT):
            import_module(module.name)
    for name in MORE:
        import_module(name)
    default_ssl_context()
    # A fork need not look at, and so copy, what is there already.
    gc.collect()
    gc.freeze()


def stream(descriptor: int, mode: str) -> TextIOWrapper:
    """Make a standard stream as a starting interpreter does."""
    encoding, _, errors = os.environ.get("PYTHONIOENCODING", "utf-8").partition(":")
    if descriptor == 2:
        errors = "backslashreplace"
    made = os.fdopen(descriptor, mode, encoding=encoding, errors=errors or None, closefd=False)
    if descriptor == 2 or os.isatty(descriptor):
        made.reconfigure(line_buffering=True)
    return made


def become(order: dict, descriptors: list[int]) -> None:
    """Make this process one in which the program may run."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, descriptor in enumerate(descriptors[:3]):
        os.dup2(descriptor, number)
    os.closerange(3, 1024)
    if order["terminal"]:
        os.setsid()
        # It becomes the terminal of the session, so that the kernel tells of a new size.
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environ"])
    sys.stdin = sys.__stdin__ = stream(0, "r")
    sys.stdout = sys.__stdout__ = stream(1, "w")
    sys.stderr = sys.__stderr__ = stream(2, "w")
    polling.FIRST_PAUSE = order["first_pause"]
    for name in order["without"]:
        sys.modules[name] = None
    sys.argv = [order["program"], *order["arguments"]]
    sys.path[0] = str(Path(order["program"]).parent)


def serve() -> dict | None:
    """Run what is ordered; returns the order in the fork that is to carry it out."""
    orders = socket.socket(fileno=os.dup(0))
    ended, wake = os.pipe()
    os.set_blocking(ended, False)
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    running: dict[int, int] = {}
    with selectors.DefaultSelector() as ready:
        for source in (orders, ended):
            ready.register(source, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                if key.fileobj is not orders:
                    os.read(ended, 4096)
                    report(running)
                    continue
                size, descriptors, _, _ = socket.recv_fds(orders, 4, 4)
                if not size:
                    orders.close()
                    return None
                left = int.from_bytes(size, "big")
                text = b""
                while len(text) < left:
                    text += orders.recv(left - len(text))
                child = os.fork()
                if not child:
                    order = json.loads(text)
                    # Nothing of this server is left that the end of the fork would warn of.
                    ready.close()
                    orders.detach()
                    become(order, descriptors)
                    return order
                *theirs, status = descriptors
                for descriptor in theirs:
                    os.close(descriptor)
                os.write(status, f"{child}\n".encode())
                running[child] = status


def report(running: dict[int, int]) -> None:
    """Tell how the programs that have ended did so."""
    while running:
        child, status = os.waitpid(-1, os.WNOHANG)
        if not child:
            return
        descriptor = running.pop(child)
        os.write(descriptor, f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os.close(descriptor)


if __name__ == "__main__":
    load()
    order = serve()
    if order is not None:
        runpy.run_path(order["program"], run_name="__main__")
