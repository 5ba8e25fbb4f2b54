"""What stage models gain over one pooled model, along how much the drivers of default differ by stage.

Usage: python -m benchmarks.stage_contrast [--applications N] [--seed N] [--seed ...]

For each `stage_contrast` a simulated portfolio is made, checked, featurized and split as a run does. On its development
loans the pooled booster and that of each stage are fitted, blended by out-of-fold log-loss, and each way is calibrated
by stage alike; province and other group effects take no part. Tested on certification and out-of-time loans beside the
attainable PDs, so that the luck of outcomes plays no part: excess log-loss [millinats] and AUC. Quicker than a run:
learning rate 0.1, three folds. Prints the means over seeds with the range of the gain, then one line of JSON.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

from features.peers import peer_grids, with_peer_ranks
from features.table import FeatureParams, feature_tables
from models.challengers.comparison import excess_log_loss, kept_apart
from models.fitting.blend import blend_share
from models.fitting.booster import Shape
from models.fitting.calibration import fit_curve
from models.fitting.feature_set import shape, usable_features
from models.fitting.folds import Fitted, fit_with_folds
from models.fitting.loans import Loans, at_risk, loans
from models.fitting.params import TrainParams
from models.fitting.split import SplitParams, split
from models.validation.discrimination import auc
from pipelines.params import section
from policy.segments import STAGES
from schemas.check import validated
from schemas.conform import write_table
from schemas.gaps import no_gaps, write_gaps
from sources.simulated.portfolio import Portfolio, SimulatedParams, simulate
from sources.simulated.world import EXTRACTED_ON

CONTRASTS = (0.0, 0.25, 0.5, 0.75, 1.0)
WAYS = ("pooled", "blend", "own")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every contrast and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--applications", type=int, default=15_000)
    parser.add_argument("--seed", type=int, action="append", help="may be repeated; default: 20240105")
    chosen = parser.parse_args(arguments)
    began = time.perf_counter()
    rows = [
        {"seed": seed, **measured(SimulatedParams(chosen.applications, seed, 0.02, contrast))}
        for seed in chosen.seed or [20240105]
        for contrast in CONTRASTS
    ]
    print(summary(rows).round(4).to_string(index=False))
    seconds = round(time.perf_counter() - began, 1)
    print(json.dumps({"applications": chosen.applications, "seconds": seconds, "rows": rows}))


def summary(rows: Sequence[Mapping[str, float]]) -> pd.DataFrame:
    """Means over seeds, one row a contrast, with the smallest and the largest gain."""
    by_contrast = pd.DataFrame(rows).drop(columns="seed").groupby("stage_contrast")
    gain = by_contrast["gain"].agg(least_gain="min", most_gain="max")
    return by_contrast.mean().join(gain).reset_index()


def measured(asked: SimulatedParams) -> dict[str, float]:
    """Figures of one portfolio (see `figures`), and the mean share of its own trees in the blend of a stage."""
    made = simulate(asked)
    table = featurized(made)
    params = replace(section("train", TrainParams, "simulated"), learning_rate=0.1, folds=3)
    development = table[table["used_in_fitting"]].reset_index(drop=True)
    names = usable_features(development)
    learned, known = shape(names, "never"), loans(development, names)
    pooled = fit_with_folds(known, learned, params, "pooled")
    tested, shares = [], []
    for stage in STAGES:
        inside = (development["stage"] == stage).to_numpy()
        mine = table[(table["stage"] == stage) & table["part"].notna()]
        scores, share = _scores(known.where(inside), pooled.where(inside), mine[names], learned, params)
        tested.append(_calibrated(mine.reset_index(drop=True), scores, params))
        shares.append(share * inside.mean())
    later = pd.concat(tested, ignore_index=True)
    return {"stage_contrast": asked.stage_contrast, **figures(later), "share_of_own": float(sum(shares))}


def featurized(made: Portfolio) -> pd.DataFrame:
    """The feature table of a portfolio with parts, outcomes and attainable PDs, by application."""
    with tempfile.TemporaryDirectory() as folder:
        valid = validated(made.tables, pd.Timestamp(EXTRACTED_ON)).tables
        for name, frame in valid.items():
            write_table(frame, name, Path(folder))
        write_gaps(no_gaps(), Path(folder))  # rejected rows are left out here: nobody is decided upon
        unranked = pd.concat(
            feature_tables(Path(folder), section("featurize", FeatureParams, "simulated")), ignore_index=True
        )
    table = with_peer_ranks(unranked, peer_grids(unranked))
    parts = split(table, valid["outcomes"], section("split", SplitParams, "simulated"))
    joined = table.merge(parts, on="application_id").merge(made.truth, on="application_id")
    return joined.sort_values("application_id").reset_index(drop=True)


def _scores(
    known: Loans, pooled: Fitted, later: pd.DataFrame, learned: Shape, params: TrainParams
) -> tuple[Mapping[str, np.ndarray], float]:
    """Scores of the loans of a stage by each way, and the share of its own trees in the blend."""
    own = fit_with_folds(known, learned, params, "own")
    risk = at_risk(known, params.period_months, params.periods)
    both = own.at_risk_scores(risk), pooled.at_risk_scores(risk)
    share = blend_share(*both, risk.defaulted, known.weight[risk.loan], params)
    first, second = (fit.booster.raw_score(later, params.num_threads) for fit in (own, pooled))
    return {"pooled": second, "own": first, "blend": share * first + (1 - share) * second}, share


def _calibrated(rows: pd.DataFrame, scores: Mapping[str, np.ndarray], params: TrainParams) -> pd.DataFrame:
    """Later loans of a stage with a PD by each way, calibrated on the calibration loans of the stage."""
    known = (rows["part"] == "calibration").to_numpy()
    later = rows["part"].isin(("certification", "out_of_time")).to_numpy()
    y, w = rows.loc[known, "defaulted"].to_numpy(), rows.loc[known, "weight"].to_numpy()
    curves = {way: fit_curve(s[known], y, w, params.slope_ridge, params.spline_defaults) for way, s in scores.items()}
    pds = {way: expit(curves[way](scores[way][later])) for way in WAYS}
    return rows.loc[later, ["stage", "weight", "defaulted", "pd_attainable"]].assign(**pds).reset_index(drop=True)


def figures(later: pd.DataFrame) -> dict[str, float]:
    """Default rate, attainable AUC; excess log-loss [millinats] and AUC of each way; the gain of the blend on pooled.

    AUCs count each loan as defaulted with its attainable PD and as good with the rest.
    """
    best = later["pd_attainable"].to_numpy()
    excess = excess_log_loss(later, kept_apart(later[list(WAYS)]), best)["total"]
    found = {"default_rate": float(later["defaulted"].mean()), "auc_attainable": _true_auc(best, best)}
    found |= {f"excess_{way}": 1000 * value for way, value in excess.items() if value is not None}
    found |= {f"auc_{way}": _true_auc(later[way].to_numpy(), best) for way in WAYS}
    return {**found, "gain": found["excess_pooled"] - found["excess_blend"]}


def _true_auc(score: np.ndarray, truth: np.ndarray) -> float:
    outcomes = np.repeat([1.0, 0.0], len(score))
    return float(auc(outcomes, np.tile(score, 2), np.concatenate([truth, 1 - truth])).auc)


if __name__ == "__main__":
    main()
