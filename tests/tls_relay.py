"""The sandbox as the platform is: behind TLS."""

import ssl
from contextlib import asynccontextmanager

import anyio
import anyio.abc
from anyio.streams.tls import TLSListener


@asynccontextmanager
async def behind_tls(url, authority):
    """Serve what is at a URL over TLS as well; yields where."""
    host, port = url.removeprefix("http://").split(":")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)

    async def carry(source, target):
        try:
            async for data in source:
                await target.send(data)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            pass
        await target.aclose()

    async def relay(stream):
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
