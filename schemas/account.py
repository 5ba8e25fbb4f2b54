"""What became of the rows of each table, and when so many were rejected that nobody should go on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from policy.errors import MendableError

LIMITS: Mapping[str, float] = {"default": 0.10, "conduct": 0.02, "borrowings": 0.02, "guarantees": 0.02}
"""Largest share of rejected rows by table [fraction], where params.yaml says nothing else.

Stricter for the tables whose rows speak against an applicant: a record that is lost there looks like good conduct.
"""


class TooManyRejectedError(MendableError):
    """More rows were rejected than the limit allows; what was found has been written, and it is not to be relied on."""

    exit_code: int = 3


@dataclass(frozen=True)
class TableQuality:
    """What became of the rows of one table [rows]: rows = kept + rejected + duplicates + those left out.

    `duplicates` are rows identical to an earlier one in every column; the first is kept. `broken` counts rows by the
    rules that reject, `warned` by the rules that only warn; rules without a broken row are included. `left_out` counts
    the rows of the bank's files that its own mapping leaves out (total lines, say), by file and rule.
    """

    table: str
    rows: int
    kept: int
    rejected: int
    duplicates: int = 0
    broken: Mapping[str, int] = field(default_factory=dict)
    warned: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)

    def line(self) -> str:
        """The account as one line for a terminal or a log."""
        rules = {**self.broken, **self.warned}
        said = [
            f"{name} {count}{' (warning)' if name in self.warned else ''}" for name, count in rules.items() if count
        ]
        told = f"; {', '.join(said)}" if said else ""
        by_rule = ", ".join(f"{rule} {count}" for rule, count in self.left_out.items())
        out = f" + left out by the mapping {sum(self.left_out.values())} ({by_rule})" if by_rule else ""
        return (
            f"{self.table}: rows in {self.rows} = kept {self.kept} + rejected {self.rejected} "
            f"+ identical duplicates {self.duplicates}{out}{told}"
        )


def exceeded(quality: Sequence[TableQuality], limits: Mapping[str, float] = LIMITS) -> list[str]:
    """Sentences on the tables with too many rejected rows; empty where every table is within its limit.

    A table exceeds its limit when more than that share of its rows is rejected, and more than one row is: one bad row
    never ends a batch. Every application rejected is always too many.
    """
    sentences = []
    for q in quality:
        limit, rows = limits.get(q.table, limits["default"]), q.rows - sum(q.left_out.values())
        if q.table == "applications" and rows and not q.kept:
            sentences.append(f"table applications: every application was rejected ({q.rejected} of {rows} rows)")
        elif q.rejected > 1 and q.rejected > limit * rows:
            sentences.append(
                f"table {q.table}: {q.rejected} of {rows} rows were rejected, more than the limit of {limit:.1%}"
            )
    return sentences


def refuse_too_many(quality: Sequence[TableQuality], limits: Mapping[str, float] = LIMITS) -> None:
    """Nothing, when every table is within its limit.

    Raises
    ------
    TooManyRejectedError
        When a table has too many rejected rows, or every application was rejected.
    """
    sentences = exceeded(quality, limits)
    if sentences:
        raise TooManyRejectedError("; ".join(sentences))


def summary(quality: Sequence[TableQuality], limits: Mapping[str, float] = LIMITS) -> dict[str, Any]:
    """The account as plain data for a JSON file beside the output: counts, limit and rules broken, by table."""
    return {
        "tables": {
            q.table: {
                "rows": q.rows,
                "kept": q.kept,
                "rejected": q.rejected,
                "duplicates": q.duplicates,
                "rejected_limit": limits.get(q.table, limits["default"]),
                "broken": {rule: count for rule, count in q.broken.items() if count},
                "warned": {rule: count for rule, count in q.warned.items() if count},
                **({"left_out": dict(q.left_out)} if q.left_out else {}),
            }
            for q in quality
        },
        "exceeded": exceeded(quality, limits),
    }


def accounts(told: Mapping[str, Any]) -> str:
    """Lines of the account of every table, from the plain data of `summary`."""
    return "".join(
        TableQuality(
            *(name, t["rows"], t["kept"], t["rejected"], t["duplicates"], t["broken"], t["warned"]),
            left_out=t.get("left_out", {}),
        ).line()
        + "\n"
        for name, t in told["tables"].items()
    )


def sentences(told: Mapping[str, Any]) -> list[str]:
    """Lines for a terminal on what `schemas.fit.Fit.told` says; none where nothing is amiss."""
    alike = told.get("ambiguous_identifier", ())
    return [
        *(
            [
                f"note: {len(alike)} identifiers of enterprises are written like another one ({', '.join(alike[:4])}"
                f"{', ...' if len(alike) > 4 else ''}): their applications have a data gap"
            ]
            if alike
            else []
        ),
        *(f"note: table {name} says nothing and counts as not delivered" for name in told.get("says_nothing", ())),
        *(
            f"note: table {name}: records nobody can attribute: {rows} (no identifier, or one that fits nobody); "
            "they are rejected and leave no data gap"
            for name, rows in told.get("unattributed", {}).items()
        ),
        *(
            f"note: table {name}: rows rejected before these tables were checked: {rows}; they count as data gaps"
            for name, rows in told.get("rejected_before", {}).items()
        ),
    ]
