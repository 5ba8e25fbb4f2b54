"""Stage `pool`: development loans of all stages in; the pooled boosters and their out-of-fold scores out."""

from pathlib import Path
from typing import Any

import pandas as pd
import typer

from models.errors import ModelError
from models.fitting.feature_set import shape, unused_features, usable_features
from models.fitting.fit import pooled_line
from models.fitting.folds import fit_with_folds
from models.fitting.loans import loans
from models.fitting.params import NO_FALLBACK, TrainParams
from pipelines.entry import run
from pipelines.files import write_json, write_parquet
from pipelines.loans import blanked_rows, part_table
from pipelines.params import section


def main(source: str, features: Path, parts: Path, pool: Path) -> None:
    """Fit the pooled boosters of SOURCE and write them with the out-of-fold scores into the folder POOL.

    Raises
    ------
    ModelError
        When there are fewer development defaults than `pooled_defaults`, or no default to calibrate on, and no
        fallback is asked for; with one, when no stack can be fitted at all: see `fit_with_folds`.
    """
    params = section("train", TrainParams, source)
    table = part_table(features, parts, "development")
    if params.fallback == NO_FALLBACK:
        _require_defaults(table, part_table(features, parts, "calibration"), params.pooled_defaults, source)
    names = usable_features(table)
    known = loans(table, names, blanked_rows(features, table))
    fitted = fit_with_folds(known, shape(names, params.domain_constraints), params, "pooled model")
    scores = pd.DataFrame({"application_id": table["application_id"], "score": fitted.out_of_fold, "fold": fitted.fold})
    write_parquet(scores, pool / "out_of_fold.parquet")
    facts: dict[str, Any] = {
        "features": names,
        "unused": unused_features(table),
        "members": fitted.make_up(),
        "files": {member.file: member.weight for member in fitted.booster.members},
        "baselines": fitted.baselines.tolist(),
        "by_domain": fitted.by_domain,
        "line": pooled_line(fitted.booster, loans(part_table(features, parts, "calibration"), names), params),
    }
    write_json(facts, pool / "pool.json")
    for member in fitted.booster.members:
        member.write(pool)
    for why, unused in facts["unused"].items():
        if unused:
            typer.echo(f"{len(unused)} features are unused, {why} in all development loans: {', '.join(unused)}")


def _require_defaults(development: pd.DataFrame, calibration: pd.DataFrame, least: int, source: str) -> None:
    """Nothing, when there are defaults enough to learn from."""
    defaults, later = (int((part["defaulted"] == 1).sum()) for part in (development, calibration))
    if defaults < least or not later:
        message = (
            f"source {source}: wanted at least {least} defaults among the development loans (pooled_defaults) and 1 "
            f"among the calibration loans to train; got {defaults} of {len(development)} and {later} of "
            f"{len(calibration)}. More loans, other days in section split, or a fallback (train.fallback)"
        )
        raise ModelError(message)


if __name__ == "__main__":
    run(main)
