"""What ends the chain: the HTTP libraries that requests can be sent with."""
