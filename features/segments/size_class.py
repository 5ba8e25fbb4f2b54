"""Size class by the statistical standard of 2017 (统计上大中小微型企业划分办法): sixteen industries."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd

from features.industry import whole
from features.once import once
from features.rules.logic import latest
from features.segments.stage import size_class_by_bounds
from policy.loader import PolicyError, figure
from policy.segments import SIZE_CLASSES

INDICATORS = ("staff", "revenue", "assets")

Bounds = Mapping[str, Mapping[str, Sequence[float]]]
"""By industry and indicator: the inclusive lower bounds of all size classes but the smallest."""


def prefixes(industries: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Industry of the size standard by the first digits of a GB/T 4754 code, from lists of digits and ranges.

    >>> prefixes({"information_transmission": ["63-64"], "property_management": ["702"]})
    {'63': 'information_transmission', '64': 'information_transmission', '702': 'property_management'}
    """
    found: dict[str, str] = {}
    for industry, codes in industries.items():
        for code in codes:
            first, _, last = code.partition("-")
            if not first.isdigit() or (last and len(first) != len(last)):
                message = f"size standard, {industry}: a code must be digits or a range like 63-64; got {code!r}"
                raise PolicyError(message)
            found |= {f"{n:0{len(first)}d}": industry for n in range(int(first), int(last or first) + 1)}
    return found


def size_industry(industry: pd.Series, by_prefix: Mapping[str, str]) -> pd.Series:
    """Industry of the size standard [name] by GB/T 4754 code, leading letter or not; missing where none fits.

    Three digits decide before two: loading (591) is transport though division 59 is storage.
    """
    return once(industry, lambda codes: _by_digits(whole(codes), by_prefix)).astype("str")


def _by_digits(digits: pd.Series, by_prefix: Mapping[str, str]) -> pd.Series:
    return digits.str[:3].map(by_prefix).fillna(digits.str[:2].map(by_prefix))


def size_class(
    industry_group: pd.Series, staff: pd.Series, revenue: pd.Series, assets: pd.Series, bounds: Bounds
) -> pd.Series:
    """Size class by the lowest band any indicator of the industry falls in.

    That is the standard's rule: large, medium and small need all their lower bounds, micro needs one indicator. An
    indicator not known is left out: the class is then the highest it can be, and the tolerance not too high. With none
    known, or the industry unknown, the class is missing.

    Raises
    ------
    PolicyError
        When an industry or an indicator is named that the bounds or the tables do not have.
    """
    names, none = list(bounds), [np.nan] * (len(SIZE_CLASSES) - 1)
    _checked(industry_group, bounds)
    code = pd.Categorical(industry_group, categories=names).codes
    lowest = np.full(len(industry_group), np.nan)
    for indicator, values in zip(INDICATORS, (staff, revenue, assets), strict=True):
        lower = np.array([*(bounds[name].get(indicator, none) for name in names), none])[code]
        known = values.notna().to_numpy() & ~np.isnan(lower[:, 0])
        band = (values.to_numpy(dtype="float64")[:, None] >= lower).sum(axis=1).astype("float64")
        lowest = np.fmin(lowest, np.where(known, band, np.nan))
    band = np.where(np.isnan(lowest), -1, lowest).astype("int64")
    return pd.Series(SIZE_CLASSES, dtype="str").reindex(band).set_axis(industry_group.index)


def _checked(industry_group: pd.Series, bounds: Bounds) -> None:
    unknown = sorted(set(industry_group.dropna().unique()) - set(bounds))
    if unknown:
        message = f"size standard: industry must be one of {', '.join(bounds)}; got {', '.join(unknown)}"
        raise PolicyError(message)
    for name, indicators in bounds.items():
        for indicator, lower in indicators.items():
            if indicator not in INDICATORS or len(lower) != len(SIZE_CLASSES) - 1 or list(lower) != sorted(lower):
                wanted = f"{', '.join(INDICATORS)} with rising lower bounds of {', '.join(SIZE_CLASSES[1:])}"
                message = f"size standard, {name}: wanted {wanted}; got {indicator}: {list(lower)}"
                raise PolicyError(message)


ONE_INDICATOR: Mapping[str, str] = {"employees_only": "staff", "revenue_only": "revenue"}
"""Schemes with bounds of a single quantity."""


def size_rule(
    industry_group: pd.Series, staff: pd.Series, revenue: pd.Series, assets: pd.Series, bounds: Bounds
) -> pd.Series:
    """Rule that decided: the industry and the indicators used, as `retail: staff, revenue`; missing with the class."""
    at, groups = pd.factorize(industry_group)
    used = np.zeros(len(at), dtype="int64")
    for bit, (indicator, values) in enumerate(zip(INDICATORS, (staff, revenue, assets), strict=True)):
        listed = np.append([indicator in bounds.get(str(name), {}) for name in groups], False).astype(bool)[at]
        used += (listed & values.notna().to_numpy()) << bit
    # Every pair of an industry and the indicators used is written once.
    texts = [[_rule(str(name), bits) for bits in range(1 << len(INDICATORS))] for name in groups]
    told = pd.Series([text for of_group in texts for text in of_group], dtype="str")
    at = np.where((at < 0) | (used == 0), -1, at * (1 << len(INDICATORS)) + used)
    return told.reindex(at).set_axis(industry_group.index)


def _rule(industry: str, bits: int) -> str:
    return f"{industry}: " + ", ".join(name for bit, name in enumerate(INDICATORS) if bits >> bit & 1)


def assigned_size_class(quantities: pd.DataFrame, scheme: str, day: date) -> pd.DataFrame:
    """Columns `size_class` and `size_rule` by a scheme of policy/size_class.yaml as in force on `day`.

    A scheme with bounds by industry takes the quantities industry, staff, revenue and assets; one of `ONE_INDICATOR`
    the quantity named there.
    """
    bounds = figure("size_class", scheme).on(day)
    if scheme in ONE_INDICATOR:
        found = size_class_by_bounds(quantities[ONE_INDICATOR[scheme]], bounds)
        rule = pd.Series(scheme, index=found.index, dtype="str").where(found.notna())
        return pd.DataFrame({"size_class": found, "size_rule": rule})
    named = figure("size_class", "industries_2017").on(day)
    other = figure("size_class", "industries_outside_2017").on(day)
    group = size_industry(quantities["industry"], prefixes(named) | prefixes(other))
    known = (group, quantities["staff"], quantities["revenue"], quantities["assets"], bounds)
    return pd.DataFrame({"size_class": size_class(*known), "size_rule": scheme + ": " + size_rule(*known)})


def statistical_size_class(industry: pd.Series, staff: pd.Series, revenue: pd.Series, assets: pd.Series) -> pd.Series:
    """Size class by the latest statistical standard; missing where no indicator is known."""
    return size_class(statistical_industry(industry), staff, revenue, assets, latest("size_class", "statistical_2017"))


def statistical_industry(industry: pd.Series) -> pd.Series:
    """Industry of the latest statistical size standard [name]; codes the standard does not name are read as other."""
    listed = prefixes(latest("size_class", "industries_2017"))
    return size_industry(industry, listed | prefixes(latest("size_class", "industries_outside_2017")))
