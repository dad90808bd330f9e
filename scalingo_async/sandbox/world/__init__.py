"""The state of the sandbox: accounts, apps, databases, and everything that belongs to them."""
