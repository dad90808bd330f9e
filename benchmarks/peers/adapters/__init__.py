"""A program per client: opens it, and gets one object or lists a hundred, as told by lines."""
