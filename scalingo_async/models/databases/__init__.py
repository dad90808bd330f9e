"""Models: databases and related objects."""
