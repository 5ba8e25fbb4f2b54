"""What is wrong with real tables: gaps, late reports, restatements and typing errors, at stated rates."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sources.simulated.draws import Array, exp, stream

GAP_RATE = 0.05
"""Share of missing cells in columns that may be missing (assumption of this project)."""

RESTATEMENT_RATE = 0.02
"""Share of statements restated later (assumption of this project)."""

TYPO_RATE = 0.002
"""Share of rows with a typing error that breaks a declared rule (assumption of this project)."""


def with_gaps(
    frame: pd.DataFrame, rng: np.random.Generator, columns: Sequence[str], rate: float = GAP_RATE
) -> pd.DataFrame:
    """The frame with cells of these columns missing at the rate."""
    changed = {}
    for column in columns:
        values = frame[column]
        hit = _hits(rng, len(frame), rate)
        if values.dtype == "float64":
            gapped = values.to_numpy(copy=True)
            gapped[hit] = np.nan
            changed[column] = pd.Series(gapped, index=frame.index)
        else:
            gap = np.zeros(len(frame), dtype=bool)
            gap[hit] = True
            changed[column] = values.mask(gap)
    return frame.assign(**changed)


def with_restatements(frame: pd.DataFrame, rng: np.random.Generator, columns: Sequence[str]) -> pd.DataFrame:
    """Rows of the frame, and for some a further row with other figures in these columns, known months later."""
    again = frame.iloc[_hits(rng, len(frame), RESTATEMENT_RATE)]
    factor = exp(-0.02 + 0.06 * rng.standard_normal(len(again)))
    later = pd.to_timedelta(rng.integers(90, 540, len(again)), unit="D").as_unit("us")
    restated = again.assign(known_on=again["known_on"] + later, **{c: (again[c] * factor).round() for c in columns})
    return pd.concat([frame, restated], ignore_index=True)


def late(rng: np.random.Generator, size: int, typical: float, spread: float, least: float = 0.0) -> Array:
    """Days from the event to the day it was known: about `typical`, skewed, a few very late."""
    delay = typical * exp(spread * rng.standard_normal(size))
    forgotten = rng.random(size) < 0.01
    return np.asarray(np.floor(np.maximum(delay + forgotten * rng.integers(60, 300, size), least)))


def _hits(rng: np.random.Generator, size: int, rate: float) -> Array:
    """Places of rows chosen at the rate, in order."""
    return np.sort(rng.choice(size, rng.binomial(size, rate), replace=False)) if size else np.zeros(0, dtype=np.int64)


def with_typos(tables: dict[str, pd.DataFrame], seed: int) -> dict[str, pd.DataFrame]:
    """Tables with some rows that break a declared rule: minus signs, days swapped, wrong digits, unknown codes."""
    rng = stream(seed, "typos")
    changed = dict(tables)
    for name, column in MINUS_SIGNS:
        changed[name] = _negated(changed[name], rng, column)
    for name, earlier, later in SWAPPED_DAYS:
        changed[name] = _swapped(changed[name], rng, earlier, later)
    for name, column, wrong in WRONG_CODES:
        changed[name] = _replaced(changed[name], rng, column, wrong)
    codes = changed["enterprises"]["credit_code"]
    hit = pd.Series(False, index=codes.index)
    hit.iloc[_hits(rng, len(codes), TYPO_RATE)] = True
    last_two_swapped = codes.str.slice(0, 16) + codes.str.slice(17, 18) + codes.str.slice(16, 17)
    changed["enterprises"] = changed["enterprises"].assign(credit_code=codes.mask(hit, last_two_swapped))
    return changed


MINUS_SIGNS = (
    ("statements", "revenue"), ("statements", "receivables"), ("headcount", "staff"), ("borrowings", "balance"),
    ("technology_contracts", "amount"), ("equity_rounds", "amount"),
)  # fmt: skip
SWAPPED_DAYS = (
    ("patents", "applied_on", "granted_on"), ("qualifications", "granted_on", "expires_on"),
    ("conduct", "happened_on", "resolved_on"), ("technology_contracts", "signed_on", "registered_on"),
)  # fmt: skip
WRONG_CODES = (
    ("patents", "kind", "inventoin"), ("equity_rounds", "investor_kind", "vcc"), ("enterprises", "ownership", "privat"),
    ("headcount", "enterprise_id", "E99999999"),
)  # fmt: skip


def _negated(frame: pd.DataFrame, rng: np.random.Generator, column: str) -> pd.DataFrame:
    values = frame[column].to_numpy(copy=True)
    hit = _hits(rng, len(frame), TYPO_RATE / 2)
    values[hit] = -np.abs(values[hit])
    return frame.assign(**{column: values})


def _swapped(frame: pd.DataFrame, rng: np.random.Generator, earlier: str, later: str) -> pd.DataFrame:
    hit = np.zeros(len(frame), dtype=bool)
    hit[_hits(rng, len(frame), TYPO_RATE)] = True
    hit &= frame[later].notna().to_numpy()
    first, second = frame[earlier], frame[later]
    return frame.assign(**{earlier: first.where(~hit, second), later: second.where(~hit, first)})


def _replaced(frame: pd.DataFrame, rng: np.random.Generator, column: str, wrong: str) -> pd.DataFrame:
    hit = np.zeros(len(frame), dtype=bool)
    hit[_hits(rng, len(frame), TYPO_RATE / 4)] = True
    return frame.assign(**{column: frame[column].mask(hit, wrong)})
