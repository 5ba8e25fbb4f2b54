"""The order of the rows of any table in time, and what is tested, calibrated on and learned from by it."""

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.accuracy_sets import LATEST, SetError

DAY = pd.Timedelta(days=1)
SINCE = pd.Timestamp("1970-01-01")


def instants(time: pd.Series, test_from: str, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Order of the rows in time, as whole numbers from 0, and which rows are tested.

    Numbers, days and moments with or without a zone, periods (their beginning counts), and texts that pandas reads as
    days. A `test_from` without a zone is in the zone of the column.

    Raises
    ------
    SetError
        When the column or `test_from` cannot be read, or no row lies on one side of it.
    """
    try:
        values, bound = _read(time, test_from)
    except (ValueError, TypeError) as error:
        message = (
            f"{path}: wanted {time.name} and test-from as numbers, or as ISO days both with or both without a zone; "
            f"got test-from {test_from!r} and {time.name} {time.iloc[0]!r}"
        )
        raise SetError(message) from error
    later = values >= bound
    if later.all() or not later.any():
        found = f"got {later.sum()} of {len(later)} from it on"
        message = f"{path}: wanted rows before {time.name} {test_from} and from it on; {found}"
        raise SetError(message)
    return np.unique(values, return_inverse=True)[1], later


def _read(time: pd.Series, test_from: str) -> tuple[np.ndarray, float]:
    if isinstance(time.dtype, pd.CategoricalDtype):
        time = time.astype(time.cat.categories.dtype)
    if pd.api.types.is_numeric_dtype(time):
        return time.to_numpy(dtype="float64"), float(test_from)
    if isinstance(time.dtype, pd.PeriodDtype):
        bound = pd.Period(test_from, freq=time.dt.freq).start_time
        return ((time.dt.start_time - SINCE) / DAY).to_numpy(dtype="float64"), (bound - SINCE) / DAY
    moments, bound = pd.to_datetime(time), pd.Timestamp(test_from)
    zone = moments.dt.tz
    if zone is not None:
        bound = bound.tz_localize(zone) if bound.tz is None else bound
        moments, bound = moments.dt.tz_convert("UTC").dt.tz_localize(None), bound.tz_convert("UTC").tz_localize(None)
    return ((moments - SINCE) / DAY).to_numpy(dtype="float64"), (bound - SINCE) / DAY


def calibrating(order: np.ndarray, later: np.ndarray, name: str, path: Path) -> np.ndarray:
    """True for the latest rows before the tested ones: whole values of time, as near to LATEST of the rows as they go.

    Raises
    ------
    SetError
        When there is one value of time before the tested ones only, so that nothing is left to learn from.
    """
    values, counts = np.unique(order[~later], return_counts=True)
    if len(values) < 2:
        message = (
            f"{path}: wanted at least two values of {name} before test-from, the last to calibrate on; "
            f"got {len(values)}"
        )
        raise SetError(message)
    # share of the rows from each value on; the first value is always learned from
    share = counts[::-1].cumsum()[::-1][1:] / counts.sum()
    first = values[1:][int(np.abs(share - LATEST).argmin())]
    return np.asarray(~later & (order >= first))
