"""What the bank's tables must look like: declared once; checks, documentation and test data derive from it."""

import os

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # before Great Expectations is imported
