"""An instrument: a proxy that opens tunnels, and keeps what it was asked."""

from contextlib import asynccontextmanager, suppress

import anyio
import anyio.abc

ENDED = (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError, OSError)


@asynccontextmanager
async def tunnel():
    """Run a proxy; yields its URL, with a user and a password, and the heads that it gets."""
    heads = []

    async def carry(source, target):
        with suppress(*ENDED):
            async for data in source:
                await target.send(data)
        with suppress(*ENDED):
            await target.aclose()

    async def relay(stream):
        with suppress(*ENDED):
            async with stream:
                head = b""
                while b"\r\n\r\n" not in head:
                    head += await stream.receive()
                heads.append(head)
                host, port = head.split()[1].decode().rsplit(":", 1)
                async with await anyio.connect_tcp(host, int(port)) as upstream:
                    await stream.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    async with anyio.create_task_group() as tasks:
                        tasks.start_soon(carry, stream, upstream)
                        tasks.start_soon(carry, upstream, stream)

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(anyio.abc.SocketAttribute.local_port)
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, relay)
        try:
            yield f"http://user:canary@127.0.0.1:{port}", heads
        finally:
            tasks.cancel_scope.cancel()
