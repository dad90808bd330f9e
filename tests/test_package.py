"""The package as it is installed: its names, its version, and what importing it costs."""

import ast
import importlib.metadata
import importlib.resources
import inspect
import json
import subprocess
import sys

import pytest
from api_facts import answer_to

import scalingo_async
import scalingo_async.models

HEAVY = {"aiohttp", "anyio", "cattrs", "httpcore", "httpx", "orjson", "starlette", "uvicorn"}


def run(code: str) -> list[str]:
    """Run code in a fresh interpreter; returns what it prints as JSON."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "module", [scalingo_async, scalingo_async.models], ids=lambda m: m.__name__
)
def test_public_names_are_sorted_and_importable(module):
    names = module.__all__
    assert len(set(names)) == len(names)
    # Constants first, then classes, then the rest: as isort and ruff sort them.
    order = sorted(names, key=lambda n: (not n.isupper(), not n[0].isupper(), n))
    assert names == order
    for name in names:
        assert getattr(module, name) is not None
    assert set(names) <= set(dir(module))
    with pytest.raises(AttributeError, match="nonsense"):
        _ = module.nonsense


@pytest.mark.parametrize(
    "module", [scalingo_async, scalingo_async.models], ids=lambda m: m.__name__
)
def test_public_names_are_those_that_type_checkers_see(module):
    """What a module imports for them is what it loads on first use, from the same files."""
    (block,) = [
        node
        for node in ast.parse(inspect.getsource(module)).body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    seen = {
        alias.name: statement.module.removeprefix(f"{module.__name__}.")
        for statement in block.body
        for alias in statement.names
    }
    assert seen == module._HOMES
    assert {*seen} == {*module.__all__} - {"__version__"}
    assert len(block.body) == len(set(seen.values())), "one statement for each file"


def test_every_error_is_public():
    from scalingo_async import errors

    assert set(errors.__all__) <= set(scalingo_async.__all__)


def test_the_version_equals_the_metadata():
    assert importlib.metadata.version("scalingo-async") == scalingo_async.__version__


def test_types_are_shipped():
    assert importlib.resources.files("scalingo_async").joinpath("py.typed").is_file()


def test_importing_it_loads_next_to_nothing_and_does_no_io():
    # Whatever opens a file, a socket or a process, reads the environment or sets logging up is
    # audited or patched; the import system's own reading of modules is let through.
    loaded = run(
        """
import io, json, logging, os, sys
before = set(sys.modules)
events = []
def hook(event, args):
    if event == "open" and str(args[0]).endswith((".py", ".pyc", ".so")):
        return
    if event.split(".")[0] in {"open", "socket", "subprocess", "os"} and event != "os.listdir":
        events.append(event)
handlers = list(logging.root.handlers)
sys.addaudithook(hook)
environ, os.environ = os.environ, None
import scalingo_async
os.environ = environ
assert events == [], events
assert logging.root.handlers == handlers
print(json.dumps(sorted({name.split(".")[0] for name in set(sys.modules) - before})))
"""
    )
    assert not HEAVY & set(loaded)
    assert "attrs" not in loaded


def test_making_a_client_loads_neither_a_transport_nor_a_decoder():
    loaded = run(
        """
import json, sys
from scalingo_async import AsyncClient
client = AsyncClient("tk-us-token")
client.apps
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""
    )
    idle = {"aiohttp", "asyncio", "cattrs", "httpcore", "httpx", "socket", "ssl"}
    assert not {*idle, "starlette", "uvicorn"} & set(loaded)


def test_what_the_first_call_does_not_need_is_not_loaded():
    made, used = run(
        """
import json, sys
from scalingo_async import AsyncClient
client = AsyncClient("tk-us-token")
made = sorted(sys.modules)
client.apps
print(json.dumps([made, sorted(sys.modules)]))
"""
    )
    assert not {name for name in made if name.startswith("scalingo_async.models.")}
    assert not {"scalingo_async._core.endpoint", "scalingo_async._core.decoding.decoder"} & {*made}
    assert not {"difflib", "orjson", "urllib.request", "scalingo_async.readiness"} & set(made)
    idle = {"organizations", "projects", "stacks", "events"}
    assert not {f"scalingo_async.resources.{name}" for name in idle} & set(used)
    models = {name for name in used if name.startswith("scalingo_async.models.")}
    assert models == {
        "scalingo_async.models.apps",
        "scalingo_async.models.base",
        "scalingo_async.models.data_access_consents",
        "scalingo_async.models.events",
        "scalingo_async.models.events.data",
        "scalingo_async.models.events.event",
        "scalingo_async.models.events.types",
        "scalingo_async.models.hds_contacts",
    }


FIRST_ANSWER = """
import json, sys
import anyio, httpx
from scalingo_async import AsyncClient

def answer(request):
    if request.url.path.endswith("/tokens/exchange"):
        return httpx.Response(200, json={"token": "a-bearer-token"})
    return httpx.Response(200, content=ANSWER)

async def main():
    http_client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    async with http_client, AsyncClient("tk-us-token", http_client=http_client) as client:
        assert (await client.apps.get("my-app")).id

anyio.run(main)
print(json.dumps(sorted(sys.modules)))
"""


def test_the_first_answer_loads_what_it_needs():
    """The way of a call, the models of its answer, and the exchange of a token; nothing else."""
    loaded = {*run(FIRST_ANSWER.replace("ANSWER", repr(answer_to("apps.get"))))}
    assert {"scalingo_async.models.apps", "scalingo_async.middleware.authentication.exchange"} <= (
        loaded
    )
    packages = {name.split(".")[1] for name in loaded if name.startswith("scalingo_async.")}
    assert not packages & {"blocking", "bulk", "files", "sandbox", "streams", "waiting", "webhooks"}
    of_resources = {name for name in loaded if name.startswith("scalingo_async.resources.")}
    assert of_resources == {
        f"scalingo_async.resources.{name}" for name in ("apps", "attributes", "base")
    }
    of_models = {name.split(".")[2] for name in loaded if name.startswith("scalingo_async.models.")}
    needed = {"apps", "base", "data_access_consents", "events", "hds_contacts", "tokens"}
    assert of_models == needed
    idle = {"_core.matching", "_core.tables", "_core.decoding.schemas", "transports.upgrade"}
    assert not {f"scalingo_async.{name}" for name in idle} & loaded
    assert not {"cattrs", "pydantic", "wsproto"} & loaded


def test_the_pytest_plugin_loads_no_sandbox():
    loaded = run(
        """
import json, sys
import scalingo_async.pytest_plugin
print(json.dumps(sorted(sys.modules)))
"""
    )
    assert not {"starlette", "uvicorn", "jwt", "scalingo_async.sandbox.sandbox"} & set(loaded)
