"""Streams: logs, deployments, terminals, and the websockets and server-sent events below."""
