"""What the bank knew of an applicant on the day of decision: rows of its tables with known_on no later than as_of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from reports.memo.owed import NO_OTHERS, Owed, Pending, known_rows, owed_by, pending_by
from schemas.conform import conform
from schemas.declarations import PANDAS_DTYPES
from schemas.tables import TABLES

FIGURES = ("revenue", "profit", "assets", "liabilities", "operating_cash_flow", "rd")
"""Annual figures a memo shows; rd is R&D expensed and capitalised."""
YEARS = 3
"""Annual statements shown, latest first."""
USED = ("enterprises", "applications", "statements", "headcount", "qualifications", "borrowings", "guarantees")
"""Tables the facts come from."""
Row = Mapping[str, Any]
Grouped = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Year:
    """One annual statement in its latest version known on the day: last day of the period, and FIGURES [currency]."""

    period_end: date
    figures: Mapping[str, float | None]


@dataclass(frozen=True)
class Known:
    """Facts about one application on its day; None where a table was not delivered or the value is missing.

    `application` and `enterprise` hold the columns of their tables; `guarantees` pairs of kind and amount covered;
    `titles` triples of kind, day of grant and day of expiry; `granted` earlier loans here by day and exposure;
    `pending` other applications here that the registry cannot hold yet.
    """

    application: Row = field(default_factory=dict)
    enterprise: Row = field(default_factory=dict)
    guarantees: tuple[tuple[str, float | None], ...] | None = None
    owed: Owed | None = None
    titles: tuple[tuple[str, date, date | None], ...] | None = None
    granted: tuple[tuple[date, float], ...] = ()
    pending: Pending = NO_OTHERS
    years: tuple[Year, ...] = ()
    counted_on: date | None = None


def known_facts(tables: Mapping[str, pd.DataFrame], applications: Sequence[str]) -> dict[str, Known]:
    """Facts about each of these applications, by identifier; `tables` are the fit rows of the bank's tables."""
    named = {name: _conformed(tables[name], name) for name in USED if name in tables}
    if "applications" not in named:
        return {name: Known() for name in applications}
    every = named["applications"]
    mine = every[every["application_id"].isin(list(applications))]
    days = mine[["application_id", "enterprise_id", "as_of", "lender"]]
    held = {} if "enterprises" not in named else _by(_of(named["enterprises"], days), "enterprise_id")
    guarantees, titles = _guarantees(days, named), _titles(days, named)
    registry = named.get("borrowings")
    owed = None if registry is None else owed_by(days, registry, every)
    pending = pending_by(mine, registry, every)
    granted, years, counted = _granted(days, every), _years(days, named), _counted(days, named)
    found = {}
    for row in _records(mine):
        name = str(row["application_id"])
        found[name] = Known(
            application=row,
            enterprise=(held.get(str(row["enterprise_id"])) or [{}])[0],
            guarantees=None if guarantees is None else tuple(guarantees.get(name, ())),
            owed=None if owed is None else owed[name],
            titles=None if titles is None else tuple(titles.get(name, ())),
            granted=tuple(granted.get(name, ())),
            pending=pending.get(name, NO_OTHERS),
            years=tuple(years.get(name, ())),
            counted_on=counted.get(name),
        )
    return {name: found.get(name, Known()) for name in applications}


def _conformed(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The declared columns of a table; as it is where it has them all, as tables that were read here have."""
    declared = [column.name for column in TABLES[name].columns]
    return frame if list(frame.columns) == declared else conform(frame, TABLES[name])


def _records(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows as plain values: None where missing, days as dates."""
    columns = {}
    for name in frame.columns:
        values = frame[name]
        plain = values.dt.date if values.dtype == PANDAS_DTYPES["date"] else values
        columns[str(name)] = plain.astype("object").where(values.notna(), None).tolist()
    for row in zip(*columns.values(), strict=True):
        yield dict(zip(columns, row, strict=True))


def _by(frame: pd.DataFrame, key: str) -> Grouped:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in _records(frame):
        groups.setdefault(str(row[key]), []).append(row)
    return groups


def _of(table: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    return table[table["enterprise_id"].isin(days["enterprise_id"])]


def _guarantees(
    days: pd.DataFrame, named: Mapping[str, pd.DataFrame]
) -> dict[str, list[tuple[str, float | None]]] | None:
    if "guarantees" not in named:
        return None
    rows = _by(known_rows(days, named["guarantees"], "application_id"), "application_id")
    return {name: [(str(r["guarantor_kind"]), r["covered"]) for r in listed] for name, listed in rows.items()}


def _titles(
    days: pd.DataFrame, named: Mapping[str, pd.DataFrame]
) -> dict[str, list[tuple[str, date, date | None]]] | None:
    if "qualifications" not in named:
        return None
    rows = known_rows(days, named["qualifications"])
    rows = rows[(rows["granted_on"] <= rows["as_of"]) & ~(rows["expires_on"] < rows["as_of"])]
    latest = rows.sort_values(["granted_on", "kind"]).drop_duplicates(["application_id", "kind"], keep="last")
    listed = _by(latest, "application_id")
    return {name: [(r["kind"], r["granted_on"], r["expires_on"]) for r in found] for name, found in listed.items()}


def _granted(days: pd.DataFrame, every: pd.DataFrame) -> dict[str, list[tuple[date, float]]]:
    """Earlier applications of the same enterprise that were granted here, in order of the day."""
    before = every.loc[every["accepted"].fillna(False), ["enterprise_id", "as_of", "exposure"]]
    rows = days.merge(before.rename(columns={"as_of": "granted_on"}), on="enterprise_id")
    rows = rows[rows["granted_on"] < rows["as_of"]].sort_values("granted_on")
    listed = _by(rows, "application_id")
    return {name: [(r["granted_on"], r["exposure"]) for r in found] for name, found in listed.items()}


def _years(days: pd.DataFrame, named: Mapping[str, pd.DataFrame]) -> dict[str, list[Year]]:
    """The last annual statements, latest first; of a restated one the version known last on the day."""
    if "statements" not in named:
        return {}
    mine = _of(named["statements"], days)
    annual = mine[mine["period"] == "annual"]
    annual = annual.assign(rd=annual["rd_expensed"] + annual["rd_capitalised"].fillna(0.0))
    rows = known_rows(days, annual[["enterprise_id", "period_end", "known_on", *FIGURES]])
    latest = rows.sort_values(["period_end", "known_on"]).drop_duplicates(["application_id", "period_end"], keep="last")
    listed = _by(latest, "application_id")
    return {
        name: [Year(r["period_end"], {f: r[f] for f in FIGURES}) for r in found[: -YEARS - 1 : -1]]
        for name, found in listed.items()
    }


def _counted(days: pd.DataFrame, named: Mapping[str, pd.DataFrame]) -> dict[str, date]:
    """Day the staff were last counted, as known on the day."""
    if "headcount" not in named:
        return {}
    rows = known_rows(days, named["headcount"][["enterprise_id", "period_end", "known_on"]])
    last = rows.groupby("application_id")["period_end"].max()
    return {str(name): day.date() for name, day in last.items()}
