"""The memo of one application, and which applications get one."""
