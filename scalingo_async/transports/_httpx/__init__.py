"""The transports over httpx and httpx2: what they have in common."""
