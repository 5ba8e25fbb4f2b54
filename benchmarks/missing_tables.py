"""What the PDs of a finished run become when a whole table is not delivered.

`python -m benchmarks.missing_tables [--source NAME]` scores the labelled loans after development again, each table of
the source left out in turn, and prints per stage and table the mean PD over the default rate, the log-loss beside that
of complete data, and the share of the riskiest tenth's mean PD that is left. The last line is JSON.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from sklearn.metrics import log_loss

from features.blanking import blankable, without
from features.catalogue import compute
from features.declarations import IDENTITY
from features.peers import with_peer_ranks
from features.table import FeatureParams, known_of
from pipelines.params import chosen_source
from scoring.score import open_models, scores

COMPLETE = "complete"
LATER = ("calibration", "certification", "out_of_time")


def without_each(folder: Path, wanted: pd.Series) -> dict[str, pd.DataFrame]:
    """Stage and PD of the applications `wanted` of a finished run, complete and without each table."""
    params = FeatureParams(**json.loads((folder / "features/features.json").read_text(encoding="utf8"))["params"])
    grids, models = pd.read_parquet(folder / "features/peers.parquet"), open_models(folder / "models")
    delivered = [name for name in blankable() if (folder / "valid" / f"{name}.parquet").exists()]
    found: dict[str, list[pd.DataFrame]] = {name: [] for name in (COMPLETE, *delivered)}
    for known in known_of(folder / "valid", params):
        staged = known[known["application_id"].isin(wanted)].reset_index(drop=True)
        for name, parts in found.items():
            left = staged if name == COMPLETE else without(staged, [name])
            table = with_peer_ranks(pd.concat([staged[list(IDENTITY)], compute(left)], axis=1), grids)
            pds = scores(table, models)["pd"]
            parts.append(pd.DataFrame({"stage": table["stage"], "pd": pds}).set_index(table["application_id"]))
    return {name: pd.concat(parts) for name, parts in found.items()}


def measured(folder: Path) -> pd.DataFrame:
    """One row per stage and table left out: mean_over_rate, log_loss [nats], log_loss_complete, riskiest [ratio].

    `mean_over_rate` is the mean PD over the default rate of the same loans, both weighted; `riskiest` the mean PD of
    the tenth with the highest complete PDs over their complete mean.
    """
    split = pd.read_parquet(folder / "split/split.parquet")
    loans = split[split["part"].isin(LATER)].set_index("application_id")
    found = without_each(folder, pd.Series(loans.index))
    complete = found[COMPLETE]
    rows = []
    for name, pds in found.items():
        for stage in sorted(complete["stage"].dropna().unique()):
            ids = complete.index[complete["stage"] == stage]
            y, w = loans.loc[ids, "defaulted"].to_numpy(float), loans.loc[ids, "weight"].to_numpy(float)
            p, whole = pds.loc[ids, "pd"].to_numpy(), complete.loc[ids, "pd"].to_numpy()
            risky = whole >= np.quantile(whole, 0.9)
            rows.append(
                {
                    "stage": stage,
                    "without": name,
                    "loans": len(ids),
                    "mean_over_rate": float(np.average(p, weights=w) / np.average(y, weights=w)),
                    "log_loss": float(log_loss(y, p, sample_weight=w)),
                    "log_loss_complete": float(log_loss(y, whole, sample_weight=w)),
                    "riskiest": float(p[risky].mean() / whole[risky].mean()),
                }
            )
    return pd.DataFrame(rows)


def main() -> int:
    """Print the table and the line of JSON; 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source")
    source = chosen_source(parser.parse_args().source)
    table = measured(Path("data") / source)
    screen = Table("stage", "without", "loans", "mean PD / rate", "log-loss", "complete", "riskiest tenth")
    for row in table.sort_values(["stage", "without"]).itertuples(index=False):
        figures = (f"{row.mean_over_rate:.2f}", f"{row.log_loss:.4f}", f"{row.log_loss_complete:.4f}")
        screen.add_row(row.stage, row.without, f"{row.loans:,}", *figures, f"{row.riskiest:.2f}")
    Console(width=120).print(screen)
    sys.stdout.write(json.dumps({"source": source, "rows": table.to_dict("records")}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
