"""Deploying in one call: from a directory, an archive, a URL and a branch."""

import io
import json
import tarfile
from pathlib import Path

import anyio
import pytest
from api_facts import FakeTransport, answer_to
from api_facts import client_of as client_over
from sandbox_client import client_of, served

from scalingo_async import (
    UNSET,
    ArchiveError,
    DeploymentFailedError,
    DeploymentLog,
    DeployProgress,
    InvalidArgumentError,
    NotFoundError,
    ScalingoError,
)
from scalingo_async.sandbox import Sandbox
from scalingo_async.waiting import polling

EXAMPLE = Path(__file__).parents[2] / "examples" / "deploy_me"


@pytest.fixture
def sandbox():
    return Sandbox(apps=3, rate_limit=None, operation_time=0.2)


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """Where temporary files go: nothing may be left there."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def uploaded(sandbox):
    """Return what is in the archive that the sandbox has got."""
    (source,) = sandbox.world.default_region.sources.values()
    with tarfile.open(fileobj=io.BytesIO(source.content), mode="r:gz") as tar:
        return {m.name: tar.extractfile(m).read() for m in tar if m.isreg()}


@pytest.mark.anyio
async def test_a_directory_is_deployed_and_followed_to_its_end(sandbox):
    steps = []
    async with served(sandbox), client_of(sandbox) as client:
        app = sandbox.apps()[0].name
        deployment = await client.deployments.deploy(
            app, EXAMPLE, git_ref="v1", postdeploy_hook="rake db:migrate", on_progress=steps.append
        )
        assert deployment.git_ref == "v1"
        assert deployment.postdeploy_hook == "rake db:migrate"
        async with client.deployments.follow(app, deployment.id) as events:
            found = [event async for event in events]
        assert events.status == "success"
        log = "".join(event.content for event in found if isinstance(event, DeploymentLog))
        assert "Revision: v1" in log
    there = {p.relative_to(EXAMPLE).as_posix(): p.read_bytes() for p in EXAMPLE.iterdir()
             if p.is_file()}  # fmt: skip
    assert uploaded(sandbox) == {f"app/{name}": data for name, data in there.items()}
    size = sum(map(len, there.values()))
    assert steps[0] == DeployProgress("packing", size, None, len(there))
    assert [step.step for step in steps][-1] == "deploying"
    sent = [step for step in steps if step.step == "uploading"]
    assert sent[-1].done == sent[-1].total == steps[-1].done
    # One request each, and the upload without any credential.
    for operation in ("sources.create", "sources.upload", "deployments.create"):
        assert sandbox.count(operation) == 1


@pytest.mark.anyio
async def test_a_build_that_fails_ends_with_its_output(sandbox, monkeypatch):
    monkeypatch.setattr(polling, "FIRST_PAUSE", 0.01)
    sandbox.fail_next_deployment()
    async with served(sandbox), client_of(sandbox) as client:
        app = sandbox.apps()[0].name
        deployment = await client.deployments.deploy(app, EXAMPLE)
        async with client.deployments.follow(app, deployment.id) as events:
            found = [event async for event in events]
        assert events.status == "build-error"
        # The follower ends quietly; who waits is told.
        with pytest.raises(DeploymentFailedError) as caught:
            await deployment.wait()
    assert "The build failed" in "".join(e.content for e in found if isinstance(e, DeploymentLog))
    assert caught.value.status == "build-error"
    assert "The build failed" in caught.value.output


@pytest.mark.anyio
async def test_an_archive_is_sent_to_the_byte(sandbox, tmp_path):
    path = tmp_path / "app.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        tar.add(EXAMPLE, "shop")
    async with client_of(sandbox) as client:
        await client.deployments.deploy(sandbox.apps()[0].name, str(path))
    (source,) = sandbox.world.default_region.sources.values()
    assert source.content == path.read_bytes()
    assert sandbox.requests[-1].operation == "deployments.create"


@pytest.mark.anyio
async def test_a_url_is_deployed_without_an_upload(sandbox):
    async with client_of(sandbox) as client:
        app = sandbox.apps()[0].name
        made = await client.deployments.deploy(app, source_url="https://example.com/a.tgz")
        assert made.type == "archive"
    assert sandbox.count("sources.*") == 0


@pytest.mark.anyio
async def test_a_branch_is_one_of_the_linked_repository():
    transport = FakeTransport(200, answer_to("scm_repo_links.manual_deploy"))
    async with client_over(transport) as client:
        await client.deployments.deploy("my-app", branch="main")
    (request,) = transport.requests
    assert request.endpoint.id == "scm_repo_links.manual_deploy"
    assert json.loads(request.content) == {"branch": "main"}


WRONG = {
    "nothing": ({}, "exactly one thing can be deployed: the path of a directory"),
    "two things": ({"source": ".", "branch": "main"}, "exactly one thing"),
    "three things": ({"source": ".", "branch": "x", "source_url": "https://x"}, "exactly one thi"),
    "only a reference": ({"git_ref": "main"}, "git_ref only names the version.*pass branch"),
    "a reference for a branch": ({"branch": "main", "git_ref": "v1"}, "do not go with branch"),
    "a hook for a branch": ({"branch": "main", "postdeploy_hook": "x"}, "do not go with branch"),
    "a dash in front": ({"source": ".", "git_ref": "-v1"}, "without a leading dash"),
    "an empty reference": ({"source": ".", "git_ref": ""}, "git_ref must be a str"),
    "a reference that is no text": ({"source": ".", "git_ref": 5}, "git_ref must be a str"),
    "no size": ({"source": ".", "max_size": 0}, "max_size must be a number of bytes"),
    "a size that is none": ({"source": ".", "max_size": True}, "max_size must be an int"),
    "another option": ({"source": ".", "nonsense": 1}, "unknown argument: nonsense"),
    "no path": ({"source": 5}, "source must be a path or None, not int"),
    "nothing there": ({"source": "/nothing/here"}, "can't be deployed: No such file"),
}  # fmt: skip


@pytest.mark.anyio
@pytest.mark.parametrize("name", WRONG)
async def test_what_can_not_be_right_is_refused_before_anything_is_sent(name, sandbox):
    arguments, message = WRONG[name]
    async with client_of(sandbox) as client:
        with pytest.raises(InvalidArgumentError, match=message):
            await client.deployments.deploy("my-app", **arguments)
        with pytest.raises(InvalidArgumentError, match="app"):
            await client.deployments.deploy("..", EXAMPLE)
    assert sandbox.requests == []


@pytest.mark.anyio
async def test_an_archive_of_another_form_is_not_sent(sandbox, tmp_path):
    path = tmp_path / "app.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        tar.add(EXAMPLE / "Procfile", "Procfile")
    async with client_of(sandbox) as client:
        with pytest.raises(ArchiveError, match="there must be one directory and nothing else"):
            await client.deployments.deploy(sandbox.apps()[0].name, path)
    assert sandbox.requests == []


@pytest.mark.anyio
@pytest.mark.parametrize("operation", ["sources.create", "sources.upload", "deployments.create"])
async def test_nothing_is_left_behind_when_a_step_fails(operation, sandbox):
    sandbox.inject(operation, status=404, times=None)
    async with client_of(sandbox) as client:
        with pytest.raises(ScalingoError):
            await client.deployments.deploy(sandbox.apps()[0].name, EXAMPLE)
    assert sandbox.count("deployments.create") == 0


@pytest.mark.anyio
async def test_an_app_that_is_not_there_is_noticed_by_the_platform(sandbox):
    async with client_of(sandbox) as client:
        with pytest.raises(NotFoundError):
            await client.deployments.deploy("no-such-app", EXAMPLE, git_ref=UNSET)


@pytest.mark.anyio
async def test_nothing_is_left_behind_when_it_is_cancelled(sandbox):
    async with client_of(sandbox) as client:
        for step in ("packing", "uploading"):
            with anyio.CancelScope() as scope:

                def report(progress, step=step, scope=scope):
                    if progress.step == step:
                        scope.cancel()

                await client.deployments.deploy(sandbox.apps()[0].name, EXAMPLE, on_progress=report)
            assert scope.cancelled_caught
    assert sandbox.count("deployments.create") == 0


@pytest.mark.anyio
async def test_headers_of_the_caller_go_to_the_platform_only(sandbox):
    async with client_of(sandbox) as client:
        await client.deployments.deploy(
            sandbox.apps()[0].name, EXAMPLE, headers={"x-trace": "canary"}
        )
    assert sandbox.count("sources.upload") == 1
