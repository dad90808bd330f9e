"""The files of backups: gzipped tars of any size, generated in chunks, deterministic."""

import hashlib
import io
import struct
import tarfile
import zlib
from collections.abc import Iterator
from functools import lru_cache

from scalingo_async.sandbox.behaviour.files import File
from scalingo_async.sandbox.world.databases import Backup

__all__ = ["backup_file"]

_BLOCK = 32 * 1024
"""Bytes of the tar in one block of the gzip file; not compressed, so that sizes are exact."""

_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\xff"
_BLOCK_HEAD = 5


def backup_file(backup: Backup) -> File:
    """Return the archive of a backup; it is the same each time."""
    # At the root of the archive, where restore programs expect it.
    tar = _Tar(backup.id, f"{backup.name[:80]}{backup.suffix}", backup.payload)
    blocks = max(1, -(-tar.size // _BLOCK))
    size = len(_GZIP_HEAD) + blocks * _BLOCK_HEAD + tar.size + 8

    def pieces(start: int) -> Iterator[bytes]:
        at = 0
        if start >= len(_GZIP_HEAD):
            at = min(blocks - 1, (start - len(_GZIP_HEAD)) // (_BLOCK + _BLOCK_HEAD))
            start -= len(_GZIP_HEAD) + at * (_BLOCK + _BLOCK_HEAD)
        else:
            yield _GZIP_HEAD[start:]
            start = 0
        for number in range(at, blocks):
            data = tar.read(number * _BLOCK, _BLOCK)
            last = number == blocks - 1
            head = struct.pack("<BHH", last, len(data), len(data) ^ 0xFFFF)
            piece = head + data
            if last:
                piece += struct.pack("<II", _checksum(tar), tar.size & 0xFFFFFFFF)
            yield piece[start:]
            start = 0

    return File(size, pieces, f"{backup.id} {backup.name} {backup.payload}")


class _Tar:
    """A tar with one file of generated data, readable from any position."""

    def __init__(self, seed: str, name: str, payload: int) -> None:
        member = tarfile.TarInfo(name)
        member.size = payload
        self._head = member.tobuf(tarfile.GNU_FORMAT)
        self._payload = payload
        self._noise = hashlib.shake_128(seed.encode()).digest(_BLOCK - 8)
        content = len(self._head) + -(-payload // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
        # It ends with two empty blocks and is padded to whole records.
        end = content + 2 * tarfile.BLOCKSIZE
        self.key = (seed, name, payload)
        self.size = -(-end // tarfile.RECORDSIZE) * tarfile.RECORDSIZE

    def read(self, start: int, length: int) -> bytes:
        """Return the bytes from a position, fewer at the end."""
        length = min(length, self.size - start)
        out = io.BytesIO()
        out.write(self._head[start : start + length])
        first = max(0, start - len(self._head))
        last = min(self._payload, start + length - len(self._head))
        while first < last:
            number, offset = divmod(first, _BLOCK)
            # Each block contains its position, so that no two blocks are equal.
            data = (number.to_bytes(8, "big") + self._noise)[offset : offset + last - first]
            out.write(data)
            first += len(data)
        return out.getvalue().ljust(length, b"\0")


def _checksum(tar: _Tar) -> int:
    return _checksum_of(tar.key)


@lru_cache(maxsize=64)
def _checksum_of(key: tuple[str, str, int]) -> int:
    tar = _Tar(*key)
    total = 0
    for start in range(0, tar.size, _BLOCK):
        total = zlib.crc32(tar.read(start, _BLOCK), total)
    return total
