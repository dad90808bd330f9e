"""The management commands of `manage.py`."""
