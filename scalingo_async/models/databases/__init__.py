"""Models: databases, and what belongs to one."""
