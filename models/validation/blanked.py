"""Whether PDs and group effects hold on loans with one of their tables blanked, beside the same loans complete."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import logit

from models.fitting.group_effects import GROUP_EFFECTS, group_of, shrunk
from models.validation.conservatism import central_tendency_shift
from models.validation.metrics import validation_metrics

COMPLETE = "complete"
"""Name of the figures with every table delivered."""
OTHERS = "default"
"""Entry of limits for the stages, or the tables, that have none of their own."""
RISKIEST = 0.9
"""Share of the loans below the tenth with the highest complete PDs."""
BINS = 10

NO_LIMITS = {"low": None, "high": None, "met": None, "offsets_met": None}
"""What a row of complete loans holds in the place of limits and verdicts."""

Limits = Mapping[str, Mapping[str, Sequence[float]]]
"""By stage, then by table: lowest and highest mean PD with the table blanked over the complete one [ratio]."""


class Limit(NamedTuple):
    """Lowest and highest mean PD with a table blanked over the complete one [ratio]."""

    low: float
    high: float


def limit_of(limits: Limits, stage: str, table: str) -> Limit:
    """The limit of a table in a stage: that of the two, else of the table in all stages, else of the other tables."""
    for of_stage in (limits.get(stage, {}), limits[OTHERS]):
        if table in of_stage:
            return Limit(*of_stage[table])
    return Limit(*limits.get(stage, {}).get(OTHERS, limits[OTHERS][OTHERS]))


def blanked_figures(
    loans: pd.DataFrame, pds: Mapping[str, pd.Series], limits: Limits, offset_limit: float
) -> list[dict[str, Any]]:
    """One row per stage and blanked table, COMPLETE first: level, order and remaining group effects of the PDs.

    `loans` has application_id, stage, defaulted, weight, exposure, province and industry; `pds` a PD of each of them,
    on the ids. A row holds loans and defaults; mean PD, default rate and their ratio (`level`) with its 95 % interval
    from that of the rate; AUC with its interval and log-loss [nats]; `riskiest`, the mean PD of the tenth with the
    highest complete PDs over its complete mean; `beside`, the same of all loans, with its limit and whether it is
    `met`; `offsets` (see `remaining`), and whether each is at most `offset_limit` above that of complete loans
    (`offsets_met`). A stage whose loans all have the same outcome has no row.
    """
    rows = []
    for stage, mine in loans.groupby("stage", sort=True):
        if mine["defaulted"].nunique() < 2:
            continue
        own = {table: mine.assign(pd=of.loc[mine["application_id"]].to_numpy()) for table, of in pds.items()}
        found = {table: _figures(with_pd, own[COMPLETE]["pd"].to_numpy()) for table, with_pd in own.items()}
        for table, figures in found.items():
            held = _beside_limits(figures, found[COMPLETE], limit_of(limits, str(stage), table), offset_limit)
            rows.append({"stage": str(stage), "table": table, **figures, **(NO_LIMITS if table == COMPLETE else held)})
    return rows


def _figures(loans: pd.DataFrame, complete: np.ndarray) -> dict[str, Any]:
    metrics = validation_metrics(loans, BINS) or {}
    weight, p = loans["weight"].to_numpy(), loans["pd"].to_numpy()
    risky = complete >= np.quantile(complete, RISKIEST)
    mean, low, high = (metrics[name] for name in ("mean_pd", "default_rate_low", "default_rate_high"))
    kept = ("loans", "defaults", "mean_pd", "default_rate", "auc", "auc_low", "auc_high", "log_loss")
    return {
        **{name: metrics[name] for name in kept},
        "level": mean / metrics["default_rate"],
        "level_low": mean / high,
        "level_high": mean / low,
        "riskiest": float(p[risky].mean() / complete[risky].mean()),
        "beside": mean / float(np.average(complete, weights=weight)),
        "offsets": {effect: remaining(loans, effect) for effect in GROUP_EFFECTS},
    }


def _beside_limits(
    found: Mapping[str, Any], complete: Mapping[str, Any], limit: Limit, offset_limit: float
) -> dict[str, Any]:
    above = (found["offsets"][effect] - complete["offsets"][effect] for effect in GROUP_EFFECTS)
    return {
        "low": limit.low,
        "high": limit.high,
        "met": bool(limit.low <= found["beside"] <= limit.high),
        "offsets_met": all(more <= offset_limit for more in above),
    }


def remaining(loans: pd.DataFrame, effect: str) -> float:
    """Root mean square over the loans of what their groups' outcomes would still add to the PDs [log-odds].

    The offsets of the groups (province, or division of industry) are estimated from the outcomes beside the PDs, the
    models' own group effects included, brought to the level of all loans, and shrunk towards zero as the models' are:
    0 where groups do not differ beyond chance. Much more than on complete loans: the group effects do not hold without
    the table.
    """
    y, w = loans["defaulted"].to_numpy(dtype=np.float64), loans["weight"].to_numpy(dtype=np.float64)
    level, group = logit(loans["pd"].to_numpy()), group_of(loans, effect)
    level = level + central_tendency_shift(level, w, float(np.average(y, weights=w)))
    each = group.map(shrunk(group, level, y, w)).fillna(0.0).to_numpy(dtype=np.float64)
    return float(np.sqrt(np.average(each**2, weights=w)))
