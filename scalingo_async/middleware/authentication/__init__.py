"""Authentication: tokens, their exchange and their use."""
