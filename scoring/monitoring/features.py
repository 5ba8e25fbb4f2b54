"""Features of the applications of batches, made again from the tables that they were scored from."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from models.fitting.stage_model import StageModel
from policy.folders import temporary
from schemas.checks import Checks
from scoring.budget import Budget
from scoring.bundle import Bundle
from scoring.monitoring.vintages import Transitions, roll_rates
from scoring.prepared import prepared

BUDGET = Budget(512 * 2**20, 20_000, 2)


class FromTables(NamedTuple):
    """What the tables of batches give: features of applications (application_id, month, a column per feature), conduct.

    `conduct` has the overdue records (enterprise_id, happened_on, resolved_on, known_on); None where no such table is.
    """

    features: pd.DataFrame
    conduct: pd.DataFrame | None


def model_features(models: Mapping[str, StageModel]) -> list[str]:
    """Features that a model of any stage reads, in order of name."""
    return sorted({name for model in models.values() for name in model.features})


def from_tables(
    bundle: Bundle, folders: Sequence[Path], used: pd.DataFrame, wanted: Checks | None = None
) -> FromTables:
    """Features and conduct of the applications `used` (application_id, month) that lie in the folders of tables.

    Each folder is checked as `score` checks it. An application that lies in several is taken from the first.

    Raises
    ------
    BadTableError
        When a table that is needed is missing or cannot be used.
    """
    names = model_features(bundle.models)
    parts, conduct = list[pd.DataFrame](), list[pd.DataFrame]()
    for folder in folders:
        with (
            temporary() as work,
            prepared(bundle, folder, work, work / "rejects", None, wanted or Checks(), BUDGET) as ready,
        ):
            for table in ready.features(ready.ranges):
                parts.append(
                    table.loc[table["application_id"].isin(used["application_id"]), ["application_id", *names]]
                )
            if "conduct" in ready.source.relations:
                conduct.append(_overdue(ready.base.frame(_OVERDUE.format(ready.source.relations["conduct"]))))
    none = pd.DataFrame(columns=["application_id", *names])
    found = pd.concat(parts or [none], ignore_index=True).drop_duplicates("application_id")
    joined = used[["application_id", "month"]].merge(found, on="application_id", how="inner")
    return FromTables(joined, pd.concat(conduct).drop_duplicates() if conduct else None)


_OVERDUE = (
    "SELECT enterprise_id, happened_on, resolved_on, known_on FROM {} WHERE kind = 'overdue' "
    "ORDER BY enterprise_id, happened_on, known_on, resolved_on"
)


def _overdue(rows: pd.DataFrame) -> pd.DataFrame:
    days = ("happened_on", "resolved_on", "known_on")
    found = {name: pd.to_datetime(rows[name]).astype("datetime64[us]") for name in days}
    return pd.DataFrame({"enterprise_id": rows["enterprise_id"].astype("str"), **found})


def rolls(conduct: pd.DataFrame, used: pd.DataFrame, months: int, until: pd.Timestamp) -> Transitions:
    """Roll rates of the enterprises of approved applications over `months` after their decision."""
    approved = used.loc[used["decision"] == "approve", ["enterprise_id", "as_of"]]
    return roll_rates(conduct, approved.astype({"enterprise_id": "str"}), months, until)
