"""A soak test: everything at once for minutes, over real sockets, and nothing may be left of it."""
