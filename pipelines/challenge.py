"""Stage `challenge`: rivals of the stage models on the same loans, calibrated alike; their PDs and figures out."""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from models.calibration_tests import CONFIDENCE
from models.challengers import CHALLENGERS, Setting, challenger_pds
from models.comparison import BINS, figures, kept_apart
from models.loans import loans
from models.params import TrainParams
from models.verdicts import OURS, verdicts
from pipelines.files import write_json, write_parquet
from pipelines.loans import part_table, shape
from pipelines.params import ParamsError, section
from pipelines.stage import run
from pipelines.train import read_pool


@dataclass(frozen=True)
class ChallengeParams:
    """Knobs of the stage: names of the rivals, and the resamples and seed behind the intervals of the ECE."""

    rivals: list[str]
    resamples: int
    seed: int

    def __post_init__(self) -> None:
        """Refuse a rival that is not one of CHALLENGERS."""
        if not isinstance(self.rivals, list) or not set(self.rivals) <= set(CHALLENGERS):
            message = f"challenge: rivals must be a list of names among {', '.join(CHALLENGERS)}; got {self.rivals!r}"
            raise ParamsError(message)


def main(source: str, features: Path, parts: Path, scores: Path, pool: Path, challengers: Path) -> None:
    """Fit the rivals of SOURCE, put them beside the stage models out-of-time, write the folder CHALLENGERS."""
    params = section("challenge", ChallengeParams, source)
    later = part_table(features, parts, "out_of_time")
    ours = pd.read_parquet(scores).set_index("application_id")["pd"].loc[later["application_id"]].to_numpy()
    rivals = _rival_pds(
        params.rivals, _setting(source, features, parts, pool), part_table(features, parts, "calibration"), later
    )
    pds = kept_apart(pd.DataFrame({OURS: ours, **rivals}))
    table = figures(later, pds, params.resamples, params.seed)
    write_parquet(pd.concat([later[["application_id"]], pds], axis=1), challengers / "pds.parquet")
    content = {**asdict(params), "bins": BINS, "confidence": CONFIDENCE}
    content |= {"rows": table.to_dict("records"), "verdicts": verdicts(table).to_dict("records")}
    write_json(content, challengers / "challengers.json")


def _setting(source: str, features: Path, parts: Path, pool: Path) -> Setting:
    """What the rivals are given: the loans, features and knobs of the stage models, and the pooled booster as it is."""
    train = section("train", TrainParams, source)
    development = part_table(features, parts, "development")
    names, pooled = read_pool(pool, development["application_id"])
    shaped = shape(names, train.domain_constraints)
    return Setting(loans(development, names), _stages(development), shaped, train, pooled.booster)


def _rival_pds(
    rivals: list[str], setting: Setting, calibration: pd.DataFrame, later: pd.DataFrame
) -> dict[str, np.ndarray]:
    known = loans(calibration, list(setting.development.features.columns))
    stages = _stages(calibration), _stages(later)
    try:
        return {name: challenger_pds(CHALLENGERS[name], setting, known, stages[0], later, stages[1]) for name in rivals}
    except ImportError as error:
        raise ParamsError(str(error)) from error


def _stages(table: pd.DataFrame) -> np.ndarray:
    return table["stage"].to_numpy(dtype="object")


if __name__ == "__main__":
    run(main)
