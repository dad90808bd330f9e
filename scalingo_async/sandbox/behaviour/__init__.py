"""What the platform does with it: rules, refusals, and what happens as time goes by."""
