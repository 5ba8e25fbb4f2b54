"""What the command line calls, one module per group of commands."""
