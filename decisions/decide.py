"""Approve, refer or decline, with the rule that decided and the PD it was compared with."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd

from decisions.certificate import Certificate
from policy.errors import MendableError

Decision = Literal["approve", "refer", "decline"]

RULES: Mapping[str, Decision] = {
    "no_pd": "refer",
    "unknown_size_class": "refer",
    "data_gap": "refer",
    "out_of_accepted_region": "refer",
    "within_cut_off": "approve",
    "within_refer_band": "refer",
    "above_refer_band": "decline",
    "not_certified_within_tolerance": "refer",
    "not_certified_above_tolerance": "decline",
}
"""Every rule with the decision it makes; where more than one holds, the first decides."""


def decide(
    pd_: pd.Series,
    size_class: pd.Series,
    certificates: Mapping[str, Certificate],
    refer_band: float,
    in_region: pd.Series | None = None,
    gap: pd.Series | None = None,
) -> pd.DataFrame:
    """Columns decision, rule (a key of RULES) and limit, one row per application, on the index of `pd_`.

    `limit` is the PD the application was compared with: the cut-off when approved, the upper end of the refer band
    (`refer_band` times the cut-off) otherwise, the tolerance of the class when it has no certified cut-off; missing
    when there was nothing to compare. `in_region` is False where the older policy would more likely have refused: the
    certificate is not valid for such applicants, so none of them is approved; without it all count as in the region.
    `gap` is True where rows of the applicant were rejected or a table that the models were fitted with is not there:
    what is not known may be bad, so none of them is approved either; what is declined all the same stays declined.

    Raises
    ------
    ValueError
        When refer_band is below 1, the indexes differ, or a PD is not in [0, 1].
    """
    _check(pd_, size_class, refer_band)
    out_of_region = pd.Series(False, index=pd_.index) if in_region is None else ~in_region
    cut_off = size_class.map({name: c.cut_off for name, c in certificates.items() if c.certified}).astype("float64")
    tolerance = size_class.map({name: c.tolerance for name, c in certificates.items()}).astype("float64")
    band = cut_off * refer_band
    declined = (pd_ > band) | (cut_off.isna() & (pd_ > tolerance))
    held = {
        "no_pd": pd_.isna(),
        "unknown_size_class": tolerance.isna(),
        "data_gap": (pd.Series(False, index=pd_.index) if gap is None else gap) & ~declined,
        "out_of_accepted_region": out_of_region & (pd_ <= band),
        "within_cut_off": pd_ <= cut_off,
        "within_refer_band": pd_ <= band,
        "above_refer_band": pd_ > band,
        "not_certified_within_tolerance": pd_ <= tolerance,
        "not_certified_above_tolerance": pd_ > tolerance,
    }
    rule = pd.Series(np.select([held[name] for name in RULES], list(RULES), default=""), index=pd_.index, dtype="str")
    limit = np.select(
        [rule.isin(["no_pd", "unknown_size_class"]), rule == "within_cut_off", cut_off.notna()],
        [np.full(len(pd_), np.nan), cut_off, band],
        default=tolerance,
    )
    return pd.DataFrame(
        {"decision": rule.map(dict(RULES)).astype("str"), "rule": rule, "limit": limit}, index=pd_.index
    )


def _check(pd_: pd.Series, size_class: pd.Series, refer_band: float) -> None:
    if not refer_band >= 1:
        message = f"refer_band must be a multiple of the cut-off, at least 1; got {refer_band}"
        raise MendableError(message)
    if not pd_.index.equals(size_class.index):
        message = "PD and size class must be of the same applications: their indexes differ"
        raise ValueError(message)
    wrong = pd_[(pd_ < 0) | (pd_ > 1)]
    if len(wrong):
        message = f"PD must be between 0 and 1; got {wrong.iloc[0]} for application {wrong.index[0]}"
        raise ValueError(message)
