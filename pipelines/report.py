"""Step `report`: the finished run of a source in; the page, the memos and the summary out."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from features.declarations import IDENTITY
from models.fitting.split import PARTS, SplitParams
from pipelines.entry import run
from pipelines.files import read_json, write_json
from pipelines.params import ParamsError, section
from pipelines.registered import registered_models
from policy.segments import STAGES
from reports.inputs import Inputs, Planned
from reports.memo.case import SHOWN as OF_MEMOS
from reports.page import pages
from reports.summary import summary
from schemas.folder import read_tables
from scoring.alarm_file import open_state
from scoring.bundle import Bundle, bundle_of_run

SHOWN = ("guaranteed_share", "loan_amount", *OF_MEMOS)
"""Features the report shows whether or not a model uses them."""


@dataclass(frozen=True)
class ReportParams:
    """Parameters of the step: memos on the page, and the ISO code of the money of a bank's own tables."""

    memos: int
    currency: str | None = None

    def __post_init__(self) -> None:
        """Refuse a currency that is no ISO code."""
        if self.currency is not None and not re.fullmatch("[A-Z]{3}", str(self.currency)):
            message = f"report: currency must be three capital letters like CNY; got {self.currency!r}"
            raise ParamsError(message)


def main(source: str, run_folder: Path, report: Path) -> None:
    """Write the report of SOURCE from the finished run in RUN_FOLDER into the folder REPORT."""
    params, split = section("report", ReportParams, source), section("split", SplitParams, source)
    inputs = read_inputs(source, run_folder, shown_path(report / "index.html"), split, params)
    write_pages(inputs, params, report)
    write_json(summary(inputs), report / "summary.json")


def write_pages(inputs: Inputs, params: ReportParams, report: Path) -> None:
    """Write the page, the memos and the pages beside it into the folder `report`; what an earlier run left goes."""
    for stale in (*(report / "memos").glob("*.html"), *(report / "applications").glob("*.js")):
        stale.unlink()
    for name, html in pages(inputs, params.memos).items():
        target = report / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(html, encoding="utf8")


def shown_path(page: Path) -> str:
    """Path of the page as the summary names it: as given when relative, its name alone otherwise."""
    return page.name if page.is_absolute() else page.as_posix()


def read_inputs(source: str, folder: Path, page: str, split: SplitParams, params: ReportParams) -> Inputs:
    """The files of one finished run in `folder`."""
    told = told_by_run(source, folder, split, params)
    used = {name for model in told["models"].values() for name in model["features"]} | set(SHOWN)
    table = pd.read_parquet(folder / "features" / "features.parquet")
    scores, tables = pd.read_parquet(folder / "evaluation" / "scores.parquet"), read_tables(folder / "valid")
    bundle = bundle_of_run(folder)
    return Inputs(
        **told,
        page=page,
        features=_features(table[[*IDENTITY, *sorted(used)]], folder),
        outcomes=tables["outcomes"],
        split=pd.read_parquet(folder / "split" / "split.parquet"),
        scores=scores,
        path=pd.read_parquet(folder / "thresholds" / "path.parquet"),
        decisions=pd.read_parquet(folder / "thresholds" / "decisions.parquet"),
        fired=pd.read_parquet(folder / "thresholds" / "fired.parquet"),
        cross_class=pd.read_parquet(folder / "thresholds" / "cross_class.parquet"),
        reasons=pd.read_parquet(folder / "explanations" / "reasons.parquet"),
        contributions=pd.read_parquet(
            folder / "explanations" / "contributions.parquet", columns=["application_id", "base", "logit"]
        ),
        tables=tables,
        peer_quantiles=bundle.peer_quantiles,
        planned=_planned(table, scores, bundle),
        suspensions=tuple(open_state(folder).suspensions()),
    )


def told_by_run(source: str, folder: Path, split: SplitParams, params: ReportParams) -> dict[str, Any]:
    """Fields of `Inputs` that hold what the steps of a run tell of it: JSON, pictures and small tables."""
    return {
        "source": source,
        "built_on": split.built_on,
        "days": {part: (getattr(split, part)[0], getattr(split, part)[1]) for part in PARTS},
        "quality": read_json(folder / "valid" / "quality.json"),
        "features_meta": read_json(folder / "features" / "features.json"),
        "split_meta": read_json(folder / "split" / "split.json"),
        "pool": read_json(folder / "pool" / "pool.json"),
        "models": {stage: read_json(folder / "models" / stage / "model.json") for stage in STAGES},
        "metrics": read_json(folder / "evaluation" / "metrics.json"),
        "thresholds": read_json(folder / "thresholds" / "thresholds.json"),
        "tracking": {"models": registered_models(source, folder / "models")},
        "ground_truth": read_json(folder / "ground_truth" / "ground_truth.json"),
        "calibration": pd.read_parquet(folder / "evaluation" / "calibration.parquet"),
        "domains": pd.read_parquet(folder / "explanations" / "domains.parquet"),
        "leanings": pd.read_parquet(folder / "explanations" / "leanings.parquet"),
        "figures": _figures(folder),
        "currency": params.currency,
    }


def _planned(table: pd.DataFrame, scores: pd.DataFrame, bundle: Bundle) -> Planned:
    """Whole feature rows of the out-of-time applications, and what the run decided them by."""
    later = scores.loc[scores["part"] == "out_of_time", ["application_id"]]
    return Planned(table.merge(later, on="application_id", validate="1:1"), bundle)


def _features(table: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Feature table with `not_applicable`, the features that do not apply to each application."""
    inapplicable = pd.read_parquet(folder / "features" / "not_applicable.parquet")
    return table.merge(inapplicable, on="application_id", validate="1:1")


def _figures(folder: Path) -> dict[str, bytes]:
    drawn = [*(folder / "figures").glob("*.png"), *(folder / "explanations").glob("*.png")]
    return {path.stem: path.read_bytes() for path in sorted(drawn)}


if __name__ == "__main__":
    run(main)
