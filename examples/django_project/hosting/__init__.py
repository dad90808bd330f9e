"""A Django app that calls the platform."""
