import os
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explanations.exact.kernels import binned, scaled_and_rounded
from policy.digits import DIGITS, EXACT, FIRST, POWERS, rounded

ROOT = Path(__file__).parents[3]


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=20))
def test_rounding_has_the_bits_of_the_digits_that_are_stored(values: list[float]) -> None:
    given_ = np.array([values])
    found = np.empty_like(given_)
    left = scaled_and_rounded(given_, len(values), np.ones(len(values)), DIGITS, POWERS, FIRST, EXACT, found, 0)
    if left:
        found = rounded(found)
    assert np.array_equal(found, rounded(given_), equal_nan=True)


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=300, unique=True),
    st.lists(st.floats(), min_size=1, max_size=20),
)
def test_a_bin_counts_the_thresholds_below_the_value(thresholds: list[float], values: list[float]) -> None:
    known, rows = np.array(sorted(thresholds)), np.array([[*values, known_ := thresholds[0]]])
    bins, room = np.empty((2, rows.shape[1]), dtype="int16"), np.empty(rows.shape[1])
    binned(rows, 0, rows.shape[1], known, np.array([0, len(known)]), room, bins)
    lost = np.isnan(rows[0])
    assert (bins[0] == np.where(lost, len(known) + 1, np.searchsorted(known, rows[0]))).all()
    assert (bins[1] == np.where(lost, -1, np.searchsorted(known, rows[0]))).all()
    assert np.searchsorted(known, known_) == bins[0, -1]


MODULE = """
from explanations.exact.compiled import compiled

@compiled
def doubled(number):
    return 2 * number

print(doubled(21))
"""


def no_large_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


@pytest.mark.parametrize("fault", ["no folder", "full disk"])
def test_compiled_functions_work_where_nothing_can_be_kept(tmp_path: Path, fault: str) -> None:
    module = tmp_path / "module.py"
    module.write_text(MODULE)
    folder = "/proc/nowhere" if fault == "no folder" else str(tmp_path / "kept")
    kept = {"NUMBA_CACHE_DIR": folder, "NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator"}
    done = subprocess.run(
        [sys.executable, str(module)],
        env={**os.environ, **kept, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=no_large_files if fault == "full disk" else None,
    )
    assert done.stdout == "42\n", done.stderr
