"""The files that the sandbox gives away: ranges, sizes, and bodies that break."""

import gzip
import hashlib
import io
import tarfile

import httpx
import pytest

from scalingo_async.sandbox import Sandbox
from scalingo_async.sandbox.behaviour.backup_files import backup_file
from scalingo_async.sandbox.world.databases import Backup

pytestmark = pytest.mark.anyio


def made(payload, id_="0123456789abcdef01234567"):
    return backup_file(Backup(id_, "20300102_shop", "manual", payload, 0.0))


@pytest.mark.parametrize(
    "payload", [0, 1, 511, 512, 7_680, 16_384, 32_256, 32_760, 32_768, 65_536, 1_000_003]
)
def test_a_backup_of_any_size_is_a_gzipped_tar(payload):
    file = made(payload)
    content = b"".join(file.pieces(0))
    assert len(content) == file.size
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as tar:
        (member,) = tar.getmembers()
        data = tar.extractfile(member).read()
    assert (member.name, len(data)) == ("20300102_shop.dump", payload)
    assert gzip.decompress(content)
    assert file.sha256() == hashlib.sha256(content).hexdigest()
    for start in (0, 1, 9, 10, 11, 15, 32_778, 32_783, 32_784, file.size - 9, file.size - 1):
        if 0 <= start < file.size:
            assert b"".join(file.pieces(start)) == content[start:], start


def test_no_two_backups_are_alike_and_no_two_blocks():
    one, other = made(1_000_000), made(1_000_000, "f" * 24)
    assert one.etag != other.etag
    assert one.sha256() != other.sha256()
    blocks = list(one.pieces(0))
    assert len({hashlib.sha256(block).digest() for block in blocks}) == len(blocks)


@pytest.fixture
async def place(sandbox, api):
    """A URL of a source that was uploaded, a kilobyte."""
    source = (await api.ok("POST", "/v1/sources"))["source"]
    transport = httpx.ASGITransport(sandbox.app)
    async with httpx.AsyncClient(transport=transport) as stranger:
        answer = await stranger.put(
            source["upload_url"],
            content=bytes(range(256)) * 4,
            headers={"content-type": "application/x-gzip"},
        )
        assert answer.status_code == 200
        yield stranger, source["download_url"]


CONTENT = bytes(range(256)) * 4


@pytest.mark.parametrize(
    ("wanted", "status", "where", "content"),
    [
        (None, 200, None, CONTENT),
        ("bytes=1000-", 206, "bytes 1000-1023/1024", CONTENT[1000:]),
        ("bytes=0-0", 206, "bytes 0-0/1024", CONTENT[:1]),
        ("bytes=10-5000", 206, "bytes 10-1023/1024", CONTENT[10:]),
        ("bytes=-24", 206, "bytes 1000-1023/1024", CONTENT[1000:]),
        ("bytes=-5000", 206, "bytes 0-1023/1024", CONTENT),
        ("bytes=1024-", 416, "bytes */1024", b""),
        ("bytes=-0", 416, "bytes */1024", b""),
        ("lines=1-", 200, None, CONTENT),
        ("bytes=1-2,4-5", 200, None, CONTENT),
    ],
)
async def test_ranges(place, wanted, status, where, content):
    stranger, url = place
    answer = await stranger.get(url, headers={"range": wanted} if wanted else {})
    assert answer.status_code == status
    assert answer.headers.get("content-range") == where
    assert answer.content == content
    assert answer.headers["content-length"] == str(len(content))


async def test_a_range_of_another_version_is_the_whole(place):
    stranger, url = place
    etag = (await stranger.get(url)).headers["etag"]
    for tag, status in [(etag, 206), ('"other"', 200)]:
        answer = await stranger.get(url, headers={"range": "bytes=5-", "if-range": tag})
        assert answer.status_code == status
        assert answer.headers["etag"] == etag


async def test_urls_can_be_made_to_expire(sandbox, place):
    stranger, url = place
    sandbox.expire_urls()
    assert (await stranger.get(url)).status_code == 403


def test_a_backup_that_is_not_there_has_no_checksum(sandbox):
    with pytest.raises(KeyError):
        sandbox.backup_sha256("0" * 24)


@pytest.mark.parametrize(("at", "content"), [(10, CONTENT[:10]), (1030, CONTENT + bytes(6))])
async def test_a_body_of_the_wrong_length(sandbox, place, at, content):
    stranger, url = place
    sandbox.inject("sources.download", kind="wrong_length", bytes=at)
    answer = await stranger.get(url)
    assert answer.content == content
    assert answer.headers["content-length"] == str(at)
    assert (await stranger.get(url)).content == CONTENT


@pytest.mark.parametrize("kind", ["stall", "wrong_length"])
def test_a_fault_of_size_has_a_size(sandbox, kind):
    with pytest.raises(ValueError, match="fault needs bytes"):
        sandbox.inject("*", kind=kind)
    with pytest.raises(ValueError, match="negative"):
        sandbox.inject("*", kind=kind, bytes=-1)


def test_a_body_is_cut_or_stalls_over_a_socket():
    with Sandbox(apps=1, rate_limit=None).running() as sandbox, httpx.Client() as http:
        url = f"{sandbox.url}/auth/v1/regions"
        whole = http.get(url).content
        for kind, error in [
            ("cut", httpx.RemoteProtocolError),
            ("half_body", httpx.RemoteProtocolError),
            ("stall", httpx.ReadTimeout),
        ]:
            size = {} if kind == "half_body" else {"bytes": 20}
            sandbox.inject("regions.list", kind=kind, **size)
            got = b""
            with pytest.raises(error), http.stream("GET", url, timeout=0.2) as answer:
                assert answer.headers["content-length"] == str(len(whole))
                for chunk in answer.iter_raw():
                    got += chunk
            assert got == whole[: len(whole) // 2 if kind == "half_body" else 20]
