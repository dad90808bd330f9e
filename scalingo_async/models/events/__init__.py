"""Models: events, and the payload of each type of them."""
