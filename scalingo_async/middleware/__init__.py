"""The middlewares that every call passes through, one file for each."""
