"""What is happening: small machines with memory, stepped by capture time."""
