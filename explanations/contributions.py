"""Contributions of every feature to the calibrated log-odds, and their sums by domain."""

import weakref
from collections.abc import Mapping

import numpy as np
import pandas as pd

from explanations.exact.explainer import Explainer, explainer
from features.catalogue import by_name
from features.declarations import DOMAINS
from models.fitting.blend import Blend
from models.fitting.stage_model import StageModel
from policy.digits import rounded_columns

NOT_KNOWN = "not_known"
"""Column of what missing values do."""
_READY: dict[int, tuple[weakref.ref[Blend], Explainer]] = {}
"""Blends made ready, by identity, for as long as they live."""


def contributions(table: pd.DataFrame, models: Mapping[str, StageModel]) -> pd.DataFrame:
    """SHAP contributions to the log-odds of default: `application_id`, one column per feature, `base`, `logit`.

    For every row base plus the features sum to logit = log(PD / (1 - PD)), up to the rounding of each to the digits
    that are stored. Features that a stage's model does not use contribute 0. Rows without a stage are left out.
    Lundberg et al. 2020, path-dependent tree SHAP; equal to `StageModel.contributions`, by `explanations.exact`.
    """
    parts = []
    for stage, model in models.items():
        rows = table[table["stage"] == stage]
        if len(rows):
            parts.append(_of_stage(rows, model))
    if not parts:
        return pd.DataFrame({"application_id": pd.Series(dtype="str"), "base": pd.Series(dtype="float64")})
    joined = pd.concat(parts).sort_index()
    names = [c for c in joined.columns if c not in ("application_id", "base", "logit")]
    whole = joined[["application_id", *names, "base", "logit"]].fillna(dict.fromkeys(names, 0.0))
    return whole.reset_index(drop=True)


def _of_stage(rows: pd.DataFrame, model: StageModel) -> pd.DataFrame:
    """Rounded contributions by one model, on the index of `rows`.

    As in `StageModel.contributions` the curve's secant between base and score is the factor of each row.
    """
    ready = _ready(model.blend)
    base = np.array([ready.base])
    values = model.blend.members[0].booster.values(rows)
    found, score = ready(values, lambda known: model.curve.secant(known, base), digits=True)
    effects = {f"{effect.name}_effect": effect.of(rows) for effect in model.group_effects}
    ends = {"base": model.curve(base)[0], "logit": model.logit(rows, score)}
    rest = rounded_columns(pd.DataFrame({**effects, **ends}, index=rows.index))
    features = pd.DataFrame(found.T, columns=list(ready.names), index=rows.index)
    return pd.concat([features, rest], axis=1).assign(application_id=rows["application_id"])


def _ready(blend: Blend) -> Explainer:
    known = _READY.get(id(blend))
    if known is not None and known[0]() is blend:
        return known[1]
    key, made = id(blend), explainer(blend)
    _READY[key] = (weakref.ref(blend, lambda _: _READY.pop(key, None)), made)
    return made


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
