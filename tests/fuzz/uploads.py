"""Files in a form: whatever a file is called and holds, it is a form of one file."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP

import anyio
from hypothesis import strategies as st

from scalingo_async import InvalidArgumentError
from scalingo_async.files.multipart import FilePart

from .running import drawn, found, target

NAMES = st.text(max_size=20) | st.text(st.sampled_from('a"\\;=%\r\n\t é/.\u2028'), max_size=8)
CONTENTS = st.binary(max_size=100) | st.sampled_from(
    [b"", b"--", b"\r\n", b"\r\n--scalingo-async-", b"x" * 70_000]
)


async def form_of(name: str, content: bytes) -> tuple[dict[str, str], bytes, bytes] | None:
    """Make the form twice, as a second attempt does; `None` when the name is refused."""
    said = ""
    try:
        part = await FilePart.of(content, name)
    except InvalidArgumentError as error:
        said = str(error)
    if said:
        assert said.isprintable()
        return None
    first, second = [b"".join([piece async for piece in part.open()]) for _ in range(2)]
    return dict(part.headers), first, second


@target("multipart", 16)
@drawn(NAMES, CONTENTS)
@found("\ud800", b"")
@found('a\\"b', b"x")
@found("é" * 127, b"x")
def forms(name, content):
    made = anyio.run(form_of, name, content)
    if made is None:
        assert name in {"", ".", ".."} or "/" in name or not name.isprintable() or len(name) > 60
        return
    headers, body, again = made
    assert body == again
    assert headers["content-length"] == str(len(body))
    # By a parser that shares no code with ours.
    head = f"Content-Type: {headers['content-type']}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    (one,) = message.iter_parts()
    start = body.index(b"\r\n\r\n") + 4
    mark = headers["content-type"].partition("boundary=")[2].encode()
    assert body[start : -len(b"\r\n--" + mark + b"--\r\n")] == content
    disposition = str(body[:start].split(b"\r\n")[1], "utf-8")
    quoted = disposition.partition("filename=")[2]
    assert quoted[0] == quoted[-1] == '"'
    # A quote or a backslash in it stands behind another one.
    assert quoted[1:-1].replace("\\\\", "\0").replace('\\"', "\1").count('"') == 0
    assert quoted[1:-1].replace("\\\\", "\0").replace('\\"', '"').replace("\0", "\\") == name
    assert one.get_content_disposition() == "form-data"
