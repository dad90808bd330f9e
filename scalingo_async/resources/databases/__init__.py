"""Databases and related resources."""

from scalingo_async.resources.databases.by_kind import Databases

__all__ = ["Databases"]
