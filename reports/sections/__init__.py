"""The sections of the report, each computed as plain data."""
