"""Rejected rows that may speak of an applicant: what they would have said is not known, and that must be known."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from schemas.tables import TABLES

FILE = "gaps.parquet"
"""File of these rows beside the fit tables; the features read it."""
UNREAD = "rejects"
"""Folder beside imported tables with the rows of the bank's files that held a value nobody could read."""
COLUMNS = ("table", "enterprise_id", "application_id", "known_on", "rules")
SUBJECTS = ("enterprises", "applications", "outcomes")
"""Tables whose rejected rows are no gap: without its enterprise or its row the application is rejected itself, and an
outcome is not known on the day of decision."""


def gap_rows(rejects: Mapping[str, pd.DataFrame], folder: Path) -> pd.DataFrame:
    """Rejected rows: table, enterprise_id, application_id, known_on, rules (by comma), as far as they are known.

    `rejects` are those of the check, by table; those of the import lie below `folder`. Rows of SUBJECTS are left out.
    """
    parts = [pd.DataFrame(columns=list(COLUMNS), dtype="object")]
    for name in TABLES:
        if name in SUBJECTS:
            continue
        if name in rejects:
            parts.append(_gaps(rejects[name], name, rejects[name]["rules"].map(",".join)))
        path = folder / UNREAD / f"{name}.parquet"
        if path.exists():
            unread = pd.read_parquet(path)
            if "rule" in unread.columns:
                parts.append(_gaps(unread, name, unread["rule"]))
    gaps = pd.concat(parts, ignore_index=True)
    return gaps.astype({c: "str" for c in COLUMNS if c != "known_on"}).assign(known_on=pd.to_datetime(gaps["known_on"]))


def unread_rows(folder: Path) -> dict[str, int]:
    """Rows of the bank's files that the import could not read, by table; empty where it read all, or there was none."""
    found = {}
    for name in TABLES:
        path = folder / UNREAD / f"{name}.parquet"
        if path.exists():
            found[name] = len(pd.read_parquet(path, columns=["source", "row"]).drop_duplicates())
    return found


def _gaps(rows: pd.DataFrame, name: str, rules: pd.Series) -> pd.DataFrame:
    columns = {c: rows[c].astype("object") if c in rows.columns else None for c in COLUMNS[1:4]}
    return pd.DataFrame({"table": name, **columns, "rules": rules.astype("object")}, index=rows.index)
