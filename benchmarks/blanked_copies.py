"""What the copies with tables blanked cost on complete data: the shipped stage models beside the same without copies.

`python -m benchmarks.blanked_copies [--source NAME]` fits the models of a finished run again without the copies and
prints, per stage, AUC and log-loss of both on the loans of certification and out-of-time. The last line is JSON.
"""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table
from sklearn.metrics import log_loss, roc_auc_score

from models.fitting.feature_set import shape
from models.fitting.fit import Part, fit_stage, pooled_line
from models.fitting.folds import fit_with_folds
from models.fitting.loans import loans
from models.fitting.params import TrainParams
from pipelines.loans import part_table
from pipelines.params import chosen_source, section
from scoring.score import open_models

LATER = ("certification", "out_of_time")


def measured(source: str, folder: Path) -> pd.DataFrame:
    """One row per stage: loans, defaults, AUC and log-loss [nats] without copies and as shipped."""
    params = replace(section("train", TrainParams, source), blanked_weight=0.0)
    features, parts = folder / "features", folder / "split"
    names = json.loads((folder / "pool" / "pool.json").read_text(encoding="utf8"))["features"]
    development, learned = part_table(features, parts, "development"), shape(names, params.domain_constraints)
    pooled = fit_with_folds(loans(development, names), learned, params, "pooled model")
    of_all = pooled_line(pooled.booster, loans(part_table(features, parts, "calibration"), names), params)
    everything, rows = part_table(features, parts), []
    for stage, shipped in open_models(folder / "models").items():
        of_stage = (development["stage"] == stage).to_numpy()
        own = development[of_stage].reset_index(drop=True)
        level = part_table(features, parts, "calibration", stage)
        given = Part(loans(own, names), own), Part(loans(level, names), level)
        plain = fit_stage(stage, *given, pooled.where(of_stage), learned, params, {"catalogue": ""}, of_all)
        later = everything[everything["part"].isin(LATER) & (everything["stage"] == stage)]
        told = {"stage": stage, "loans": len(later), "defaults": int(later["defaulted"].sum())}
        for name, model in (("without", plain), ("shipped", shipped)):
            pds, weight = model.probability(later), later["weight"]
            told |= {
                f"auc_{name}": float(roc_auc_score(later["defaulted"], pds, sample_weight=weight)),
                f"log_loss_{name}": float(log_loss(later["defaulted"], pds, sample_weight=weight)),
            }
        rows.append(told)
    return pd.DataFrame(rows)


def main() -> int:
    """Print the table and the line of JSON; 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source")
    source = chosen_source(parser.parse_args().source)
    table = measured(source, Path("data") / source)
    screen = Table(*table.columns)
    for row in table.itertuples(index=False):
        screen.add_row(*(f"{value:.5f}" if isinstance(value, float) else str(value) for value in row))
    Console(width=140).print(screen)
    sys.stdout.write(json.dumps({"source": source, "rows": table.to_dict("records")}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
