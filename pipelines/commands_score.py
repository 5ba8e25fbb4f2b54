"""`techcredit score`, `explain`, `thresholds`: a finished run applied to a folder of canonical tables."""

import sys
from datetime import datetime
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table as Screen

from explanations.contributions import contributions
from explanations.reasons import reasons
from features.catalogue import by_name
from features.peers import with_peer_ranks
from features.table import feature_tables
from pipelines.files import read_json
from reports.texts import text
from schemas.conform import BadTableError
from scoring.assemble import MOST, decided
from scoring.batch import score_folder
from scoring.bundle import open_bundle


def score_tables(model: Path, tables: Path, output: Path, extracted_on: datetime | None) -> None:
    """Score the folder `tables` into `output` and print rows in = scored + rejected."""
    bundle = open_bundle(model)
    with Console(stderr=True).status("score"):
        counts = score_folder(bundle, tables, output, None if extracted_on is None else pd.Timestamp(extracted_on))
    sys.stdout.write(f"rows in {counts.rows_in} = scored {counts.scored} + rejected {counts.rejected}\n")
    sys.stdout.write(f"{output}\n")
    if counts.rejected:
        sys.stdout.write(f"{output.with_name(output.name + '.rejects.parquet')}\n")


def explain_application(model: Path, tables: Path, application: str, language: str) -> None:
    """Print PD, decision and reasons of one application of the folder `tables`.

    Raises
    ------
    BadTableError
        When the folder holds no such application, or it has no stage.
    """
    bundle = open_bundle(model)
    table = with_peer_ranks(pd.concat(feature_tables(tables, bundle.schemes), ignore_index=True), bundle.grids)
    row = table[table["application_id"] == application].reset_index(drop=True)
    if row.empty or row["stage"].isna().all():
        message = f"wanted application {application!r} with a stage in {tables}; " + (
            "it is not there" if row.empty else "no stage rule fits it"
        )
        raise BadTableError(message)
    verdict = decided(row, bundle).iloc[0]
    listed = reasons(contributions(row, bundle.models), row, MOST)
    screen = Screen(title=f"{application}: {text('decision.' + verdict['decision'], language)}, PD {verdict['pd']:.2%}")
    for heading in ("side", "feature", "value", "unit", "contribution [log-odds]"):
        screen.add_column(heading)
    catalogue = by_name()
    for reason in listed.to_dict("records"):
        feature = catalogue[str(reason["feature"])]
        label = feature.label.zh if language == "zh" else feature.label.en
        value = "–" if pd.isna(reason["value"]) else f"{reason['value']:,.4g}"
        screen.add_row(str(reason["side"]), label, value, feature.unit, f"{reason['contribution']:+.3f}")
    Console().print(screen)


def show_thresholds(model: Path, language: str) -> None:
    """Print the certificate of every size class of a finished run."""
    open_bundle(model)
    found = read_json(model / "thresholds" / "thresholds.json")
    screen = Screen(title=f"{model}")
    for heading in (
        "size class",
        "tolerance",
        "cut-off (PD)",
        "observed ratio",
        "upper bound",
        "approved share",
        "loans",
        "reason",
    ):
        screen.add_column(heading)
    for name, c in found["certificates"].items():
        screen.add_row(
            name,
            _percent(c["tolerance"]),
            _percent(c["cut_off"]),
            _percent(c["observed_ratio"]),
            _percent(c["upper_bound"]),
            _percent(c["approved_share_exposure"]),
            str(c["loans"]),
            text(f"certificate.{c['reason']}", language),
        )
    Console().print(screen)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2%}"
