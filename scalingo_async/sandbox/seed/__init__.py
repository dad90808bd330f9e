"""The initial contents of a sandbox."""
