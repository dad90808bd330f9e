"""What is in a new sandbox."""
