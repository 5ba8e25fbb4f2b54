"""Contributions of every feature to the calibrated log-odds, and their sums by domain."""

from collections.abc import Mapping

import pandas as pd

from explanations.explained import Explained, explained
from features.catalogue import by_name
from features.declarations import DOMAINS
from models.fitting.stage_model import StageModel
from policy.digits import rounded, rounded_columns

NOT_KNOWN = "not_known"
"""Column of what missing values do."""


def contributions(table: pd.DataFrame, models: Mapping[str, StageModel]) -> pd.DataFrame:
    """SHAP contributions to the log-odds of default: `application_id`, one column per feature, `base`, `logit`.

    For every row base plus the features sum to logit = log(PD / (1 - PD)), up to the rounding of each to the digits
    that are stored. Features that a stage's model does not use contribute 0. Rows without a stage are left out.
    Lundberg et al. 2020, path-dependent tree SHAP; equal to `StageModel.contributions`, by `explanations.exact`.
    """
    parts = [_frame(known, table) for known in explained(table, models)]
    if not parts:
        return pd.DataFrame({"application_id": pd.Series(dtype="str"), "base": pd.Series(dtype="float64")})
    joined = pd.concat(parts).sort_index()
    names = [c for c in joined.columns if c not in ("application_id", "base", "logit")]
    whole = joined[["application_id", *names, "base", "logit"]].fillna(dict.fromkeys(names, 0.0))
    return whole.reset_index(drop=True)


def _frame(known: Explained, table: pd.DataFrame) -> pd.DataFrame:
    """Rounded contributions by one model, on the positions of the rows in `table`."""
    of = known.scored
    features = pd.DataFrame(known.parts.T, columns=list(of.model.features), index=of.rows)
    effects = {f"{name}_effect": rounded(effect) for name, effect in of.effects.items()}
    rest = pd.DataFrame({**effects, "base": known.base, "logit": rounded(of.logit)}, index=of.rows)
    ids = table["application_id"].iloc[of.rows].set_axis(of.rows)
    return pd.concat([features, rest], axis=1).assign(application_id=ids)


def domain_sums(found: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Contributions summed by domain of the catalogue, one column a domain that has features; same rows as `found`.

    `table` holds the features of the same applications. What a missing value does stands in the column `not_known`, not
    in its domain; the intercepts of region and industry stand as terms of their own (columns ending in `_effect`).
    """
    catalogue = by_name()
    names = [n for n in found.columns if n in catalogue]
    known = table.set_index("application_id").loc[found["application_id"]].reindex(columns=names).notna().to_numpy()
    parts = found[names]
    sums = {"application_id": found["application_id"]}
    for domain in DOMAINS:
        mine = [n for n in names if catalogue[n].domain == domain]
        if mine:
            sums[domain] = parts.where(known, 0.0)[mine].sum(axis=1)
    sums[NOT_KNOWN] = parts.where(~known, 0.0).sum(axis=1)
    effects = {name: found[name] for name in found.columns if name.endswith("_effect")}
    return rounded_columns(pd.DataFrame(sums | effects))
