"""Rate limit: the window, its middleware, and where it stands."""
