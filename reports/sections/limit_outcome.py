"""Whether limits were met: the default ratio that the tolerance allows and the realised one, by size class."""

from dataclasses import dataclass

import pandas as pd

from policy.digits import rounded_number
from reports.inputs import Inputs, amount_ratio
from reports.sections.noise import Interval, ratio_interval


@dataclass(frozen=True)
class LimitOutcome:
    """One size class, or `all`: the tolerance, the default ratio it allows, and that of what would have been approved.

    Ratios and shares are fractions of amounts. `tolerance` is the tolerated NPL ratio and `allowed` the default ratio
    of the outcome window that it allows, both those of the day of each application, averaged by the amounts approved:
    where nothing was approved, those of the day of the policy, and None for `all`. `tested` is the level of the
    certificate, with the margin for year effects. `verdict` is one of reports.codes.VERDICTS.
    """

    size_class: str
    verdict: str
    tolerance: float | None
    allowed: float | None
    tested: float | None
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
        """True when the ratio allowed lies in the 95 % interval: sampling alone may explain the gap."""
        if self.interval is None or self.allowed is None:
            return False
        return self.interval.low <= self.allowed <= self.interval.high


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
        _limits(approved) if len(approved) else (certificate["tolerance"], certificate["flow"]),
        tested=certificate["tested"],
        certified=_certified(inputs, name),
        reason=certificate["reason"],
        evidence=(certificate["cut_off"], certificate["observed_ratio"], certificate["upper_bound"]),
    )


def _total(inputs: Inputs, later: pd.DataFrame) -> LimitOutcome:
    approved = later[later["decision"] == "approve"]
    certified = any(_certified(inputs, name) for name in inputs.thresholds["certificates"])
    return _outcome(
        "all", later, _limits(approved), tested=None, certified=certified, reason=None, evidence=(None, None, None)
    )


def _certified(inputs: Inputs, name: str) -> bool:
    """Whether the class was certified under the tolerance of at least one day."""
    return any(issued["certificates"][name]["certified"] for issued in inputs.thresholds["procedure"]["issued"])


def _limits(approved: pd.DataFrame) -> tuple[float | None, float | None]:
    """Tolerance of the approved amounts, and ratio allowed, each of its own day; None where nothing was approved."""
    amount = float(approved["amount"].sum())
    if amount <= 0:
        return None, None
    tolerance, allowed = (
        rounded_number(float((approved["amount"] * approved[name]).sum()) / amount)
        for name in ("tolerance", "default_limit")
    )
    return tolerance, allowed


def _outcome(
    name: str,
    loans: pd.DataFrame,
    limits: tuple[float | None, float | None],
    *,
    tested: float | None,
    certified: bool,
    reason: str | None,
    evidence: tuple[float | None, float | None, float | None],
) -> LimitOutcome:
    approved = loans[loans["decision"] == "approve"]
    realised, amount = amount_ratio(approved), float(loans["amount"].sum())
    return LimitOutcome(
        name,
        verdict(certified, limits[1], realised),
        *limits,
        tested,
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


def verdict(certified: bool, allowed: float | None, realised: float | None) -> str:
    """Whether the realised default ratio stays within the one allowed, one of reports.codes.VERDICTS.

    >>> verdict(True, 0.103, 0.0870), verdict(True, 0.103, 0.1447), verdict(False, 0.083, None)
    ('met', 'exceeded', 'not_certified')
    """
    if not certified:
        return "not_certified"
    if realised is None or allowed is None:
        return "nothing_approved"
    return "met" if realised <= allowed else "exceeded"
