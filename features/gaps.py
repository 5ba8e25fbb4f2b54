"""Gaps in the data of an application: tables whose rows were rejected, that do not name it, or were not delivered.

A rejected row is not an absent row: what it would have said is not known. So every quantity of its table is unknown for
its enterprise, and the application carries the table and the rules broken, for the decision to be referred. The same
holds for an applicant without a row in a table in which every enterprise has one: accounts that nobody has say nothing,
while a register without a row says that there is none.
"""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from features.blanking import blankable, without
from schemas.gaps import EVERYBODY, KEYS
from schemas.tables import TABLES

ABSENT = "not_delivered"
"""What a gap says of a table that is not there."""
NO_ROW = "no_row"
"""What a gap says of a table in which every enterprise has a row, where none was known of the applicant on the day."""
ROWS: Mapping[str, str] = {"statements": "statement_rows", "headcount": "headcount_rows"}
"""The quantity that counts the rows known on the day, by table in which every enterprise has one."""
SUMS = ("other_amount_of_product", "other_debt")
"""Sums over the enterprise's other applications: unknown where one of them was rejected."""


def with_gaps(
    known: pd.DataFrame, gaps: pd.DataFrame, absent: Collection[str] = (), owed: Collection[str] = EVERYBODY
) -> pd.DataFrame:
    """As-of quantities with `data_gap`: "table (rule,rule); table (not_delivered)", empty where nothing is amiss.

    `gaps` are rejected rows (columns: `schemas.gaps.COLUMNS`). One counts where it was known by the day of decision, or
    nobody knows when it was. In the tables `owed` an applicant without a row known on the day has the gap `no_row`,
    where the table was delivered and no rejected row counts. The quantities of a table with a gap are missing for the
    application. `absent` names tables that the models were fitted with and that are not there. Two tables are unlike
    the others: a gap of `enterprises` (an identifier written like another) is told and blanks nothing, since any table
    may lack a row then; rejected `applications` are not told, and make SUMS unknown for the enterprise's others.
    """
    applied = _applied(known, gaps[gaps["table"].isin(blankable())])
    flags, told = {}, np.full(len(known), "", dtype="object")
    for name in TABLES:
        if name == "applications":
            continue
        rules = _rules(applied[applied["table"] == name], known.index)
        if name in owed and name in ROWS:
            rules[(rules == "") & (known[ROWS[name]] == 0).to_numpy()] = NO_ROW
        flags[name] = rules != ""
        said = np.where(flags[name], name + " (" + rules + ")", f"{name} ({ABSENT})" if name in absent else "")
        told = told + np.where((told != "") & (said != ""), "; ", "").astype("object") + said.astype("object")
    gone = pd.DataFrame(flags, index=known.index).assign(enterprises=False)
    left = known if not gone.any(axis=None) else without(known, gone)
    short = known.index.isin(applied.loc[applied["table"] == "applications", "at"])
    left = left.assign(**{name: left[name].mask(short) for name in SUMS})
    return pd.concat([left, pd.Series(told, index=known.index, name="data_gap", dtype="str")], axis=1)


def _applied(known: pd.DataFrame, gaps: pd.DataFrame) -> pd.DataFrame:
    """Pairs of an application (`at`, its label in `known`) and a rejected row that plays a part: at, table, rules."""
    rows = known[["application_id", "enterprise_id", "as_of", "others_since"]].assign(at=known.index)
    joined = []
    for key in ("enterprise_id", "application_id"):
        of_key = np.array([KEYS.get(name, "enterprise_id") == key for name in gaps["table"]], dtype=bool)
        chosen = gaps.loc[of_key, ["table", key, "known_on", "rules"]].dropna(subset=[key])
        joined.append(chosen.astype({key: "str"}).merge(rows.astype({key: "str"}), on=key))
    found = pd.concat(joined, ignore_index=True)
    since = found["others_since"].where(found["table"] == "applications")
    past = found["known_on"] <= found["as_of"]
    return found[found["known_on"].isna() | (past & ~(found["known_on"] <= since))]


def _rules(applied: pd.DataFrame, index: pd.Index) -> np.ndarray:
    """Rules broken by the rows of one table, by comma, one text per application; empty where none."""
    split = applied.assign(rule=applied["rules"].str.split(",")).explode("rule")
    texts = {at: ",".join(sorted(set(rules))) for at, rules in split.groupby("at")["rule"]}
    return np.array([texts.get(at, "") for at in index], dtype="object")
