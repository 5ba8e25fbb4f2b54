"""The features, one module per domain or part of one."""
