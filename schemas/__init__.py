"""What the bank's tables must look like: declared once; checks, documentation and test data derive from it."""

import os
import sys

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # before Great Expectations is imported
# Great Expectations imports pyspark where it is installed, and its part `connect` ends a program given by `python -c`
# with exit code 0 where it lacks a package: a check would seem to have succeeded. Nobody here uses that part.
sys.modules.setdefault("pyspark.sql.connect", None)  # type: ignore[arg-type]
