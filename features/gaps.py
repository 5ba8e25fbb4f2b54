"""Gaps in the data of an application: tables whose rows were rejected, that do not name it, or were not delivered.

A rejected row is not an absent row: what it would have said is not known. So every quantity of its table is unknown for
its enterprise, and the application carries the table and the rules broken, for the decision to be referred. The same
holds for an applicant without a row in a table in which every enterprise has one: accounts that nobody has say nothing,
while a register without a row says that there is none.
"""

from collections.abc import Collection, Mapping, Sequence

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
    told = np.full(len(known), "", dtype="object")
    gone: dict[str, np.ndarray] = {}
    for name in TABLES:
        if name == "applications":
            continue
        rules = _rules(applied[applied["table"] == name])
        if name in owed and name in ROWS:
            rules |= {int(at): NO_ROW for at in np.flatnonzero(known[ROWS[name]] == 0) if at not in rules}
        if name in absent:
            _tell(told, [at for at in range(len(known)) if at not in rules], f"{name} ({ABSENT})")
        for at, broken in rules.items():
            _tell(told, [at], f"{name} ({broken})")
        if rules and name != "enterprises":
            gone[name] = np.isin(np.arange(len(known)), list(rules))
    left = without(known, pd.DataFrame(gone, index=known.index)) if gone else known
    short = np.isin(np.arange(len(known)), applied.loc[applied["table"] == "applications", "at"])
    if short.any():
        left = left.assign(**{name: left[name].mask(short) for name in SUMS})
    return pd.concat([left, pd.Series(told, index=known.index, name="data_gap", dtype="str")], axis=1)


def _tell(told: np.ndarray, places: Sequence[int], gap: str) -> None:
    """Add a gap to what is told of the applications at `places`."""
    for at in places:
        told[at] = f"{told[at]}; {gap}" if told[at] else gap


def _applied(known: pd.DataFrame, gaps: pd.DataFrame) -> pd.DataFrame:
    """Pairs of an application (`at`, its place in `known`) and a rejected row that plays a part: at, table, rules."""
    joined = []
    for key in ("enterprise_id", "application_id"):
        of_key = np.array([KEYS.get(name, "enterprise_id") == key for name in gaps["table"]], dtype=bool)
        chosen = gaps.loc[of_key, ["table", key, "known_on", "rules"]].dropna(subset=[key]).astype({key: "str"})
        ids = known[key].astype("str")
        at = np.flatnonzero(ids.isin(chosen[key].unique()))
        rows = pd.DataFrame({key: ids.iloc[at], **{day: known[day].iloc[at] for day in ("as_of", "others_since")}})
        joined.append(chosen.merge(rows.assign(at=at), on=key))
    found = pd.concat(joined, ignore_index=True)
    since = found["others_since"].where(found["table"] == "applications")
    past = found["known_on"] <= found["as_of"]
    return found[found["known_on"].isna() | (past & ~(found["known_on"] <= since))]


def _rules(applied: pd.DataFrame) -> dict[int, str]:
    """Rules broken by the rows of one table, by comma, by place of the application; none where no row is rejected."""
    found: dict[int, set[str]] = {}
    for at, rules in zip(applied["at"], applied["rules"], strict=True):
        found.setdefault(int(at), set()).update(rules.split(","))
    return {at: ",".join(sorted(rules)) for at, rules in found.items()}
