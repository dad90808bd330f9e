"""Sources and deployments."""

import pytest

from .bare_client import Api, latest_event

pytestmark = pytest.mark.anyio


async def upload(api, content=b"tar", **headers):
    source = (await api.ok("POST", "/v1/sources"))["source"]
    headers = {"Content-Type": "application/x-gzip", "Authorization": ""} | headers
    answer = await api.send("PUT", source["upload_url"], content=content, headers=headers)
    return source, answer


async def test_an_archive_is_uploaded_and_deployed(sandbox, api, path, clock):
    source, answer = await upload(api, b"an archive")
    assert (answer.status_code, answer.content) == (200, b"")
    async with Api(sandbox) as stranger:
        assert (await stranger.get(source["download_url"])).content == b"an archive"
        assert (await stranger.get(source["upload_url"])).status_code == 403
    body = {"deployment": {"source_url": source["download_url"], "git_ref": "v1"}}
    made = (await api.ok("POST", f"{path}/deployments", body))["deployment"]
    assert (made["status"], made["finished_at"], made["type"]) == ("queued", None, "archive")
    where = f"{path}/deployments/{made['id']}"
    assert (await api.get(f"{where}/output")).status_code == 404
    seen = ["queued"]
    for _ in range(50):
        clock.advance(0.02)
        status = (await api.ok("GET", where))["deployment"]["status"]
        seen += [status] * (status != seen[-1])
    assert seen == ["queued", "building", "pushing", "starting", "success"]
    app = (await api.ok("GET", path))["app"]
    assert (app["status"], app["last_deployment_id"]) == ("running", made["id"])
    assert app["last_deployed_by"] == sandbox.user.username
    assert [row["label"] for row in (await api.ok("GET", f"{path}/ps"))["containers"]] == ["web-1"]
    output = (await api.get(f"{where}/output")).text
    assert "some-example-app" in output
    assert "\x1b[" in output
    kind, data = await latest_event(api)
    assert (kind, data["status"], data["deployment_uuid"]) == ("deployment", "success", made["id"])
    assert data["deployment_id"] != made["id"]
    body["deployment"]["git_ref"] = "v2"
    second = (await api.ok("POST", f"{path}/deployments", body))["deployment"]
    assert second["previous_git_ref"] == "v1"
    rows = (await api.ok("GET", f"{path}/deployments"))["deployments"]
    assert [row["git_ref"] for row in rows] == ["v2", "v1"]


async def test_a_source_wants_its_length_its_type_and_its_token(sandbox, api, clock):
    async def chunks():
        yield b"tar"

    _, answer = await upload(api, chunks())
    assert answer.status_code == 411
    _, answer = await upload(api, **{"Content-Type": "text/plain"})
    assert answer.status_code == 403
    source, _ = await upload(api, **{"Content-Type": "text/plain"})
    assert (await api.get(source["download_url"])).json()["resource"] == "source"
    clock.advance(600)
    assert (await api.get(source["download_url"])).status_code == 403
    headers = {"Content-Type": "application/x-gzip"}
    answer = await api.send("PUT", source["upload_url"], content=b"", headers=headers)
    assert answer.status_code == 403
    assert sandbox.requests[-1].query == {"token": "…"}


async def test_a_deployment_of_nothing_ends_badly(api, path, clock):
    source = (await api.ok("POST", "/v1/sources"))["source"]
    body = {"deployment": {"source_url": source["download_url"]}}
    made = (await api.ok("POST", f"{path}/deployments", body))["deployment"]
    clock.advance(1)
    where = f"{path}/deployments/{made['id']}"
    assert (await api.ok("GET", where))["deployment"]["status"] == "build-error"
    assert "could not be deployed" in (await api.get(f"{where}/output")).text
    assert (await api.ok("GET", path))["app"]["status"] == "new"
    for fields in ({}, {"source_url": ""}, {"source_url": "https://x.org/a", "git_ref": "-x"}):
        answer = await api.send("POST", f"{path}/deployments", {"deployment": fields})
        assert answer.status_code == 422
    for way in ("", "/output"):
        answer = await api.get(f"{path}/deployments/not-found{way}")
        assert answer.json() == {"resource": "deployment", "error": "not found"}


async def test_an_app_is_deployed_once_at_a_time(api, path, clock):
    body = {"deployment": {"source_url": "https://example.com/a.tgz"}}
    ids = [
        (await api.ok("POST", f"{path}/deployments", body))["deployment"]["id"] for _ in range(2)
    ]

    async def statuses():
        rows = (await api.ok("GET", f"{path}/deployments"))["deployments"]
        return [{row["id"]: row["status"] for row in rows}[one] for one in ids]

    clock.advance(0.4)
    assert await statuses() == ["starting", "queued"]
    clock.advance(0.2)
    assert await statuses() == ["success", "building"]
    clock.advance(0.5)
    assert await statuses() == ["success", "success"]
