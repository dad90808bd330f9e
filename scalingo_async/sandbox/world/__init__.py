"""What the sandbox keeps: accounts, apps, databases, and all that belongs to them."""
