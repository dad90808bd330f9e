"""The startup of a program: imports and the client; then its first call."""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.peers.environments import plain_python
from benchmarks.rows import Row, alternate, compared, not_run
from benchmarks.serving import ROOT, serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PART = "importing"
OURS, BARE = "scalingo_async", "httpx"
MADE_BOUND, USED_BOUND, CALLED_BOUND = 0.7, 1.0, 1.3
USED = "first use of all 238 models, without their class definitions (CPU)"
ALLOWED = 0.020
"""Seconds that the first use of all models may take, without defining their classes."""

TIMED = """
import time
start = time.process_time()
{body}
print(time.process_time() - start)
"""

MADE = {
    OURS: 'import scalingo_async\nscalingo_async.AsyncClient(api_token="tk-us-0123456789abcdef")',
    BARE: "import httpx\nhttpx.AsyncClient()",
}

CALLED = {
    OURS: """
import asyncio, os, scalingo_async

async def main():
    url = os.environ["BENCHMARK_URL"]
    async with scalingo_async.AsyncClient(
        api_token="tk-us-0123456789abcdef", api_url=url, auth_url=url + "/auth", database_url=url
    ) as client:
        assert (await client.apps.get("my-app")).status == "running"

asyncio.run(main())
""",
    BARE: """
import asyncio, os, httpx

async def main():
    url = os.environ["BENCHMARK_URL"]
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            url + "/auth/v1/tokens/exchange", auth=("", "tk-us-0123456789abcdef")
        )
        bearer = {"Authorization": "Bearer " + answer.json()["token"]}
        answer = await client.get(url + "/v1/apps/my-app", headers=bearer)
        assert answer.json()["app"]["status"] == "running"

asyncio.run(main())
""",
}


def _inherited() -> dict[str, str]:
    """Return the environment, without variables that stop Python from caching compiled modules."""
    return {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}


def seconds(python: str, body: str, environment: Mapping[str, str]) -> float:
    """Run a program in its own process; return the CPU time of its body."""
    return printed([python, "-c", TIMED.format(body=body)], environment)


def printed(command: list[str], environment: Mapping[str, str]) -> float:
    """Run a program in its own process; return the last number that it prints."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**_inherited(), **environment},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        errors = [line for line in lines if line and line[0] not in " +|"]
        raise RuntimeError((errors or lines)[-1])
    return float(done.stdout.strip().splitlines()[-1])


def compare(
    what: str,
    bodies: Mapping[str, str],
    python: str,
    rounds: int,
    environment: Mapping[str, str],
    bound: float | None = None,
) -> list[Row]:
    """Run ours and theirs in turns."""
    try:
        for body in bodies.values():
            seconds(python, body, environment)
        samples = alternate(
            rounds,
            {
                name: lambda body=body: seconds(python, body, environment)
                for name, body in bodies.items()
            },
        )
    except Exception as error:
        return not_run(PART, {what: bound}, error)
    return [compared(samples, OURS, BARE, part=PART, what=what, bound=bound)]


def first_use(python: str, rounds: int, environment: Mapping[str, str]) -> list[Row]:
    """Decode one object of each model in a new process, after defining the classes."""
    command = [python, "-m", "benchmarks.first_use"]
    try:
        printed(command, environment)
        samples = [printed(command, environment) for _ in range(rounds)]
    except Exception as error:
        return not_run(PART, {USED: USED_BOUND}, error)
    return [
        Row(
            PART,
            USED,
            measured=median(samples),
            baseline=ALLOWED,
            against="allowed",
            ratio=median(samples) / ALLOWED,
            bound=USED_BOUND,
            notes={"samples": [round(sample, 6) for sample in samples]},
        )
    ]


@contextmanager
def certificates() -> Iterator[tuple[str, str]]:
    """Make a certificate for loopback: the server's chain, and certifi's roots with ours."""
    import certifi
    import trustme

    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    with tempfile.TemporaryDirectory() as folder:
        chain, roots = Path(folder, "chain.pem"), Path(folder, "roots.pem")
        chain.write_bytes(issued.private_key_and_cert_chain_pem.bytes())
        roots.write_bytes(Path(certifi.where()).read_bytes() + authority.cert_pem.bytes())
        yield str(chain), str(roots)


def rows(*, quick: bool) -> list[Row]:
    """Measure this part."""
    rounds = 7 if quick else 21
    made = "import and client creation (CPU)"
    http, https = (
        f"import to first response, with the token exchange (CPU), {scheme}"
        for scheme in ("http", "https")
    )
    bounds = {made: MADE_BOUND, USED: USED_BOUND, http: CALLED_BOUND, https: CALLED_BOUND}
    try:
        python = plain_python()
    except RuntimeError as error:
        return not_run(PART, bounds, error)
    # The first run of each program fills the cache of compiled modules, and isn't counted.
    with tempfile.TemporaryDirectory() as cache:
        plain = {"PYTHONPYCACHEPREFIX": cache}
        found = compare(made, MADE, python, rounds, plain, MADE_BOUND)
        found += first_use(python, rounds, plain)
        with serving() as server:
            environment = {**plain, "BENCHMARK_URL": server.url}
            found += compare(http, CALLED, python, rounds, environment, CALLED_BOUND)
        try:
            with certificates() as (chain, roots), serving("--tls", chain) as server:
                environment = {**plain, "BENCHMARK_URL": server.url, "SSL_CERT_FILE": roots}
                found += compare(https, CALLED, python, rounds, environment, CALLED_BOUND)
        except Exception as error:
            found += not_run(PART, {https: CALLED_BOUND}, error)
    return found
