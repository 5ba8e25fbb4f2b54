"""Stage `pool`: development loans of all stages in; the pooled boosters and their out-of-fold scores out."""

from pathlib import Path
from typing import Any

import pandas as pd
import typer

from models.fitting.feature_set import shape, unused_features, usable_features
from models.fitting.folds import fit_with_folds
from models.fitting.loans import loans
from models.fitting.params import TrainParams
from pipelines.entry import run
from pipelines.files import write_json, write_parquet
from pipelines.loans import part_table
from pipelines.params import section


def main(source: str, features: Path, parts: Path, pool: Path) -> None:
    """Fit the pooled boosters of SOURCE and write them with the out-of-fold scores into the folder POOL."""
    params = section("train", TrainParams, source)
    table = part_table(features, parts, "development")
    names = usable_features(table)
    fitted = fit_with_folds(loans(table, names), shape(names, params.domain_constraints), params, "pooled model")
    scores = pd.DataFrame({"application_id": table["application_id"], "score": fitted.out_of_fold, "fold": fitted.fold})
    write_parquet(scores, pool / "out_of_fold.parquet")
    facts: dict[str, Any] = {
        "features": names,
        "unused": unused_features(table),
        "trees": fitted.trees,
        "baselines": fitted.baselines.tolist(),
        "by_domain": fitted.by_domain,
        "additive_share": fitted.additive_share,
        "additive_trees": fitted.additive_trees,
        "boosters": {member.name: member.weight for member in fitted.booster.members},
    }
    write_json(facts, pool / "pool.json")
    for member in fitted.booster.members:
        member.path(pool).write_text(member.booster.text, encoding="utf8")
    for why, unused in facts["unused"].items():
        if unused:
            typer.echo(f"{len(unused)} features are unused, {why} in all development loans: {', '.join(unused)}")


if __name__ == "__main__":
    run(main)
