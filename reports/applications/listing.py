"""The applications of the list, one row each: what a reader searches, filters and sorts by."""

import hashlib

import pandas as pd

from reports.inputs import Inputs
from reports.sections.cover import cover_of

SHOWN = (
    *("application_id", "enterprise_id", "name", "credit_code", "province", "stage", "size_class", "decision", "rule"),
    *("grade", "pd", "limit", "amount", "as_of", "data_gap", "fired", "cover"),
)
"""Columns of the list."""
OF_ENTERPRISE = ("name", "credit_code")
"""Columns of the table of enterprises that it shows, where they are there."""


def listing(inputs: Inputs) -> pd.DataFrame:
    """Every out-of-time application, columns SHOWN, by day of decision and then by identifier.

    `amount` is what was applied for [currency of the source], the exposure where no amount is known; `fired` the codes
    of all rules that fired, as the decision lists them; `cover` the guarantee cover (`reports.codes.COVERS`), missing
    where the source knows of none.
    """
    table = inputs.decided().drop(columns="amount")
    table = table.merge(inputs.decisions[["application_id", "fired"]], on="application_id", validate="1:1")
    asked = table["loan_amount"] if "loan_amount" in table else pd.Series(float("nan"), index=table.index)
    guaranteed = table.get("guaranteed_share")
    known = guaranteed is not None and bool(guaranteed.notna().any())
    table = table.assign(
        amount=asked.fillna(table["exposure"]),
        cover=cover_of(guaranteed) if known and guaranteed is not None else None,
    )
    table = table.merge(
        _enterprises(inputs.tables.get("enterprises", pd.DataFrame())), on="enterprise_id", how="left", validate="m:1"
    )
    return table.sort_values(["as_of", "application_id"], kind="stable").reset_index(drop=True)[list(SHOWN)]


def _enterprises(enterprises: pd.DataFrame) -> pd.DataFrame:
    """Name and credit code of each enterprise, missing where the table does not have them."""
    columns = ("enterprise_id", *OF_ENTERPRISE)
    known = [name for name in columns if name in enterprises.columns]
    return enterprises[known].reindex(columns=list(columns)).astype("str")


def fingerprint(listed: pd.DataFrame) -> str:
    """First 16 hexadecimal digits of the SHA-256 of the list: one for all pages of a run, another for another."""
    return hashlib.sha256(listed.to_csv(index=False).encode("utf8")).hexdigest()[:16]
