"""What the transports over httpx and httpx2 share."""
