"""Decompressing: bounded, piece by piece, and strict about what it is given."""

import gzip
import zlib
from contextlib import suppress

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instruments.memory import traced
from instruments.wire import PATIENCE, always, answer, chunked, endless, serving, then_close
from sweeps import sweep

from scalingo_async.errors import APIConnectionError, ResponseDecodeError, ResponseTooLargeError
from scalingo_async.transports.decompression import Decompressor
from transports.sending import at_rest, read, request_to

MIB = 1024 * 1024
TEXT = b'{"apps": []}' * 50
BOMB = sweep("MiB of a bomb")


def raw_deflate(data: bytes) -> bytes:
    squeeze = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return squeeze.compress(data) + squeeze.flush()


ZIPPED = gzip.compress(TEXT)
READABLE = {
    "gzip": ("gzip", ZIPPED, TEXT),
    "gzip, another name": ("X-GZip ", ZIPPED, TEXT),
    "deflate": ("deflate", zlib.compress(TEXT), TEXT),
    "raw deflate": ("deflate", raw_deflate(TEXT), TEXT),
    "nothing": ("identity", TEXT, TEXT),
    "several files": ("gzip", ZIPPED * 3, TEXT * 3),
    "filled up with zeros": ("gzip", ZIPPED + b"\0" * 100, TEXT),
    "empty file": ("gzip", gzip.compress(b""), b""),
    "no body": ("gzip", b"", b""),
}
BROKEN = {
    "cut short": ("gzip", ZIPPED[:-9], "cut short"),
    "cut short in the header": ("gzip", ZIPPED[:5], "cut short"),
    "cut after one byte": ("deflate", zlib.compress(TEXT)[:1], "cut short"),
    "cut short, raw": ("deflate", raw_deflate(TEXT)[:-1], "cut short"),
    "cut in the second file": ("gzip", ZIPPED + ZIPPED[:20], "cut short"),
    "not compressed": ("gzip", TEXT, "broken"),
    "neither kind": ("deflate", b"\xff" * 50, "broken"),
    "wrong sum": ("gzip", ZIPPED[:-8] + b"\0" * 4 + ZIPPED[-4:], "broken"),
    "something behind": ("gzip", ZIPPED + b"junk", "broken"),
    "something behind deflate": ("deflate", zlib.compress(TEXT) + b"junk", "follows"),
    "too many files": ("gzip", gzip.compress(b"") * 1001, "too many"),
}
UNKNOWN = ["br", "zstd", "gzip, gzip", "gzip,deflate", "compress", "*", "gzip;q=1", "\u212aip"]


def inflate(encoding: str, data: bytes, size: int) -> bytes:
    inflater = Decompressor(encoding, None)
    out = b"".join(
        piece
        for start in range(0, len(data), size)
        for piece in inflater.feed(data[start : start + size])
    )
    inflater.finish()
    return out


@pytest.mark.parametrize("size", [1, 2, 7, MIB])
@pytest.mark.parametrize("name", READABLE)
def test_readable(name, size):
    encoding, data, expected = READABLE[name]
    assert inflate(encoding, data, size) == expected


@pytest.mark.parametrize("size", [1, 2, 7, MIB])
@pytest.mark.parametrize("name", BROKEN)
def test_broken(name, size):
    encoding, data, why = BROKEN[name]
    with pytest.raises(ResponseDecodeError, match=why):
        inflate(encoding, data, size)


@pytest.mark.parametrize("encoding", UNKNOWN)
def test_unknown_encodings(encoding):
    with pytest.raises(ResponseDecodeError, match="not asked for"):
        Decompressor(encoding, None)


@given(
    data=st.binary(max_size=2000).map(lambda d: d * 300),
    encoding=st.sampled_from(["gzip", "deflate", "raw"]),
    size=st.integers(1, 5000),
)
def test_any_body_in_any_parts(data, encoding, size):
    packed = {"gzip": gzip.compress, "deflate": zlib.compress, "raw": raw_deflate}[encoding](data)
    assert inflate(encoding.replace("raw", "deflate"), packed, size) == data


