"""A bank's own files or database as canonical tables, by a mapping file."""
