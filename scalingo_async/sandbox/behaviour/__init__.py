"""The platform's behaviour: rules, refusals, and processes that take time."""
