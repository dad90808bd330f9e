"""How fast `scalingo_async` is, against bare httpx and its peers: `python -m benchmarks`."""
