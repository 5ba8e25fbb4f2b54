"""Step `study`: the finished run of a source and what the steps beside it measured in; the completed report out."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from models.challengers.comparison import excess_of_models
from models.fitting.split import SplitParams
from pipelines.entry import run
from pipelines.files import read_json, write_json
from pipelines.params import section
from pipelines.report import ReportParams, read_inputs, shown_path, write_pages
from policy.digits import rounded_figures
from reports.inputs import Inputs, Study
from reports.sections import blanked, refits
from reports.summary import summary


def main(source: str, run_folder: Path, study: Path) -> None:
    """Write the completed report of SOURCE, from the run and the study in RUN_FOLDER, into the folder STUDY."""
    params, split = section("report", ReportParams, source), section("split", SplitParams, source)
    read = read_inputs(source, run_folder, shown_path(study / "index.html"), split, params)
    measured = read_study(run_folder, read.scores)
    inputs = replace(read, study=measured)
    write_pages(inputs, params, study)
    write_json(study_summary(inputs, measured), study / "summary.json")


def read_study(folder: Path, scores: pd.DataFrame) -> Study:
    """What the steps of the study left in `folder`, and the challengers beside the truth where it is known."""
    return Study(
        challengers=read_json(folder / "challengers" / "challengers.json"),
        ablation=read_json(folder / "ablation" / "ablation.json"),
        seeds=read_json(folder / "seeds" / "seeds.json"),
        blanked=read_json(folder / "blanked" / "blanked.json"),
        excess_log_loss=_excess(folder, scores[scores["part"] == "out_of_time"]),
    )


def _excess(folder: Path, later: pd.DataFrame) -> dict[str, Any] | None:
    if not (folder / "truth" / "truth.parquet").exists():
        return None
    pds = pd.read_parquet(folder / "challengers" / "pds.parquet")
    known = pd.read_parquet(folder / "truth" / "truth.parquet")
    found: dict[str, Any] = rounded_figures(excess_of_models(later, pds, known))
    return found


def study_summary(inputs: Inputs, measured: Study) -> dict[str, Any]:
    """The summary of the run, with `study`: a line per refit, the verdict on blanked tables, distances to the truth."""
    lines = [*refits.summary_lines(measured.seeds), blanked.verdict_line(measured.blanked)]
    return {**summary(inputs), "study": lines, "excess_log_loss": measured.excess_log_loss}


if __name__ == "__main__":
    run(main)
