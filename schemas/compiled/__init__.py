"""The declarations as SQL text for the embedded engine: how stored columns are read, what each row must meet."""
