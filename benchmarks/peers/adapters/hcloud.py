"""hcloud: volumes. The client is blocking, so it runs in threads."""

from __future__ import annotations

import sys

from hcloud import Client

from benchmarks.peers.harness import expect, main_blocking

if __name__ == "__main__":
    client = Client(token="benchmark", api_endpoint=f"{sys.argv[1]}/hetzner")

    def get():
        return client.volumes.get_by_id(1)

    def list_all():
        return client.volumes.get_list(per_page=100).volumes

    expect(get().status, "available")
    expect(len(list_all()), 100)
    main_blocking("hcloud", {"get": get, "list": list_all})
