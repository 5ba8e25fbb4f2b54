"""Step `challenge`: challengers of the stage models, same loans, calibrated in the same way; PDs and figures out."""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from models.challengers.comparison import BINS, figures, kept_apart
from models.challengers.pds import CHALLENGERS, challenger_pds, stage_curves
from models.challengers.points import KeptScorecard, card_text
from models.challengers.setting import Setting
from models.challengers.verdicts import OURS, verdicts
from models.fitting.feature_set import shape
from models.fitting.loans import loans
from models.fitting.params import TrainParams
from models.fitting.steps import Steps
from models.validation.calibration_tests import CONFIDENCE
from pipelines.entry import run
from pipelines.files import read_json, write_figures, write_parquet, write_text
from pipelines.loans import part_table
from pipelines.params import ParamsError, section
from pipelines.pooled import read_pool
from policy.digits import rounded_figures

CARD = "scorecard"
"""The challenger whose step functions are kept beside the PDs."""


@dataclass(frozen=True)
class ChallengeParams:
    """Parameters of the step: names of the challengers, and the resamples and seed behind the intervals of the ECE."""

    challengers: list[str]
    resamples: int
    seed: int

    def __post_init__(self) -> None:
        """Refuse a challenger that is not one of CHALLENGERS."""
        if not isinstance(self.challengers, list) or not set(self.challengers) <= set(CHALLENGERS):
            names = ", ".join(CHALLENGERS)
            message = f"challenge: challengers must be a list of names among {names}; got {self.challengers!r}"
            raise ParamsError(message)


def main(source: str, features: Path, parts: Path, scores: Path, pool: Path, challengers: Path) -> None:
    """Fit the challengers of SOURCE, compare them with the stage models out-of-time, write the folder CHALLENGERS."""
    params = section("challenge", ChallengeParams, source)
    later = part_table(features, parts, "out_of_time")
    ours = pd.read_parquet(scores).set_index("application_id")["pd"].loc[later["application_id"]].to_numpy()
    setting, calibration = _setting(source, features, parts, pool), part_table(features, parts, "calibration")
    card = KeptScorecard()
    theirs = _challenger_pds(params.challengers, setting, calibration, later, card)
    pds = kept_apart(pd.DataFrame({OURS: ours, **theirs}))
    rows = rounded_figures(figures(later, pds, params.resamples, params.seed).to_dict("records"))
    write_parquet(pd.concat([later[["application_id"]], pds], axis=1), challengers / "pds.parquet")
    content = {**asdict(params), "bins": BINS, "confidence": CONFIDENCE}
    content |= {"rows": rows, "verdicts": verdicts(pd.DataFrame(rows)).to_dict("records")}
    write_figures(content, challengers / "challengers.json")
    if card.steps is not None:
        _write_card(card.steps, setting, calibration, read_json(features / "features.json")["catalogue"], challengers)


def _setting(source: str, features: Path, parts: Path, pool: Path) -> Setting:
    """What the challengers are given: loans, features and parameters of the stage models, and the pooled booster."""
    train = section("train", TrainParams, source)
    development = part_table(features, parts, "development")
    names, pooled, _ = read_pool(pool, development["application_id"])
    shaped = shape(names, train.domain_constraints)
    return Setting(loans(development, names), _stages(development), shaped, train, pooled.booster)


def _challenger_pds(
    challengers: list[str], setting: Setting, calibration: pd.DataFrame, later: pd.DataFrame, card: KeptScorecard
) -> dict[str, np.ndarray]:
    known = loans(calibration, list(setting.development.features.columns))
    stages = _stages(calibration), _stages(later)
    try:
        return {
            name: challenger_pds(
                card if name == CARD else CHALLENGERS[name], setting, known, stages[0], later, stages[1]
            )
            for name in challengers
        }
    except ImportError as error:
        raise ParamsError(str(error)) from error


def _write_card(steps: Steps, setting: Setting, calibration: pd.DataFrame, catalogue: str, folder: Path) -> None:
    """Write the scorecard with the curve of each stage of the calibration loans, for `techcredit export`."""
    known, stage = loans(calibration, list(steps.features)), _stages(calibration)
    wanted = [str(name) for name in np.unique(stage)]
    curves = stage_curves(steps.raw_score(known.features), known, stage, wanted, setting.params)
    write_text(card_text(steps, curves, catalogue), folder / "scorecard.json")


def _stages(table: pd.DataFrame) -> np.ndarray:
    return table["stage"].to_numpy(dtype="object")


if __name__ == "__main__":
    run(main)
