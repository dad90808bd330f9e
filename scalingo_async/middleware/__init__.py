"""The chain that every call goes through, one file for each concern."""
