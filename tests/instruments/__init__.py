"""What tests measure and break things with; tests/README.md tells what each is for."""
