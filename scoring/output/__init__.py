"""Where decisions go: a file, a folder of parts, a database table; one module per format."""
