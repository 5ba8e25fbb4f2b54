"""Rejected rows that may speak of an applicant: what they would have said is not known, and that must be known."""

from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from schemas.tables import TABLES

FILE = "gaps.parquet"
"""File of these rows beside the fit tables; the features read it."""
UNREAD = "rejects"
"""Folder beside imported tables with the rows of the bank's files that held a value nobody could read."""
COLUMNS = ("table", "enterprise_id", "application_id", "known_on", "rules")
EVERYBODY = ("statements", "headcount")
"""Tables in which every enterprise has a row, if the bank has it; in all others no row says that there is none."""
NO_ROW = "no_row"
"""What a gap says of an applicant that such a table does not name."""
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
            elif folder.joinpath(f"{name}.parquet").exists() and "rules" in unread.columns and name not in rejects:
                parts.append(_gaps(unread, name, unread["rules"].map(",".join)))
    gaps = pd.concat(parts, ignore_index=True)
    return gaps.astype({c: "str" for c in COLUMNS if c != "known_on"}).assign(known_on=pd.to_datetime(gaps["known_on"]))


def unread_rows(folder: Path) -> dict[str, int]:
    """Rows of the bank's files that the import could not read, by table; empty where it read all, or there was none."""
    found = {}
    for name in TABLES:
        path = folder / UNREAD / f"{name}.parquet"
        if path.exists():
            rows = pd.read_parquet(path)
            found[name] = len(rows[[c for c in ("source", "row") if c in rows.columns]].drop_duplicates())
    return found


def _gaps(rows: pd.DataFrame, name: str, rules: pd.Series) -> pd.DataFrame:
    """Gap rows of one table. A day that broke a rule is no day: then nobody knows when the row was known."""
    columns = {c: rows[c].astype("object") if c in rows.columns else None for c in COLUMNS[1:4]}
    found = pd.DataFrame({"table": name, **columns, "rules": rules.astype("object")}, index=rows.index)
    lag = TABLES[name].lag
    days = ["known_on", *([lag.after] if lag is not None else [])]
    broken = rules.str.contains("|".join(rf"(?:^|,){day}_" for day in days), regex=True)
    return found.assign(known_on=pd.to_datetime(found["known_on"]).mask(broken))


def without_row(tables: Mapping[str, pd.DataFrame], taught: Collection[str]) -> pd.DataFrame:
    """Gap rows of the applicants without any row in a table of `taught` in which every enterprise has one (EVERYBODY).

    A register without a row of an enterprise says that it has none; accounts without a row say nothing.
    """
    parts = [pd.DataFrame(columns=list(COLUMNS), dtype="object")]
    applicants = tables["applications"]["enterprise_id"].dropna().unique()
    for name in EVERYBODY:
        if name in taught and name in tables:
            silent = sorted(set(applicants) - set(tables[name]["enterprise_id"]))
            parts.append(pd.DataFrame({"table": name, "enterprise_id": silent, "rules": NO_ROW}))
    found = pd.concat(parts, ignore_index=True)[list(COLUMNS)]
    return found.astype({c: "str" for c in COLUMNS if c != "known_on"}).assign(
        known_on=pd.to_datetime(found["known_on"])
    )


def says_nothing(frame: pd.DataFrame, name: str) -> bool:
    """Whether a table says nothing: no row where every enterprise has one, or none of its columns has a value.

    Its key, its days, and where they are required its codes, do not count: rows that only exist are no content.
    """
    if not len(frame):
        return name in EVERYBODY
    told = [c.name for c in TABLES[name].columns if not c.required and c.name != "known_on"]
    return bool(told) and bool(frame[[c for c in told if c in frame.columns]].isna().all(axis=None))
