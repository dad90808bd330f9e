"""The common parts of the transports over httpx and httpx2."""
