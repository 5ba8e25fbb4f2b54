"""One module per DVC step, the command line, run tracking."""
