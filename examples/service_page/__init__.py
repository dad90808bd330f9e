"""The pages of the example services, and the state that they show."""
