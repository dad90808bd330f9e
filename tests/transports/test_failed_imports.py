"""Nothing is searched for while requests are sent: Python does not remember what it did not find."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PROJECT = tomllib.loads(TESTS.with_name("pyproject.toml").read_text(encoding="utf-8"))["project"]

BODY = TESTS.joinpath("api/examples/apps.get.json").read_text(encoding="utf-8")

PROGRAM = '''
import asyncio, importlib, json, sys

hidden, transport = set(json.loads(sys.argv[1])), sys.argv[2]
missed = []


class Hiding:
    """Finds what a finder does, without what would not be installed."""

    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, path=None, target=None):
        hides = name.partition(".")[0] in hidden
        return None if hides else self.finder.find_spec(name, path, target)

    def __getattr__(self, name):
        return getattr(self.finder, name)


class Missing:
    """The last to be asked: nobody has found it."""

    def find_spec(self, name, path=None, target=None):
        missed.append(name)


sys.meta_path[:] = [*map(Hiding, sys.meta_path), Missing()]

from scalingo_async import AsyncClient

BODY = sys.argv[3].encode()
ANSWER = b"HTTP/1.1 200 OK\\r\\ncontent-length: %d\\r\\n\\r\\n%s" % (len(BODY), BODY)


class Serving(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.came = b""

    def data_received(self, data):
        self.came += data
        if self.came.endswith(b"\\r\\n\\r\\n"):
            self.came = b""
            self.transport.write(ANSWER)


async def main():
    server = await asyncio.get_running_loop().create_server(Serving, "127.0.0.1", 0)
    url = "http://127.0.0.1:%d" % server.sockets[0].getsockname()[1]
    module, _, name = transport.rpartition(".")
    client = AsyncClient(
        bearer_token="not-a-real-one",
        api_url=url,
        database_url=url,
        auth_url=url,
        rate_limit=None,
        transport=getattr(importlib.import_module(module), name)(trust_env=False),
    )
    async with client:
        await client.apps.get("my-app")
        missed.clear()
        for _ in range(100):
            app = await client.apps.get("my-app")
        found = list(missed)
    server.close()
    return {"name": app.name, "missed": found, "trio": "trio" in sys.modules}


print(json.dumps(asyncio.run(main())))
'''


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def installed_with(requirements: list[str]) -> set[str]:
    """Return the distributions that come along with requirements; extras of theirs do not."""
    found: set[str] = set()
    waiting = list(requirements)
    while waiting:
        requirement, _, marker = waiting.pop().partition(";")
        name = normalized(re.match(r"[A-Za-z0-9._-]+", requirement)[0])
        if "extra" in marker or name in found:
            continue
        found.add(name)
        try:
            waiting += metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            # For another version of Python.
            continue
    return found


@pytest.mark.parametrize(
    ("transport", "extra"),
    [
        ("scalingo_async.transports.httpx.HttpxTransport", None),
        ("scalingo_async.transports.httpx2.Httpx2Transport", "httpx2"),
        ("scalingo_async.transports.aiohttp.AiohttpTransport", "aiohttp"),
    ],
    ids=["httpx", "httpx2", "aiohttp"],
)
def test_a_hundred_calls_look_for_no_module_in_vain(transport, extra):
    """Alone with what `pip install` brings: what tests need besides, trio for one, is hidden."""
    wanted = PROJECT["dependencies"] + (PROJECT["optional-dependencies"][extra] if extra else [])
    ours = installed_with(wanted)
    hidden = {
        module
        for module, names in metadata.packages_distributions().items()
        if not {normalized(name) for name in names} & {*ours, "scalingo-async"}
    }
    assert "trio" in hidden
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(sorted(hidden)), transport, BODY],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    assert json.loads(done.stdout) == {"name": "example-app", "missed": [], "trio": False}
