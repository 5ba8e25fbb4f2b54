"""What the values of a column look like after conversion: how many, and smallest, middle and largest."""

from dataclasses import dataclass, field
from statistics import median

import numpy as np
import pandas as pd

SAMPLE = 200_000
"""Values kept for a median; of more, every second, fourth … is kept, and the median is one of a sample."""


@dataclass
class Spread:
    """Counts and range of one column of ours, gathered chunk by chunk; numbers in our unit, days as days."""

    kind: str
    read: int = 0
    missing: int = 0
    bad: int = 0
    low: float | None = None
    high: float | None = None
    _sample: list[float] = field(default_factory=list)
    _every: int = 1
    _seen: int = 0

    def add(self, values: pd.Series, bad: int) -> None:
        """Take in one more chunk, `bad` of whose values could not be read and are missing in `values`."""
        given = values.dropna()
        self.read += len(given)
        self.bad += bad
        self.missing += len(values) - len(given) - bad
        if given.empty or self.kind.startswith("string"):
            return
        # Days as days since 1970, so that one kind of number serves for all.
        days = given.dtype.kind == "M"
        plain = given.astype("int64") / 86_400_000_000 if days else given.astype("float64")
        low, high = float(plain.min()), float(plain.max())
        self.low = low if self.low is None else min(self.low, low)
        self.high = high if self.high is None else max(self.high, high)
        self._keep(plain.to_numpy("float64"))

    def _keep(self, values: np.ndarray) -> None:
        start = -self._seen % self._every
        self._sample.extend(values[start :: self._every].tolist())
        self._seen += len(values)
        while len(self._sample) > SAMPLE:
            self._sample, self._every = self._sample[::2], self._every * 2

    @property
    def middle(self) -> float | None:
        """Median, of a sample where there are more than SAMPLE values; None without values."""
        return median(self._sample) if self._sample else None

    def joined(self, other: "Spread") -> "Spread":
        """Spread of the values of both."""
        lows = [x for x in (self.low, other.low) if x is not None]
        highs = [x for x in (self.high, other.high) if x is not None]
        every = max(self._every, other._every)
        sample = [*self._sample[:: every // self._every], *other._sample[:: every // other._every]]
        counts = (self.read + other.read, self.missing + other.missing, self.bad + other.bad)
        low, high = min(lows, default=None), max(highs, default=None)
        return Spread(self.kind, *counts, low, high, sample, every)

    def shown(self, value: float | None) -> str:
        """Value as text: a day, yes and no, or a number with four digits that count."""
        if value is None:
            return ""
        if self.kind == "date":
            return str(np.datetime64(int(value), "D"))
        if self.kind == "boolean":
            return "yes" if value >= 0.5 else "no"
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
