"""kubernetes_asyncio: services."""

from __future__ import annotations

from contextlib import asynccontextmanager

from kubernetes_asyncio import client as kubernetes

from benchmarks.peers.harness import expect, main


@asynccontextmanager
async def opened(url):
    configuration = kubernetes.Configuration(host=url)
    async with kubernetes.ApiClient(configuration) as client:
        api = kubernetes.CoreV1Api(client)

        async def get():
            return await api.read_namespaced_service("example-app", "default")

        async def list_all():
            return (await api.list_namespaced_service("default")).items

        expect((await get()).spec.type, "ClusterIP")
        expect(len(await list_all()), 100)
        yield {"get": get, "list": list_all}


if __name__ == "__main__":
    main("kubernetes_asyncio", opened)
