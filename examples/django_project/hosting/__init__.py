"""A Django app that talks to the platform."""
