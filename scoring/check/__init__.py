"""The check of a folder of tables as a stream: bounded memory, the same rows and counts as `schemas.checks`."""
