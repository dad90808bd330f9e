"""The clients of other platforms, each in an environment of its own, and the official one."""
