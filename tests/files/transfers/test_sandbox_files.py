"""Transfers between the client and the sandbox, by the methods of each resource."""

import hashlib
import json
import os
import sys
import tarfile
from pathlib import Path

import anyio
import pytest
from sandbox_client import client_of, served
from storage import left_in
from sweeps import sweep

from scalingo_async import (
    AuthenticationError,
    IncompleteDownloadError,
    InvalidArgumentError,
    NotFoundError,
    OversizedDownloadError,
    PermissionDeniedError,
    UntrustedURLError,
)
from scalingo_async.sandbox import ManualClock, Sandbox

pytestmark = pytest.mark.anyio

MIB = 1024 * 1024


@pytest.fixture
def anyio_backend(backend):
    return backend


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
async def sandbox(clock):
    async with served(Sandbox(apps=6, rate_limit=None, clock=clock)) as sandbox:
        yield sandbox


@pytest.fixture
async def client(sandbox):
    async with client_of(sandbox) as client:
        yield client


@pytest.fixture
def addon(sandbox):
    """A database: its app and its addon."""
    found = [(app, row) for app in sandbox.apps() for row in app.addons.values() if row.database]
    app, row = found[0]
    row.database.backups.clear()
    return app.name, row.id


async def new_backup(client, sandbox, addon, size=MIB):
    """Make a backup and wait for it, by moving the clock."""
    sandbox.settings.backup_size = size
    backup = await client.databases.backups.create(*addon)
    sandbox.clock.advance(sandbox.settings.operation_time)
    backup = await client.databases.backups.get_by_id(*addon, backup.id)
    assert backup.status == "done"
    return backup


