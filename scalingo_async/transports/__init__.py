"""Transports: the HTTP libraries that send requests, at the end of the chain."""
