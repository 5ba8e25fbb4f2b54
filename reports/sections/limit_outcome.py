"""Whether limits were met: the certified tolerance and the realised ratio, per size class and in total."""

from dataclasses import dataclass

import pandas as pd

from policy.digits import rounded_number
from reports.inputs import Inputs, amount_ratio
from reports.sections.noise import Interval, ratio_interval


@dataclass(frozen=True)
class LimitOutcome:
    """One size class, or `all`: the tolerance certified and the ratio by amounts of what would have been approved.

    Ratios and shares are fractions of amounts. The tolerance is that in force on the day of each application, averaged
    by the amounts approved: where nothing was approved, that of the day of the policy, and None for `all`. `verdict` is
    one of reports.codes.VERDICTS.
    """

    size_class: str
    verdict: str
    tolerance: float | None
    certified: bool
    reason: str | None
    cut_off: float | None
    observed: float | None
    upper_bound: float | None
    loans: int
    approved_loans: int
    approved_defaults: int
    approved_share: float | None
    realised: float | None
    interval: Interval | None
    ratio_of_all: float | None

    @property
    def within_noise(self) -> bool:
        """True when the tolerance lies in the 95 % interval: sampling alone may explain the gap."""
        if self.interval is None or self.tolerance is None:
            return False
        return self.interval.low <= self.tolerance <= self.interval.high


def limit_outcomes(inputs: Inputs) -> tuple[LimitOutcome, ...]:
    """The size classes in order of size, then `all`."""
    later = inputs.decided()
    return (*(_class(name, inputs, later) for name in inputs.thresholds["certificates"]), _total(inputs, later))


def _class(name: str, inputs: Inputs, later: pd.DataFrame) -> LimitOutcome:
    certificate = inputs.thresholds["certificates"][name]
    mine = later[later["size_class"] == name]
    approved = mine[mine["decision"] == "approve"]
    return _outcome(
        name,
        mine,
        _average_tolerance(approved) if len(approved) else certificate["tolerance"],
        certified=_certified(inputs, name),
        reason=certificate["reason"],
        evidence=(certificate["cut_off"], certificate["observed_ratio"], certificate["upper_bound"]),
    )


def _total(inputs: Inputs, later: pd.DataFrame) -> LimitOutcome:
    approved = later[later["decision"] == "approve"]
    certified = any(_certified(inputs, name) for name in inputs.thresholds["certificates"])
    return _outcome(
        "all", later, _average_tolerance(approved), certified=certified, reason=None, evidence=(None, None, None)
    )


def _certified(inputs: Inputs, name: str) -> bool:
    """Whether the class was certified under the tolerance of at least one day."""
    return any(issued["certificates"][name]["certified"] for issued in inputs.thresholds["procedure"]["issued"])


def _average_tolerance(approved: pd.DataFrame) -> float | None:
    """Tolerance of the approved amounts, each that in force on its own day; None where nothing was approved."""
    amount = float(approved["amount"].sum())
    return rounded_number(float((approved["amount"] * approved["tolerance"]).sum()) / amount) if amount > 0 else None


def _outcome(
    name: str,
    loans: pd.DataFrame,
    tolerance: float | None,
    *,
    certified: bool,
    reason: str | None,
    evidence: tuple[float | None, float | None, float | None],
) -> LimitOutcome:
    approved = loans[loans["decision"] == "approve"]
    realised, amount = amount_ratio(approved), float(loans["amount"].sum())
    return LimitOutcome(
        name,
        verdict(certified, tolerance, realised),
        tolerance,
        certified,
        reason,
        *evidence,
        loans=len(loans),
        approved_loans=len(approved),
        approved_defaults=int(approved["defaulted"].sum()),
        approved_share=float(approved["amount"].sum()) / amount if amount > 0 else None,
        realised=realised,
        interval=ratio_interval(approved),
        ratio_of_all=amount_ratio(loans),
    )


def verdict(certified: bool, tolerance: float | None, realised: float | None) -> str:
    """Whether the realised ratio stays within the tolerance, one of reports.codes.VERDICTS.

    >>> verdict(True, 0.103, 0.0870), verdict(True, 0.103, 0.1447), verdict(False, 0.083, None)
    ('met', 'exceeded', 'not_certified')
    """
    if not certified:
        return "not_certified"
    if realised is None or tolerance is None:
        return "nothing_approved"
    return "met" if realised <= tolerance else "exceeded"
