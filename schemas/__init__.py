"""What the bank's tables must look like: declared once; checks, documentation and test data derive from it."""
