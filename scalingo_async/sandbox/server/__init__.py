"""How the sandbox is reached: HTTP, websockets, limits and faults."""
