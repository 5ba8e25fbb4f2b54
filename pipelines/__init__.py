"""One module per DVC stage, the command line, run tracking."""
