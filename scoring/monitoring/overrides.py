"""Decisions that a person changed: how many, in which direction, and what became of them."""

from typing import NamedTuple, get_args

import numpy as np
import pandas as pd

from decisions.decide import Decision
from scoring.monitoring.set_aside import Account, Sifted, account, sifted
from scoring.monitoring.tables import distinct, with_columns

OVERRIDES = ("application_id", "decision", "reason", "by", "on")
"""Columns of a table of final decisions by persons."""
DIRECTIONS = ("approved_against_decline", "declined_against_approve", "referred_against_system")


class Overrides(NamedTuple):
    """Final decisions by persons on applications that are used; and what was set aside.

    `direction` is one of DIRECTIONS, or empty: the person confirmed the system, or decided what it had referred, which
    is no override. `unexplained` are overrides without a reason or a name: they are overrides all the same.
    """

    rows: pd.DataFrame
    sifted: Sifted
    account: Account
    unexplained: int = 0


def overrides(table: pd.DataFrame, used: pd.DataFrame, aside: pd.DataFrame, until: pd.Timestamp) -> Overrides:
    """The final decisions made by `until`, beside what the system decided.

    Raises
    ------
    MonitorError
        When a column is missing, or an application has two final decisions.
    """
    given = with_columns(table, OVERRIDES, ("on",), "table of final decisions")
    rows, duplicates = distinct(given, "table of final decisions")
    system = used[["application_id", "as_of", "decision"]].rename(columns={"decision": "system"})
    joined = rows.merge(system, on="application_id", how="left", validate="1:1")
    empty = joined[["reason", "by"]].fillna("").apply(lambda column: column.astype("str").str.strip() == "")
    reasons = {
        "application_set_aside": joined["application_id"].isin(aside["application_id"]),
        "unknown_application": joined["as_of"].isna(),
        "after_until": joined["on"] > until,
        "before_the_decision": joined["on"] < joined["as_of"],
        "not_a_decision": ~joined["decision"].isin(get_args(Decision)) | joined["on"].isna(),
    }
    found = sifted(joined.assign(empty=empty.any(axis=1)), reasons)
    kept = found.used.assign(direction=_direction(found.used))
    unexplained = int(((kept["direction"] != "") & kept["empty"]).sum())
    return Overrides(kept, found, account("decisions of persons", len(given), duplicates, found), unexplained)


def _direction(rows: pd.DataFrame) -> np.ndarray:
    to, was = rows["decision"], rows["system"]
    cases = [
        (was == "decline") & (to == "approve"),
        (was == "approve") & (to == "decline"),
        was.isin(["approve", "decline"]) & (to == "refer"),
    ]
    return np.select([case.to_numpy(dtype=bool) for case in cases], DIRECTIONS, default="")