def sha256(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@pytest.mark.parametrize(
    ("backend", "kind"),
    [("asyncio", "httpx"), ("trio", "httpx"), ("asyncio", "aiohttp")],
    indirect=["backend"],
)
@pytest.mark.sweep
async def test_a_large_backup_takes_little_memory(sandbox, client, addon, tmp_path, backend, kind):
    small = await new_backup(client, sandbox, addon)
    size, part = sweep("MiB of a large backup, and of each part")
    large = await new_backup(client, sandbox, addon, size * MIB)
    assert large.size > size * MIB
    sandbox.inject("databases.backups.download", kind="cut", bytes=part * MIB, times=3, after=1)
    script = Path(__file__).with_name("fetch_backup.py")
    paths = [str(script.parents[3]), str(script.parents[2]), str(script.parent)]
    result = await anyio.run_process(
        [sys.executable, script, backend, kind, *addon, small.id, large.id, tmp_path],
        env={**os.environ, **sandbox.environ(), "PYTHONPATH": os.pathsep.join(paths)},
        stderr=None,
    )
    path, growth, interruptions = json.loads(result.stdout)
    assert interruptions == 3
    assert left_in(tmp_path)["large"] == large.size
    assert path == str(tmp_path / "large")
    assert sha256(tmp_path / "large") == sandbox.backup_sha256(large.id)
    assert growth < 16 * MIB, f"{growth / MIB:.1f} MiB more at the peak"
    (tmp_path / "large").unlink()


async def test_a_backup_is_a_gzipped_tar_with_the_name_that_its_server_gives(
    sandbox, client, addon, tmp_path
):
    backup = await new_backup(client, sandbox, addon)
    handle = client.database(*addon)
    path = await handle.backups.download(backup.id, tmp_path, size=backup.size)
    assert path == tmp_path / f"{backup.name}.tar.gz"
    assert sha256(path) == sandbox.backup_sha256(backup.id)
    with tarfile.open(path) as tar:
        (member,) = tar.getmembers()
        assert (member.name, member.size) == (f"{backup.name}.pgsql", MIB)
        assert len(tar.extractfile(member).read()) == MIB
    record = sandbox.requests[-1]
    assert record.operation == "databases.backups.download"
    assert record.authorization is None
    assert record.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("expired", [401, 403, 404, 410])
async def test_a_url_that_has_expired_is_renewed(sandbox, client, addon, tmp_path, expired):
    backup = await new_backup(client, sandbox, addon)
    download = "databases.backups.download"
    sandbox.inject(download, kind="cut", bytes=MIB // 2)
    sandbox.inject(download, status=expired)
    path = await client.databases.backups.download(*addon, backup.id, tmp_path / "file")
    assert sha256(path) == sandbox.backup_sha256(backup.id)
    assert sandbox.count("databases.backups.archive_url") == 2
    assert sandbox.count(download, executed=False) == 3


async def test_a_url_that_expires_by_the_clock_of_the_platform(sandbox, client, addon, tmp_path):
    backup = await new_backup(client, sandbox, addon)
    sandbox.inject("databases.backups.download", kind="cut", bytes=MIB // 2)

    def later(progress):
        if progress.interruptions == 0 and progress.done:
            sandbox.expire_urls()

    path = await client.databases.backups.download(
        *addon, backup.id, tmp_path / "file", on_progress=later
    )
    assert sha256(path) == sandbox.backup_sha256(backup.id)
    assert [r.status for r in sandbox.requests if r.operation == "databases.backups.download"] == [
        200, 401, 206,
    ]  # fmt: skip


async def test_a_new_url_that_is_refused_is_the_end(sandbox, client, addon, tmp_path):
    backup = await new_backup(client, sandbox, addon)
    sandbox.inject("databases.backups.download", status=403, times=None)
    with pytest.raises(PermissionDeniedError):
        await client.databases.backups.download(*addon, backup.id, tmp_path / "file")
    assert sandbox.count("databases.backups.archive_url") == 1
    assert left_in(tmp_path) == {}


async def test_a_file_of_another_size_than_its_backup(sandbox, client, addon, tmp_path):
    backup = await new_backup(client, sandbox, addon)
    for size, error in [(1000, IncompleteDownloadError), (2 * MIB, OversizedDownloadError)]:
        sandbox.inject("databases.backups.download", kind="wrong_length", bytes=size)
        with pytest.raises(error):
            await client.databases.backups.download(
                *addon, backup.id, tmp_path / "file", size=backup.size
            )
        assert left_in(tmp_path) == {}


async def test_a_download_that_stalls(sandbox, client, addon, tmp_path):
    backup = await new_backup(client, sandbox, addon)
    sandbox.inject("databases.backups.download", kind="stall", bytes=1000)
    path = await client.databases.backups.download(
        *addon, backup.id, tmp_path / "file", timeout=0.5
    )
    assert sha256(path) == sandbox.backup_sha256(backup.id)


async def test_a_backup_that_leads_astray(sandbox, client, addon, tmp_path):
    backup = await new_backup(client, sandbox, addon)
    for url in ("https://192.168.0.1/x?token=canary", "file:///etc/passwd"):
        sandbox.inject("databases.backups.archive_url", body={"download_url": url})
        with pytest.raises(UntrustedURLError) as caught:
            await client.databases.backups.download(*addon, backup.id, tmp_path / "file")
        assert "canary" not in str(caught.value)
    assert sandbox.count("databases.backups.download", executed=False) == 0
    assert left_in(tmp_path) == {}


async def test_a_backup_that_is_not_there(client, addon, tmp_path):
    with pytest.raises(NotFoundError):
        await client.databases.backups.download(*addon, "0" * 24, tmp_path / "file")
    with pytest.raises(InvalidArgumentError, match="backup_id"):
        await client.databases.backups.download(*addon, "..", tmp_path / "file")
    with pytest.raises(InvalidArgumentError, match="invoice_id"):
        await client.billing.invoices.download("", tmp_path / "file")
    assert left_in(tmp_path) == {}


async def test_headers_of_the_call_go_to_the_platform_alone(sandbox, client, addon, tmp_path):
    backup = await new_backup(client, sandbox, addon)
    await client.databases.backups.download(
        *addon, backup.id, tmp_path / "file", headers={"Origin": "https://mine.example.com"}
    )
    origins = {r.operation: r.headers.get("origin") for r in sandbox.requests}
    assert origins["databases.backups.archive_url"] == "https://mine.example.com"
    assert origins["databases.backups.download"] is None


async def test_source_code_there_and_back(sandbox, client, clock, tmp_path):
    archive = tmp_path / "archive.tar.gz"
    archive.write_bytes(os.urandom(3 * MIB))
    source = await client.sources.create()
    await client.sources.upload(source.upload_url, archive)
    path = await client.sources.download(source.download_url, tmp_path / "again")
    assert path.read_bytes() == archive.read_bytes()
    upload, download = sandbox.requests[-2:]
    assert (upload.operation, download.operation) == ("sources.upload", "sources.download")
    assert (upload.authorization, download.authorization) == (None, None)
    assert upload.headers["content-length"] == str(3 * MIB)
    clock.advance(600)
    with pytest.raises(PermissionDeniedError, match="expired"):
        await client.sources.upload(source.upload_url, archive)
    with pytest.raises(PermissionDeniedError, match="expired"):
        await client.sources.download(source.download_url, tmp_path / "third")


async def test_archives_of_logs(sandbox, client, clock, tmp_path):
    app = sandbox.apps()[0].name
    page = await client.logs.archives.list(app)
    path = await client.logs.archives.download(page[0], tmp_path)
    assert path.name.endswith(".log.gz")
    assert path.stat().st_size == page[0].size
    other = await client.logs.archives.download(page[0].url, tmp_path / "other")
    assert other.read_bytes() == path.read_bytes()
    clock.advance(3600)
    with pytest.raises(AuthenticationError):
        await client.logs.archives.download(page[0], tmp_path / "third")


async def test_an_invoice(sandbox, client, tmp_path):
    invoice = (await client.billing.invoices.list())[0]
    path = await client.billing.invoices.download(invoice.id, tmp_path)
    assert path.name == f"{invoice.id}.pdf"
    assert path.read_bytes().startswith(b"%PDF")
    asked, fetched = sandbox.requests[-2:]
    assert (asked.authorization, fetched.authorization) == ("bearer", None)
