"""Models: events, and the payload of each event type."""
