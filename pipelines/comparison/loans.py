"""Loans that neither side of a comparison was fitted, calibrated or certified on, decided by both."""

from pathlib import Path

import pandas as pd

from features.peers import with_peer_ranks
from features.table import FeatureParams, feature_tables
from models.errors import ModelError
from pipelines.comparison.sides import Side
from scoring.assemble import decided

COLUMNS = ["application_id", "enterprise_id", "as_of", "exposure", "weight", "defaulted"]


def newer_loans(run: Path, sides: tuple[Side, ...]) -> pd.DataFrame:
    """Loans of a finished run with a known outcome that were decided after the last loan any side used; COLUMNS.

    Raises
    ------
    ModelError
        When the folder has no tables of a finished run.
    """
    for part in ("valid/applications.parquet", "evaluation/scores.parquet"):
        if not (run / part).exists():
            message = (
                f"wanted the folder of a finished run with its tables, such as data/simulated; {run} has no {part}"
            )
            raise ModelError(message)
    scored = pd.read_parquet(run / "evaluation" / "scores.parquet", columns=[*COLUMNS, "part"])
    newer = scored["as_of"] > max(each.last_used for each in sides)
    return scored.loc[newer & scored["part"].notna(), COLUMNS].sort_values("application_id", ignore_index=True)


def decided_by(run: Path, loans: pd.DataFrame, sides: tuple[Side, ...]) -> tuple[pd.DataFrame, ...]:
    """What each side says of the loans, as `techcredit score` would on the fit tables of `run`: a frame per side.

    Rows are those of `loans` in their order; a loan that no stage rule of a side fits has missing values there.
    """
    if loans.empty:
        return tuple(pd.DataFrame({"application_id": loans["application_id"]}) for _ in sides)
    computed: dict[tuple[FeatureParams, frozenset[str]], pd.DataFrame] = {}
    found: dict[str, pd.DataFrame] = {}
    for each in sides:
        if each.identity in found:
            continue
        asked = (each.bundle.schemes, each.bundle.taught)
        if asked not in computed:
            whole = pd.concat(feature_tables(run / "valid", *asked), ignore_index=True)
            computed[asked] = whole[whole["application_id"].isin(loans["application_id"])].reset_index(drop=True)
        rows = decided(with_peer_ranks(computed[asked], each.bundle.ranks), each.bundle)
        found[each.identity] = loans[["application_id"]].merge(rows, on="application_id", how="left", validate="1:1")
    return tuple(found[each.identity] for each in sides)
