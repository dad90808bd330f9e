"""Where a download may go: all that can be known is known before the first request."""

import errno
import inspect
import os
import pkgutil
from importlib import import_module

import pytest
from instruments.wire import serving
from storage import CONTENT, Storage, client_of
from tables import each

from scalingo_async import InvalidArgumentError, resources

pytestmark = pytest.mark.anyio

DOWNLOADS = {
    "DatabasesBackups.download": lambda client, path, **o: client.databases.backups.download(
        "app", "ad-1", "backup-1", path, **o
    ),
    "BillingInvoices.download": lambda client, path, **o: client.billing.invoices.download(
        "in-1", path, **o
    ),
    "LogsArchives.download": lambda client, path, **o: client.logs.archives.download(
        "https://storage.example/x", path, **o
    ),
    "Sources.download": lambda client, path, **o: client.sources.download(
        "https://storage.example/x", path, **o
    ),
}

KEPT = {"resume": True}
OVER = {"overwrite": True}
TARGETS = {
    "a link that leads nowhere": ("dangling", {}, "is a broken symbolic link: overwrite"),
    "a link that leads nowhere, kept": ("dangling", KEPT, "is a broken symbolic link"),
    "a link in a circle": ("circle", {}, "is a broken symbolic link"),
    "a link to a link that leads nowhere": ("twice", {}, "is a broken symbolic link"),
    "a link to a file": ("to-file", {}, "exists already: overwrite=True"),
    "a link to a pipe": ("to-pipe", OVER, "not a file"),
    "a file": ("file", {}, "exists already: overwrite=True"),
    "a file, as a folder": ("file/", {}, "there is no directory"),
    "a file in a file": ("file/x", {}, "there is no directory"),
    "in a folder that is not there": ("none/x", {}, "there is no directory"),
    "a folder that is not there": ("none/", {}, "there is no directory"),
    "in a link that leads nowhere": ("dangling/x", {}, "there is no directory"),
    "a folder, kept": ("folder", KEPT, "resume=True needs the path of a file"),
    "a pipe": ("pipe", OVER, "not a file"),
    "a device": ("/dev/null", OVER, "not a file"),
    "a name that is too long": ("n" * 256, {}, "File name too long"),
    "a name that is too long with what is kept": ("n" * 250, KEPT, "File name too long"),
    "a folder with a name that is too long": ("n" * 256 + "/x", {}, "File name too long"),
    "a path that is too long": ("folder/" * 1000 + "x", {}, "File name too long"),
    "text that is none": ("\ud800", {}, "can't be the path of a file"),
    "a part that is a folder": (
        "part-folder",
        KEPT,
        "part-folder.part exists, and is not a file",
    ),
    "a part that is a link": ("part-link", KEPT, "part-link.part exists, and is not a file"),
    "a note that is a folder": ("note-folder", KEPT, "note-folder.part.json exists, and is not"),
    "a part of somebody else": ("part-other", KEPT, "part-other.part exists, but was not kept"),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    folder = tmp_path / "here"
    (folder / "folder").mkdir(parents=True)
    (folder / "file").write_text("mine")
    os.mkfifo(folder / "pipe")
    links = {"dangling": "nowhere", "circle": "circle", "twice": "dangling", "to-file": "file"}
    for name, target in {**links, "to-pipe": "pipe", "part-link.part": "file"}.items():
        (folder / name).symlink_to(target)
    (folder / "part-folder.part").mkdir()
    (folder / "note-folder.part.json").mkdir()
    (folder / "part-other.part").write_text("mine")
    monkeypatch.chdir(folder)
    return folder


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_these_are_all_downloads_that_there_are():
    found = {
        method.__qualname__
        for module in pkgutil.walk_packages(resources.__path__, "scalingo_async.resources.")
        for kind in vars(import_module(module.name)).values()
        if inspect.isclass(kind)
        for method in vars(kind).values()
        if inspect.isfunction(method) and "overwrite" in inspect.signature(method).parameters
    }
    assert found == set(DOWNLOADS)


@each("method", DOWNLOADS)
@each("target", TARGETS)
async def test_a_target_that_can_not_be_is_refused_before_anything_is_sent(
    method, target, backend, folder
):
    path, options, words = TARGETS[target]
    before = names_in(folder)

    async def refuse(peer):
        await peer.request()

    async with serving(refuse) as wire, client_of(wire.url) as client:
        with pytest.raises(InvalidArgumentError) as caught:
            await DOWNLOADS[method](client, path, **options)
    assert wire.requests == []
    assert words in str(caught.value)
    assert path.rstrip("/x").encode("ascii", "backslashreplace").decode() in str(caught.value)
    assert names_in(folder) == before


@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EDQUOT])
async def test_a_folder_that_can_not_be_written_to(backend, folder, monkeypatch, code, resume):
    real = os.open

    def refusing(path, flags, *args, **kwargs):
        if flags & os.O_CREAT:
            raise OSError(code, os.strerror(code), path)
        return real(path, flags, *args, **kwargs)

    async def refuse(peer):
        await peer.request()

    async with serving(refuse) as wire, client_of(wire.url) as client:
        with monkeypatch.context() as patch, pytest.raises(OSError) as caught:
            patch.setattr(os, "open", refusing)
            await DOWNLOADS["Sources.download"](client, "./new", resume=resume)
    assert wire.requests == []
    assert (caught.value.errno, caught.value.filename) == (code, "./new")


@pytest.mark.parametrize("path", ["dangling", "circle", "to-file"])
async def test_a_link_is_replaced_when_asked_for(backend, folder, path):
    async with serving(Storage()) as wire, client_of(wire.url) as client:
        await client.sources.download(wire.url, path, overwrite=True)
    assert not (folder / path).is_symlink()
    assert (folder / path).read_bytes() == CONTENT
    assert (folder / "file").read_text() == "mine"


async def test_a_link_that_comes_into_being_meanwhile_is_not_replaced(backend, folder):
    def meanwhile(progress):
        if not (folder / "new").is_symlink():
            (folder / "new").symlink_to("nowhere")

    async with serving(Storage()) as wire, client_of(wire.url) as client:
        with pytest.raises(InvalidArgumentError, match=r"^new is a broken symbolic link"):
            await client.sources.download(wire.url, "new", on_progress=meanwhile)
    assert (folder / "new").is_symlink()
    assert not [name for name in names_in(folder) if name.startswith(".")]
