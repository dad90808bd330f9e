"""What flows: logs, deployments, terminals, files."""
