"""Step `train`: loans of one lifecycle stage and the pooled booster in, the stage's PD model out."""

from pathlib import Path

from features.catalogue import by_name
from models.errors import ModelError
from models.fitting.audit import require_missing_known, require_monotone
from models.fitting.feature_set import shape
from models.fitting.fit import Part, fit_stage
from models.fitting.loans import loans
from models.fitting.params import TrainParams
from pipelines.entry import run
from pipelines.files import fingerprint, read_json
from pipelines.loans import blanked_rows, part_table
from pipelines.params import section
from pipelines.pooled import read_pool
from policy.segments import STAGES


def main(source: str, stage: str, features: Path, parts: Path, pool: Path, model: Path) -> None:
    """Fit the model of STAGE and write it into the folder MODEL."""
    if stage not in STAGES:
        message = f"stage must be one of {', '.join(STAGES)}; got {stage!r}"
        raise ModelError(message)
    params = section("train", TrainParams, source)
    development = part_table(features, parts, "development", stage)
    names, pooled, of_all = read_pool(pool, development["application_id"])
    catalogue = by_name()
    facts = {
        "catalogue": read_json(features / "features.json")["catalogue"],
        "data": fingerprint(features / "features.parquet"),
        "split": fingerprint(parts / "split.parquet"),
        "ranges": {name: (catalogue[name].low, catalogue[name].high) for name in names},
    }
    calibration = part_table(features, parts, "calibration", stage)
    learned = shape(names, params.domain_constraints)
    fitted = fit_stage(
        stage,
        Part(loans(development, names, blanked_rows(features, development)), development),
        Part(loans(calibration, names), calibration),
        pooled,
        learned,
        params,
        facts,
        of_all,
    ).compact()
    require_missing_known(fitted)
    require_monotone(fitted, development, learned.directions, params.seed)
    fitted.save(model)


if __name__ == "__main__":
    run(main)
