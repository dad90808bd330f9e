"""Events and logs."""

import gzip

import pytest

from .bare_client import Api

pytestmark = pytest.mark.anyio


async def test_events_come_in_pages_newest_first(sandbox, api):
    app = sandbox.apps()[0]
    total = len(app.events)
    assert total > 60
    pages = -(-total // 30)
    seen = []
    for number in range(1, pages + 1):
        body = await api.ok("GET", f"/v1/apps/{app.id}/events", params={"page": number})
        assert body["meta"]["pagination"] == {
            "current_page": number,
            "next_page": number + 1 if number < pages else None,
            "prev_page": number - 1 or None,
            "total_pages": pages,
            "total_count": total,
        }
        seen += body["events"]
    assert len({event["id"] for event in seen}) == total == len(seen)
    dates = [event["created_at"] for event in seen]
    assert dates == sorted(dates, reverse=True)
    beyond = await api.ok("GET", f"/v1/apps/{app.id}/events", params={"page": pages + 1})
    assert beyond["events"] == []
    assert beyond["meta"]["pagination"]["next_page"] is None
    assert beyond["meta"]["pagination"]["prev_page"] is None


@pytest.mark.parametrize(
    ("params", "size"),
    [
        ({}, 30),
        ({"per_page": "5"}, 5),
        ({"per_page": "100"}, 100),
        ({"per_page": "1000"}, 100),
        ({"per_page": "0"}, 30),
        ({"per_page": "-3", "page": "-1"}, 30),
        ({"per_page": "many", "page": "first"}, 30),
        ({"page": "²"}, 30),
    ],
)
async def test_pages_have_a_size(api, params, size):
    body = await api.ok("GET", "/v1/events", params=params)
    assert len(body["events"]) == size
    assert body["meta"]["pagination"]["current_page"] == 1


async def test_deployments_have_pages_of_twenty(sandbox, api):
    path = f"/v1/apps/{sandbox.apps()[0].id}/deployments"
    sizes = [
        len((await api.ok("GET", path, params={"page": page}))["deployments"])
        for page in (1, 2, 3, 4)
    ]
    assert sizes == [20, 20, 5, 0]


async def test_the_last_hours_come_without_pages(sandbox, api, clock):
    path = f"/v1/apps/{sandbox.apps()[0].id}/events"
    body = await api.ok("GET", path, params={"from": 2, "per_page": 1})
    assert list(body) == ["events"]
    assert len(body["events"]) == 3
    clock.advance(2 * 3600)
    await api.sign_in()
    assert (await api.ok("GET", path, params={"from": 2}))["events"] == []
    for wrong in ("0", "73", "x", "-1", ""):
        answer = await api.get(path, params={"from": wrong})
        assert answer.json() == {"error": "'from' should be between 1 and 72"}


async def test_timelines_are_those_of_the_region(sandbox, api):
    await api.ok("POST", "/v1/apps", {"app": {"name": "only-here"}})
    assert (await api.ok("GET", "/v1/events"))["events"][0]["app_name"] == "only-here"
    async with Api(sandbox, region="osc-secnum-fr1") as other:
        await other.sign_in()
        events = (await other.ok("GET", "/v1/events", params={"per_page": 100}))["events"]
        assert "only-here" not in {event["app_name"] for event in events}
        assert len((await other.ok("GET", "/v1/apps"))["apps"]) == 2


async def test_logs_are_read_with_the_urls_own_token(sandbox, api, clock):
    app = sandbox.apps()[0]
    body = await api.ok("GET", f"/v1/apps/{app.name}/logs")
    url = body["logs_url"]
    assert "?token=" in url
    assert "&timestamp=" in url
    assert body["app"]["id"] == app.id
    async with Api(sandbox) as stranger:
        text = (await stranger.get(url)).text
        assert len(text.splitlines()) == len(app.logs)
        assert text.splitlines()[0].endswith("[web-1] GET /items/0 served in 10ms")
        assert text.startswith("2025-10-09 07:53:20.000000000 +0000 UTC [web-1] GET")
        for query, sources in (
            ("&n=2", None),
            ("&n=0", set()),
            ("&filter=web-1", {"web-1"}),
            ("&filter=router", {"router"}),
            ("&filter=worker%7Crouter", {"worker-1", "router"}),
            ("&filter=we", set()),
        ):
            lines = (await stranger.get(url + query)).text.splitlines()
            if sources is None:
                assert len(lines) == 2
            else:
                assert {line.partition("[")[2].partition("]")[0] for line in lines} == sources
        assert (await stranger.get(url.replace("token=", "token=x"))).status_code == 401
        other = url.replace(app.id, sandbox.apps()[1].id)
        assert (await stranger.get(other)).status_code == 401
        clock.advance(3600)
        assert (await stranger.get(url)).status_code == 401


async def test_an_app_that_never_ran_has_no_log(api, path):
    url = (await api.ok("GET", f"{path}/logs"))["logs_url"]
    answer = await api.get(url)
    assert (answer.status_code, answer.content) == (204, b"")


async def test_archives_are_listed_by_cursor_and_by_page(sandbox, api):
    app = max(sandbox.apps(), key=lambda row: len(row.log_archives))
    total = len(app.log_archives)
    assert total > 20
    path = f"/v1/apps/{app.id}/logs_archives"
    urls, sizes, cursor = [], [], None
    while cursor != "":
        body = await api.ok("GET", path, params={"cursor": cursor} if cursor else {})
        urls += [row["url"] for row in body["archives"]]
        sizes += [row["size"] for row in body["archives"]]
        assert body["has_more"] is (body["next_cursor"] != "")
        cursor = body["next_cursor"]
    assert len({url.partition("?")[0] for url in urls}) == total
    second = await api.ok("GET", path, params={"page": 2})
    assert [row["url"].partition("?")[0] for row in second["archives"]] == [
        url.partition("?")[0] for url in urls[10:20]
    ]
    assert second["archives"][0]["from"].endswith(" +0000 UTC 2025")
    async with Api(sandbox) as stranger:
        content = (await stranger.get(urls[0])).content
        assert gzip.decompress(content).decode().count("\n") == 100
        assert len(content) == sizes[0]
        wrong = urls[0].rpartition("token=")[0] + "token=" + urls[1].rpartition("token=")[2]
        assert (await stranger.get(wrong)).status_code == 401
