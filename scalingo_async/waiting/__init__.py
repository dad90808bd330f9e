"""Waiting: polling what takes a while until it has ended."""
