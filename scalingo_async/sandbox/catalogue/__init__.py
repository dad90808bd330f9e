"""What the platform offers: plans, sizes, stacks, types of events, and where repositories live."""
