"""The tour of examples/tour.py, run as a user runs it."""

import re

import example_programs
import pytest

from scalingo_async.sandbox import Sandbox


def run(*arguments, sandbox=None, fresh=False, **more):
    return example_programs.run(
        "tour.py", *arguments, sandbox=sandbox, fresh=fresh, PYTHONIOENCODING="ascii", **more
    )


def numbers(pattern: str, text: str) -> list[int]:
    match = re.search(pattern, " ".join(text.split()))
    assert match, f"the tour did not say {pattern!r}:\n{text}"
    return [int(group) for group in match.groups()]


def test_without_a_token_it_shows_everything_on_a_sandbox():
    done = run(fresh=True)
    assert (done.returncode, done.stderr) == (0, "")
    said = done.stdout
    assert "\x1b" not in said
    assert "nothing real is touched" in said
    assert numbers(r"has (\d+) apps in (\d+) regions, read from (\d+) pages", said) == [72, 2, 2]
    events, kinds, pages, there_are = numbers(
        r"Read (\d+) events of (\d+) kinds from (\d+) of (\d+) pages", said
    )
    assert events == 500
    assert kinds > 1
    assert there_are > pages == 5
    assert numbers(r"Variables \S+ (\d+)/(\d+) (\d+) failed", said) == [50, 50, 0]
    assert numbers(
        r"Set (\d+) variables on each of (\d+) apps\. .*? started again, skipped (\d+):", said
    ) == [2, 50, 50]
    assert said.index("the operation is running") < said.index("the operation is done")
    states = ["queued", "building", "pushing", "starting", "success"]
    shown = re.findall(r"^  it is (\S+)$", said, re.MULTILINE)
    # What was over before the stream was open is not shown; a busy machine takes its time.
    assert shown == states[-len(shown) :]
    assert len(shown) >= 2
    assert (
        said.index("it is building") < said.index("-----> Fetching") < said.index("it is pushing")
    )
    assert re.findall(r"\[tour-1\] order (\d+) was shipped", said) == ["1", "2", "3", "4"]
    assert numbers(
        r"broke between them, (\d+) times: (\d+) lines were written, (\d+) were read, (\d+)", said
    ) == [3, 4, 4, 0]
    assert "'hello from a container' and ended with exit code 0" in " ".join(said.split())
    assert re.search(r"the checksum is right: [0-9a-f]{12}\.\.\.", " ".join(said.split()))
    refused, exchanges, failed = numbers(
        r"(\d+) requests got a 401\. (\d+) token exchange was enough .*? (\d+) calls failed",
        said,
    )
    assert refused > 1
    assert (exchanges, failed) == (1, 0)
    most, refused, failed = numbers(
        r"never more than (\d+) requests in any 1 s, (\d+) refused, (\d+) failed", said
    )
    assert most <= 60
    assert (refused, failed) == (0, 0)
    refused, answered, failed = numbers(
        r"refused (\d+) requests? with 429.*? (\d+) calls done, (\d+) failed", said
    )
    assert refused > 0
    assert (answered, failed) == (80, 0)
    total, exchanges = numbers(r"Done: (\d+) requests and (\d+) token exchanges", said)
    steps = sum(map(int, re.findall(r"^(\d+) requests? in [\d.]+ s$", said, re.MULTILINE)))
    # Besides the steps, the tour lists the apps once more.
    assert total == steps + 1
    # At first, after the expiry, and by the second program.
    assert exchanges == 3


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_with_a_token_it_only_reads(backend):
    with Sandbox(apps=5).running() as platform:
        before = [(app.name, dict(app.variables)) for app in platform.apps()]
        done = run("--backend", backend, sandbox=platform)
        assert (done.returncode, done.stderr) == (0, "")
        made = {(request.method, request.operation) for request in platform.requests}
        assert {operation for method, operation in made if method != "GET"} == {"tokens.exchange"}
        assert {"users.self", "regions.list", "apps.list", "events.list_for_user"} == {
            operation for method, operation in made if method == "GET"
        }
        assert [(app.name, dict(app.variables)) for app in platform.apps()] == before
        assert "it changes nothing" in done.stdout
        assert platform.api_token not in done.stdout
        assert numbers(r"has (\d+) apps in (\d+) regions", done.stdout) == [6, 2]
        (counted,) = numbers(r"Done: (\d+) requests in", done.stdout)
        assert counted == len(platform.requests) - 1


def test_a_region_that_is_closed_to_the_account_is_left_out():
    with Sandbox(apps=5).running() as platform:
        platform.inject("apps.list", status=403, body={"error": "region_disabled"})
        done = run(sandbox=platform)
        assert (done.returncode, done.stderr) == (0, "")
        assert "not open to this account" in done.stdout


def test_a_wrong_token_ends_it_with_one_line():
    with Sandbox(apps=1).running() as platform:
        done = run(sandbox=platform, SCALINGO_API_TOKEN="tk-us-wrong-canary")
    assert done.returncode == 1
    assert "canary" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "401" in done.stderr
    assert "the API token is wrong, or was revoked" in done.stderr


def test_an_empty_token_is_not_taken_for_none():
    done = run(SCALINGO_API_TOKEN="")
    assert done.returncode == 1
    assert "SCALINGO_API_TOKEN is empty" in done.stderr


def test_help_starts_nothing():
    done = run("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "--backend" in done.stdout
