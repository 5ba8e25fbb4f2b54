import json

import pytest

from benchmarks.validation_tests import CASES, DEFAULTS, TESTS, main


def test_the_table_has_every_case_and_its_json_the_same_shares(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--draws", "3"])
    *lines, last = capsys.readouterr().out.splitlines()
    rows = json.loads(last)["rows"]
    assert len(lines) - 1 == len(rows) == len(CASES) * len(DEFAULTS)
    assert all(0 <= row[name] <= 1 for row in rows for name in TESTS)
    too_high = next(row for row in rows if (row["case"], row["defaults"]) == ("too high", 300))
    assert (too_high["one-sided"], too_high["level"]) == (0.0, 1.0)
