"""Databases, and what belongs to one."""
