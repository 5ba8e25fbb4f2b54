"""What averaging boosters over seeds gains and costs: log-loss, spread of PDs between two fits, CPU time.

Usage: python -m benchmarks.seeds [--source simulated] [--source ...] [--seeds 1 --seeds 2]

The models of all stages are fitted on development loans before a day and brought to the level of those of the years
after it, which they are measured on; no calibration, certification or out-of-time loan takes part. They are fitted
three times: as they are, with another seed, and with enterprises named anew (other folds). The change of a PD is
relative to the first fit. Log-loss is the mean of the three fits. Prints a table, then one line of JSON.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import xlogy

from benchmarks.choices import DAYS
from benchmarks.features import peak_mib
from models.fitting.params import TrainParams
from models.fitting.refit import Refit, refit
from models.validation.spread import relative_change
from pipelines.loans import blanked_rows, part_table
from pipelines.params import ParamsError, section
from scoring.score import scores

AVERAGED = (1, 2, 3)
"""Numbers of seeds averaged."""
OTHER_SEED, OTHER_NAMES = 19, "renamed "


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the sources that the command line asks for; 0, or 1 after a sentence on stderr."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", action="append", choices=sorted(DAYS), help="may be repeated; default: all")
    parser.add_argument("--seeds", action="append", type=int, help="seeds averaged; may be repeated")
    asked = parser.parse_args(arguments)
    wanted = asked.source or list(DAYS)
    missing = [source for source in wanted if not (Path("data") / source / "split" / "split.parquet").exists()]
    if missing:
        print(f"wanted the step split of {', '.join(missing)}; run it first: dvc repro split@<source>", file=sys.stderr)
        return 1
    try:
        table = pd.DataFrame(
            [{"source": source, **row} for source in wanted for row in measured(source, asked.seeds or AVERAGED)]
        )
    except ParamsError as error:
        print(error, file=sys.stderr)
        return 1
    print(text(table))
    rows = json.loads(table.to_json(orient="records"))
    print(json.dumps({"rows": rows, "peak_mib": round(peak_mib())}, allow_nan=False))
    return 0


def measured(source: str, averaged: Sequence[int]) -> list[dict[str, float]]:
    """A row per number of seeds averaged: CPU seconds of a fit, log-loss, change of PDs by seed and by names."""
    params = section("train", TrainParams, source)
    folder = Path("data") / source
    table = part_table(folder / "features", folder / "split", "development")
    day, years = DAYS[source][-1]
    begin = pd.Timestamp(day)
    within = (table["as_of"] >= begin) & (table["as_of"] < begin + pd.DateOffset(years=years))
    before = table[table["as_of"] < begin].reset_index(drop=True)
    later = table[within & table["defaulted"].notna()].reset_index(drop=True)
    loans = Refit(before, later, blanked_rows(folder / "features", before))
    return [_row(loans, replace(params, seeds=number)) for number in averaged]


def _row(loans: Refit, params: TrainParams) -> dict[str, float]:
    fits = (params, replace(params, seed=OTHER_SEED), replace(params, fold_salt=OTHER_NAMES))
    began = time.process_time()
    pds = [scores(loans.calibration, refit(loans, fit))["pd"] for fit in fits]
    used = (time.process_time() - began) / len(fits)
    found = {"seeds": float(params.seeds), "cpu_seconds": used}
    found["log_loss"] = float(np.mean([_log_loss(loans.calibration, pd_) for pd_ in pds]))
    for name, other in zip(("seed", "names"), pds[1:], strict=True):
        change = relative_change(pds[0], other)
        found |= {f"{name}_median": change.median, f"{name}_p95": change.p95}
    return found


def _log_loss(table: pd.DataFrame, pd_: pd.Series) -> float:
    y, w = table["defaulted"].to_numpy(), table["weight"].to_numpy()
    return float(-(w @ (xlogy(y, pd_) + xlogy(1 - y, 1 - pd_))) / w.sum())


def text(table: pd.DataFrame) -> str:
    """The rows for people, CPU and log-loss beside those of a single seed (the first number asked for)."""
    heads = ("CPU", "log-loss", "other seed: median", "95 %", "other names: median", "95 %")
    lines = [f"{'source':12}{'seeds':>6}{heads[0]:>7}" + "".join(f"{h:>{len(h) + 3}}" for h in heads[1:])]
    for source, rows in table.groupby("source", sort=False):
        first = rows.iloc[0]
        for row in rows.to_dict("records"):
            cells = f"{row['cpu_seconds'] / first['cpu_seconds']:>7.2f}{row['log_loss']:>11.5f}"
            for key, head in zip(("seed_median", "seed_p95", "names_median", "names_p95"), heads[2:], strict=True):
                cells += f"{row[key]:>{len(head) + 3}.1%}"
            lines.append(f"{source:12}{row['seeds']:>6.0f}{cells}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
