"""The Django example: settings, URLs, and the ways to serve it."""
