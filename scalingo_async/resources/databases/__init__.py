"""Databases, and what belongs to one."""

from scalingo_async.resources.databases.databases import Databases

__all__ = ["Databases"]