@given(encoding=st.sampled_from(["gzip", "deflate"]), data=st.binary(max_size=200))
def test_any_bytes_are_refused_in_one_way(encoding, data):
    with suppress(ResponseDecodeError):
        inflate(encoding, data, 10)


@pytest.mark.sweep
def test_a_bomb_comes_out_in_small_pieces():
    size = BOMB * MIB
    bomb = zlib.compress(b"\0" * size, 9)
    inflater = Decompressor("deflate", None)
    total = 0
    with traced() as memory:
        for start in range(0, len(bomb), 65536):
            for piece in inflater.feed(bomb[start : start + 65536]):
                assert len(piece) <= MIB / 4
                total += len(piece)
        peak = memory.peak
    inflater.finish()
    assert total == size
    assert peak < 2 * MIB, f"the peak was {peak} bytes"


# -- over sockets -------------------------------------------------------------------------


def packed(data: bytes, encoding: str = "gzip") -> bytes:
    return answer(data, "200 OK", f"Content-Encoding: {encoding}")


def head(encoding: str) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Encoding: %b\r\nTransfer-Encoding: chunked\r\n\r\n" % (
        encoding.encode()
    )


def chunk(data: bytes) -> bytes:
    return chunked(data).partition(b"\r\n\r\n")[2]


BOMBS = {
    # behaviour, the limit, what is said
    "gzip": (always(packed(gzip.compress(b"\0" * (BOMB * MIB), 9))), MIB, "larger than"),
    "deflate": (always(packed(zlib.compress(b"\0" * (BOMB * MIB), 9), "deflate")), MIB, "larger"),
    "raw deflate": (always(packed(raw_deflate(b"\0" * (BOMB * MIB)), "deflate")), MIB, "larger"),
    "many files": (always(packed(gzip.compress(b"\0" * MIB, 9) * 999)), MIB, "larger than"),
    "endless, of nothing": (
        endless(
            head("deflate"),
            chunk(zlib.compress(b"")[:2]),
            then=chunk(b"\0\0\0\xff\xff" * 4000),
        ),
        MIB,
        "larger than",
    ),
    "in small chunks": (
        endless(head("identity"), then=chunk(b"8 bytes.") * 500),
        150_000,
        "larger",
    ),
}


@pytest.mark.anyio
@pytest.mark.sweep
@pytest.mark.parametrize("name", BOMBS)
async def test_bombs(kind, name):
    behaviour, limit, said = BOMBS[name]
    async with serving(behaviour) as wire:
        async with kind.open(max_response=limit) as transport:
            with traced() as memory:
                with anyio.fail_after(PATIENCE), pytest.raises(ResponseTooLargeError, match=said):
                    await transport.send(request_to(wire.url + "/"))
                peak = memory.peak
            assert peak < 4 * limit, f"the peak was {peak} bytes"
            assert at_rest(transport)
        await wire.all_closed()


@pytest.mark.anyio
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("name", [*READABLE, *BROKEN, *UNKNOWN[:4]])
async def test_encodings_over_sockets(kind, name, stream):
    encoding, data, expected = READABLE.get(name) or BROKEN.get(name) or (name, b"data", "asked")
    async with serving(always(packed(data, encoding.strip()))) as wire:
        async with kind.open() as transport:
            request = request_to(wire.url + "/", stream=stream)
            if isinstance(expected, bytes):
                response = await transport.send(request)
                assert (await read(response) if stream else response.content) == expected
            else:
                with pytest.raises(ResponseDecodeError, match=expected):
                    await read(await transport.send(request))
            assert at_rest(transport)
        await wire.all_closed()


@pytest.mark.anyio
async def test_a_cut_connection_is_not_taken_for_bad_compression(kind):
    async with serving(then_close(packed(ZIPPED)[:-9])) as wire, kind.open() as transport:
        with pytest.raises(APIConnectionError, match="at: read"):
            await transport.send(request_to(wire.url + "/"))
