"""The platform's catalogue: plans, sizes, stacks, event types and source code platforms."""
