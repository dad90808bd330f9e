"""Waiting: polling long-running operations until they have ended."""
