"""The sandbox as the platform is: behind TLS."""

import ssl
from contextlib import asynccontextmanager, suppress

import anyio
import anyio.abc
from anyio.streams.tls import TLSListener

ENDED = (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError, OSError)
"""How a connection ends that its other side gave up."""


@asynccontextmanager
async def behind_tls(url, authority):
    """Serve what is at a URL over TLS as well; yields where."""
    host, port = url.removeprefix("http://").split(":")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)

    # However a connection ends, the others and the test go on: a client that hangs up while
    # TLS still writes to it ends `send` with EndOfStream.
    async def carry(source, target):
        with suppress(*ENDED):
            async for data in source:
                await target.send(data)
        with suppress(*ENDED):
            await target.aclose()

    async def relay(stream):
        with suppress(*ENDED):
            async with stream, await anyio.connect_tcp(host, int(port)) as upstream:
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(carry, stream, upstream)
                    tasks.start_soon(carry, upstream, stream)

    listener = await anyio.create_tcp_listener(local_host="localhost", family=2)
    tls = TLSListener(listener, context, standard_compatible=False)
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(tls.serve, relay)
        try:
            yield f"https://localhost:{listener.extra(anyio.abc.SocketAttribute.local_port)}"
        finally:
            tasks.cancel_scope.cancel()


def trusting(authority):
    """Make the TLS settings of a client that trusts an authority."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context
