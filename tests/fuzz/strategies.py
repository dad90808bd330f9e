"""Strategies that several targets share."""

from __future__ import annotations

from hypothesis import strategies as st

NOISE = st.sampled_from(
    [
        b"\xef\xbb\xbf",
        b"\xff",
        b"\xc3",
        b"\0",
        b"\\ud800",
        b'"',
        b"{",
        b"[" * 3000,
        b"}",
        b"]",
        b",",
        b":",
        b"1e999",
        b"-",
        b"NaN",
        b"9" * 5000,
        b"null",
        b"\r",
        b"\n",
    ]
)


@st.composite
def spoiled(draw, content: bytes, most: int = 3) -> bytes:
    """Cut pieces out of bytes, put others in, or leave them as they are."""
    for _ in range(draw(st.integers(0, most))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.just(start) | st.integers(start, min(len(content), start + 20)))
        piece = draw(st.binary(max_size=8) | NOISE)
        content = content[:start] + piece + content[end:]
    return content


@st.composite
def misspelled(draw, content: bytes) -> bytes:
    """Put another letter or digit in the place of one: what has a form keeps it."""
    places = [place for place, byte in enumerate(content) if chr(byte).isalnum()]
    if not places:
        return content
    place = draw(st.sampled_from(places))
    return content[:place] + draw(st.sampled_from([b"a", b"b", b"0", b"1"])) + content[place + 1 :]


@st.composite
def pieces(draw, content: bytes) -> list[bytes]:
    """Cut bytes into pieces, some of them empty; within the ends of lines more often."""
    places = st.integers(0, len(content))
    ends = [place + 1 for place, byte in enumerate(content) if byte in b"\r\n"]
    if ends:
        places = st.sampled_from(ends) | places
    cuts = sorted(draw(st.lists(places, max_size=6)))
    return [content[a:b] for a, b in zip([0, *cuts], [*cuts, len(content)], strict=True)]
