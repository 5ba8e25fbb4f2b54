"""Large groups whose outcomes cannot be what they say: none or all of them defaulted, by no chance one can believe.

Such a group most often means that the outcome is not recorded for it, or that it was not known at origination that a
loan belongs to it. The check names groups and removes nothing: an exclusion rests on facts of origination.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import binom

BINS = 10
"""Equal-count bins of a number with many values."""

NEAR = 0.10
"""A group counts as all good (all bad) while its share of defaults (of good loans) is at most this part of that of all
loans: a single stray default among thousands does not hide it."""

NOT_GIVEN = "not given"
COLUMNS = ["fact", "group", "loans", "defaults", "expected", "p_value"]


class Groups(NamedTuple):
    """`found`: one row a group with COLUMNS, the least plausible first; `checked`: how many groups were large enough.

    `expected` is the number of defaults at the rate of all loans; `p_value` is adjusted for the number of groups.
    """

    found: pd.DataFrame
    checked: int


def impossible_groups(facts: pd.DataFrame, defaulted: pd.Series, least_loans: int, level: float) -> Groups:
    """Groups of at least `least_loans` loans with a rate of (nearly) nought or one, implausible at the rate of all.

    `facts` has one column a fact of origination, its rows those of `defaulted` (0 or 1, none missing). A text or a flag
    groups by its values, a number by equal-count bins and by each single value that enough loans share; not given is
    a group of its own. The p-value is the binomial tail at the rate of all loans, adjusted over all groups tested
    (Holm 1979). Loans count alike: where a sample was drawn by outcome, its own rate is the one to compare with.
    """
    bad = defaulted.astype("float64").to_numpy()
    rate = float(bad.mean()) if len(bad) else 0.0
    rows = [row for name in facts.columns for row in _tested(facts[name], bad, rate, least_loans)]
    table = pd.DataFrame(rows, columns=[*COLUMNS, "extreme"])
    table["p_value"] = holm(table["p_value"].to_numpy(dtype="float64"))
    named = table[table["extreme"].astype(bool) & (table["p_value"] < level)]
    named = named.sort_values(["p_value", "loans"], ascending=[True, False], kind="stable").reset_index(drop=True)
    return Groups(named[COLUMNS], len(table))


def _tested(values: pd.Series, bad: np.ndarray, rate: float, least: int) -> Iterator[tuple[Any, ...]]:
    for grouping in _groupings(values, least):
        frame = pd.DataFrame({"group": grouping.to_numpy(dtype="object"), "bad": bad})
        for group, (loans, defaults) in frame.groupby("group")["bad"].agg(["size", "sum"]).iterrows():
            if loans < least or loans == len(bad):
                continue
            low = defaults <= NEAR * rate * loans
            high = loans - defaults <= NEAR * (1 - rate) * loans
            p = min(binom.cdf(defaults, loans, rate), binom.sf(defaults - 1, loans, rate))
            extreme = 0 < rate < 1 and (low or high)
            yield values.name, group, int(loans), int(defaults), rate * loans, float(p), extreme


def _groupings(values: pd.Series, least: int) -> Iterator[pd.Series]:
    """Labels of the groups of each loan, missing where it is in none: once by value, for a number also by bins."""
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        numbers = values.astype("float64")
        counts = numbers.map(numbers.value_counts())
        yield numbers.map("{:.10g}".format, na_action="ignore").where(counts >= least).mask(numbers.isna(), NOT_GIVEN)
        if numbers.nunique() > BINS:
            edges = pd.qcut(numbers, BINS, duplicates="drop")
            yield edges.astype("object").map(lambda cut: f"{cut.left:.6g} to {cut.right:.6g}", na_action="ignore")
        return
    yield values.astype("object").map(str, na_action="ignore").where(values.notna(), NOT_GIVEN)


def holm(p_values: np.ndarray) -> np.ndarray:
    """P-values adjusted for the number of tests (Holm 1979): at most `level` chance of any false one below `level`.

    >>> holm(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    stepped = np.maximum.accumulate(p_values[order] * np.arange(len(p_values), 0, -1))
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


IDS = ("application_id", "enterprise_id", "credit_code", "as_of", "founded_on", "accepted")
"""Columns of applications and enterprises that make no group."""


def origination_facts(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """What was known of each application at origination that loans can be grouped by, with application_id.

    The columns of applications and enterprises, the year of the decision, the guaranteed share of the exposure and,
    where there is such a table, the kind of guarantor.
    """
    applications = tables["applications"]
    share = applications["guaranteed"] / applications["exposure"].where(applications["exposure"] > 0)
    known = applications.assign(year=applications["as_of"].dt.year.astype("str"), guaranteed_share=share.round(4))
    known = known.merge(tables["enterprises"], on="enterprise_id", how="left", suffixes=("", "_enterprise"))
    if "guarantees" in tables:
        named = tables["guarantees"].dropna(subset=["guarantor_kind"])
        kinds = named.groupby("application_id")["guarantor_kind"].agg(lambda k: "+".join(sorted(set(k))))
        known = known.assign(guarantor_kind=known["application_id"].map(kinds))
    facts = known.drop(columns=[name for name in IDS if name in known])
    kept = facts.loc[:, facts.notna().any()]
    return pd.concat([known["application_id"], kept], axis=1)
