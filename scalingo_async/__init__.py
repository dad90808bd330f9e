"""An async client for the Scalingo API."""
