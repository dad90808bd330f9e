"""Rate limit: the window, its middleware, and its state."""
