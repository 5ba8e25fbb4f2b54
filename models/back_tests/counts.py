"""What a test of level needs of a group: counts, effective counts, mean PD and default rate."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.back_tests.limits import Fewest
from models.validation.labelled_sample import effective_loans


@dataclass(frozen=True)
class Counts:
    """Loans and defaults of a group, the loans it is worth by its weights, weighted mean PD and default rate."""

    loans: int
    defaults: int
    effective: float
    mean_pd: float
    rate: float

    @property
    def level(self) -> float | None:
        """Mean PD over default rate; None without a default."""
        return self.mean_pd / self.rate if self.rate > 0 else None

    @property
    def effective_defaults(self) -> float:
        """Defaults among the effective loans."""
        return self.rate * self.effective

    def whole(self) -> tuple[int, int]:
        """Effective defaults and loans as whole numbers."""
        return round(self.effective_defaults), max(round(self.effective), 1)

    def lacking(self, fewest: Fewest) -> str | None:
        """Why the level cannot be tested; None where it can: few defaults came and few were expected."""
        if self.loans < fewest.loans:
            return "few_loans"
        expected = self.mean_pd * self.effective
        return "few_defaults" if max(expected, self.effective_defaults) < fewest.expected_defaults else None


def counts(loans: pd.DataFrame, pds: np.ndarray | None = None) -> Counts:
    """Counts of loans with defaulted, weight and pd; `pds` in the place of the latter where given."""
    y, w = loans["defaulted"].to_numpy(dtype=np.float64), loans["weight"].to_numpy(dtype=np.float64)
    p = loans["pd"].to_numpy(dtype=np.float64) if pds is None else pds
    return Counts(
        loans=len(loans),
        defaults=int(y.sum()),
        effective=effective_loans(y, w),
        mean_pd=float(np.average(p, weights=w)),
        rate=float(np.average(y, weights=w)),
    )
