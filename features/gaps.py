"""Gaps in the data of an application: tables whose rows were rejected, and tables that were not delivered at all.

A rejected row is not an absent row: what it would have said is not known. So every quantity of its table is unknown for
its enterprise, and the application carries the table and the rules broken, for the decision to be referred.
"""

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd

from features.blanking import blankable, without
from schemas.gaps import FILE, gap_rows
from schemas.tables import TABLES

ABSENT = "not_delivered"
"""What a gap says of a table that is not there."""


def read_gaps(folder: Path) -> pd.DataFrame:
    """Rejected rows beside the fit tables of `folder`: table, enterprise_id, application_id, known_on, rules.

    None where the check has not been made or left no such file.
    """
    path = folder / FILE
    if not path.exists():
        return gap_rows({}, folder)
    found = pd.read_parquet(path)
    return found[found["table"].isin(blankable())]


def with_gaps(known: pd.DataFrame, gaps: pd.DataFrame, absent: Collection[str] = ()) -> pd.DataFrame:
    """As-of quantities with `data_gap`: "table (rule,rule); table (not_delivered)", empty where nothing is amiss.

    A rejected row counts where it was known by the day of decision, or nobody knows when it was. The quantities of its
    table are missing for the application. `absent` names tables that the models were fitted with and
    that are not there.
    """
    applied = _applied(known, gaps)
    flags, told = {}, np.full(len(known), "", dtype="object")
    for name in TABLES:
        rules = _rules(applied[applied["table"] == name], known.index)
        flags[name] = rules != ""
        said = np.where(flags[name], name + " (" + rules + ")", f"{name} ({ABSENT})" if name in absent else "")
        told = told + np.where((told != "") & (said != ""), "; ", "").astype("object") + said.astype("object")
    gone = pd.DataFrame(flags, index=known.index)
    left = known if not gone.any(axis=None) else without(known, gone)
    return pd.concat([left, pd.Series(told, index=known.index, name="data_gap", dtype="str")], axis=1)


def _applied(known: pd.DataFrame, gaps: pd.DataFrame) -> pd.DataFrame:
    """Pairs of an application (`at`, its label in `known`) and a rejected row that plays a part: at, table, rules."""
    rows = known[["application_id", "enterprise_id", "as_of"]].assign(at=known.index).astype({"application_id": "str"})
    joined = []
    for key in ("enterprise_id", "application_id"):
        of_key = np.array([key in {c.name for c in TABLES[name].columns} for name in gaps["table"]], dtype=bool)
        other = np.array([key == "enterprise_id"] * len(gaps), dtype=bool) | gaps["enterprise_id"].isna().to_numpy()
        chosen = gaps[of_key & other][["table", key, "known_on", "rules"]]
        joined.append(chosen.dropna(subset=[key]).astype({key: "str"}).merge(rows.astype({key: "str"}), on=key))
    found = pd.concat(joined, ignore_index=True)
    return found[found["known_on"].isna() | (found["known_on"] <= found["as_of"])]


def _rules(applied: pd.DataFrame, index: pd.Index) -> np.ndarray:
    """Rules broken by the rows of one table, by comma, one text per application; empty where none."""
    split = applied.assign(rule=applied["rules"].str.split(",")).explode("rule")
    texts = {at: ",".join(sorted(set(rules))) for at, rules in split.groupby("at")["rule"]}
    return np.array([texts.get(at, "") for at in index], dtype="object")
