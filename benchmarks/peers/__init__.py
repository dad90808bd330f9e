"""The clients of other platforms and the official one, each in its own environment."""
