"""What parts of a score do to the PD: each told as the PD without it and with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp

from explanations.contributions import NOT_KNOWN
from features.declarations import DOMAINS
from reports.numbers import percent, rate
from reports.texts import both, coded
from reports.view import Cell
from schemas.declarations import Text


@dataclass(frozen=True)
class Bar:
    """What one domain does to the PD: label, PD without it and with it, place of its bar [percent of the width]."""

    label: Text
    value: Cell
    left: str
    width: str
    tone: str


def pd_without(logit: float, contribution: float) -> float:
    """PD [fraction] of an applicant with log-odds `logit` if one contribution to them [log-odds] is left out.

    >>> round(pd_without(-2.25, 0.75), 4), round(pd_without(-2.25, 0.0), 4)
    (0.0474, 0.0953)
    """
    left = logit - contribution
    return 1 / (1 + exp(-left)) if left > -700 else 0.0


def from_to(logit: float, contribution: float) -> Text:
    """The PD without a contribution, and with it."""
    without, with_it = _beside(pd_without(logit, contribution), pd_without(logit, 0.0))
    return both("memo.from_to", without=without, pd=with_it)


def effect(logit: float, contribution: float) -> Text:
    """A contribution, told as what it does to the PD."""
    without, with_it = _beside(pd_without(logit, contribution), pd_without(logit, 0.0))
    return both("memo.raises" if contribution > 0 else "memo.lowers", without=without, pd=with_it)


def _beside(without: float, with_it: float) -> tuple[str, str]:
    """Two PDs as percentages, in up to four decimals where fewer would show them as equal.

    >>> _beside(0.0474, 0.0953), _beside(0.00021, 0.00018)
    (('4.74%', '9.53%'), ('0.021%', '0.018%'))
    """
    if rate(without) != rate(with_it):
        return rate(without), rate(with_it)
    digits = next((d for d in (2, 3, 4) if percent(without, d) != percent(with_it, d)), 2)
    return percent(without, digits), percent(with_it, digits)


def bars(sums: Mapping[str, float], base: float, logit: float) -> tuple[Bar, ...]:
    """Base, then each domain and group effect that moves the PD, strongest first; one scale, zero in the middle."""
    domains = sorted(sums.items(), key=lambda item: (-abs(item[1]), item[0]))
    scale = max([abs(v) for _, v in domains] + [1e-9])
    steps = (_bar(_step_name(name), value, logit, scale) for name, value in domains)
    return (Bar(both("memo.base"), rate(pd_without(base, 0.0)), "50", "0", "base"), *steps)


def _step_name(column: str) -> Text:
    """Name of a domain, of what is not known, or of the intercept of a region or an industry (ending in `_effect`)."""
    names: Mapping[str, Text] = {str(domain): label for domain, label in DOMAINS.items()}
    if column == NOT_KNOWN:
        return both("memo.not_known_bar")
    return names[column] if column in names else coded("group_effect", column.removesuffix("_effect"))


def _bar(label: Text, value: float, logit: float, scale: float) -> Bar:
    width = 50 * abs(value) / scale
    left = 50.0 if value >= 0 else 50 - width
    return Bar(label, from_to(logit, value), f"{left:.1f}", f"{width:.1f}", "raises" if value >= 0 else "lowers")
