"""The server side of the sandbox: HTTP, websockets, limits and faults."""
