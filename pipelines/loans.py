"""The loans of one part, with features and outcomes, as the models take them."""

from pathlib import Path

import pandas as pd

from features.catalogue import CATALOGUE
from features.declarations import DOMAINS
from models.booster import Shape
from models.params import DOMAIN_CONSTRAINTS
from models.stage_model import ModelError
from pipelines.params import ParamsError

COLUMNS = ["application_id", "part", "teaches", "defaulted", "weight", "observed_months", "default_month"]


def require_run(first: Path, second: Path, source: str) -> None:
    """Nothing, when a run of the source has left both files.

    Raises
    ------
    ModelError
        When one is not there.
    """
    for path in (first, second):
        if not path.exists():
            message = f"wanted {path} of a run of {source}; there is none. First: techcredit run --source {source}"
            raise ModelError(message)


def part_table(features: Path, parts: Path, part: str | None = None, stage: str | None = None) -> pd.DataFrame:
    """Feature table joined with part and outcome, ordered by application_id; only rows that are in a part.

    The part `development` also has the loans whose window had not closed: they teach with the time that had passed.
    """
    joined = pd.read_parquet(features / "features.parquet").merge(
        pd.read_parquet(parts / "split.parquet", columns=COLUMNS), on="application_id", validate="1:1"
    )
    kept = (
        joined["part"].notna()
        if part is None
        else joined["teaches"]
        if part == "development"
        else joined["part"] == part
    )
    if stage is not None:
        kept &= joined["stage"] == stage
    return joined[kept].sort_values("application_id").reset_index(drop=True)


def unlabelled_table(features: Path, parts: Path) -> pd.DataFrame:
    """Feature table of the applications that a part was planned for and that have no outcome: rejected ones."""
    columns = ["application_id", "planned_part", "reason"]
    known = pd.read_parquet(parts / "split.parquet", columns=columns)
    joined = pd.read_parquet(features / "features.parquet").merge(known, on="application_id", validate="1:1")
    return joined[joined["reason"] == "no_outcome"].sort_values("application_id").reset_index(drop=True)


def usable_features(table: pd.DataFrame) -> list[str]:
    """Features of the catalogue with at least two different values among the rows of `table`.

    Raises
    ------
    ModelError
        When the table lacks a feature of the catalogue.
    """
    return [name for name, values in _different_values(table).items() if values > 1]


def unused_features(table: pd.DataFrame) -> dict[str, list[str]]:
    """Features of the catalogue that teach nothing, by why: `missing` in all rows of `table`, or `constant` in them.

    Raises
    ------
    ModelError
        When the table lacks a feature of the catalogue.
    """
    values = _different_values(table)
    return {
        why: [n for n, known in values.items() if known == count] for why, count in (("missing", 0), ("constant", 1))
    }


def _different_values(table: pd.DataFrame) -> dict[str, int]:
    absent = [feature.name for feature in CATALOGUE if feature.name not in table.columns]
    if absent:
        message = f"the feature table lacks {', '.join(absent)} of the catalogue; run the stage featurize again"
        raise ModelError(message)
    return {feature.name: int(table[feature.name].nunique()) for feature in CATALOGUE}


def shape(names: list[str], domain_constraints: str) -> Shape:
    """What a booster of these features may learn: documented directions of risk, and groups by domain unless `never`.

    Raises
    ------
    ParamsError
        When `domain_constraints` is not one of DOMAIN_CONSTRAINTS.
    """
    if domain_constraints not in DOMAIN_CONSTRAINTS:
        message = f"domain_constraints must be one of {', '.join(DOMAIN_CONSTRAINTS)}; got {domain_constraints!r}"
        raise ParamsError(message)
    signs = {"rises": 1, "falls": -1, None: 0}
    listed = [f for f in CATALOGUE if f.name in names]
    groups = [[f.name for f in listed if f.domain == domain] for domain in DOMAINS]
    directions = {f.name: signs[f.risk] for f in listed}
    return Shape(directions, None if domain_constraints == "never" else [g for g in groups if g])
