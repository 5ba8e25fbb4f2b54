"""All tables of a bank checked against their declarations: fit rows, rejected rows with every rule broken, counts."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from schemas.account import TableQuality
from schemas.bank_suites import BankSuite
from schemas.conform import without_duplicates
from schemas.declarations import Level, Text
from schemas.direct import broken, with_helpers
from schemas.outcome import Outcome
from schemas.rules import rules
from schemas.tables import TABLES

if TYPE_CHECKING:
    from schemas.validation import Engine


class Checked(NamedTuple):
    """One table after its check: fit rows, rejected rows, counts, and what came of each suite."""

    fit: pd.DataFrame
    rejects: pd.DataFrame
    quality: TableQuality
    outcomes: tuple[Outcome, ...]


class Validated(NamedTuple):
    """Fit rows by table, rejected rows by table, the counts, and what came of the suites of each table.

    Rejects are whole rows as they came, in their own dtypes, with `row` (position in the table) and `rules` (a list of
    the rules broken, one entry a rule). In every table rows = kept + rejected + identical duplicates.
    """

    tables: dict[str, pd.DataFrame]
    rejects: dict[str, pd.DataFrame]
    quality: tuple[TableQuality, ...]
    outcomes: dict[str, tuple[Outcome, ...]]
    meanings: dict[str, dict[str, Text]]


def validated(
    tables: Mapping[str, pd.DataFrame],
    extracted_on: pd.Timestamp,
    bank: Sequence[BankSuite] = (),
    *,
    direct: bool = False,
) -> Validated:
    """The tables without the rows that break a rule; a child of a rejected parent row is rejected with it.

    Tables must be conformed. A row identical to an earlier one in every column is counted as a duplicate and left out
    before the rules are looked at; rows that share a key and differ are all rejected by the rule `unique_key`. `bank`
    adds expectations of the bank's own. With `direct` the declared rules are looked at without Great Expectations,
    which is quick for a few rows and leaves no suite nor result of them; the rows are the same (`schemas.direct`).
    """
    found: dict[str, Checked] = {}
    engine = cache(_great_expectations)  # made where it is used
    for name in parents_first(tables):
        parents = {parent: checked.fit for parent, checked in found.items()}
        own = [s for s in bank if s.table == name]
        found[name] = _checked(engine, tables[name].reset_index(drop=True), name, parents, extracted_on, own, direct)
    return Validated(
        {name: found[name].fit for name in tables},
        {name: found[name].rejects for name in tables},
        tuple(found[name].quality for name in tables),
        {name: found[name].outcomes for name in tables},
        {name: _meanings(name, bank) for name in tables},
    )


def _great_expectations() -> "Engine":
    """Great Expectations, imported where it checks: it takes seconds and 100 MB, and a batch does without."""
    from schemas.validation import Engine

    return Engine()


def _checked(
    engine: Callable[[], "Engine"],
    frame: pd.DataFrame,
    name: str,
    parents: dict[str, pd.DataFrame],
    extracted_on: pd.Timestamp,
    own: Sequence[BankSuite],
    direct: bool,
) -> Checked:
    table = TABLES[name]
    once = without_duplicates(frame, name)
    helped = with_helpers(once, table, parents)
    if direct:
        rows = broken(helped, table, parents, extracted_on)
        derived = Outcome(rows, frozenset(rule for rule, at in rows.items() if at))
    else:
        derived = engine().declared(helped, table, parents, extracted_on)
    outcomes = (derived, *(engine().outcome(once, s.suite()) for s in own))
    levels: dict[str, Level] = {rule.name: rule.level for rule in rules(table)}
    for s in own:
        levels |= s.levels
    rows = {rule: at for outcome in outcomes for rule, at in outcome.rows.items()}
    # An expectation about the table as a whole lists no rows: unmet, it counts them all.
    whole = {rule for outcome in outcomes for rule in outcome.unmet if not outcome.rows[rule]}
    counts = {rule: len(once) if rule in whole else len(at) for rule, at in rows.items()}
    rejects = _rejects(once, {rule: at for rule, at in rows.items() if levels[rule] == "reject"})
    fit = once.drop(index=list(rejects["row"])).reset_index(drop=True)
    quality = TableQuality(
        name,
        rows=len(frame),
        kept=len(fit),
        rejected=len(rejects),
        duplicates=len(frame) - len(once),
        broken={rule: count for rule, count in counts.items() if levels[rule] == "reject"},
        warned={rule: count for rule, count in counts.items() if levels[rule] == "warn"},
    )
    return Checked(fit, rejects, quality, outcomes)


def parents_first(tables: Mapping[str, object]) -> list[str]:
    """Names of the tables, each after the tables it points to."""
    waiting, done = list(tables), []
    while waiting:
        ready = [n for n in waiting if all(p in done or p not in tables for p in TABLES[n].parents.values())]
        done += ready
        waiting = [n for n in waiting if n not in ready]
    return done


def _rejects(frame: pd.DataFrame, rows_by_rule: Mapping[str, list[int]]) -> pd.DataFrame:
    named: dict[int, list[str]] = {}
    for rule, rows in rows_by_rule.items():
        for row in rows:
            named.setdefault(row, []).append(rule)
    rows = sorted(named)
    broken = pd.Series([named[row] for row in rows], dtype="object")
    return frame.loc[rows].reset_index(drop=True).assign(row=pd.Series(rows, dtype="int64"), rules=broken)


def _meanings(name: str, bank: Sequence[BankSuite]) -> dict[str, Text]:
    meanings = {rule.name: rule.meaning for rule in rules(TABLES[name])}
    for own in bank:
        if own.table == name:
            meanings |= own.meanings
    return meanings


def quality_report(result: Validated, extracted_on: pd.Timestamp) -> dict[str, Any]:
    """The counts as plain data, each rule with its meaning in both languages, for JSON and pages."""
    tables = []
    for q in result.quality:
        meaning, text = result.meanings[q.table], TABLES[q.table].meaning
        counted = {"rows": q.rows, "kept": q.kept, "rejected": q.rejected, "duplicates": q.duplicates}
        listed = {"broken": _told(q.broken, meaning), "warned": _told(q.warned, meaning)}
        tables.append({"table": q.table, **counted, **listed, "en": text.en, "zh": text.zh})
    absent = [name for name in TABLES if name not in result.tables]
    return {"extracted_on": str(extracted_on.date()), "tables": tables, "absent": absent}


def _told(counts: Mapping[str, int], meaning: Mapping[str, Text]) -> list[dict[str, Any]]:
    return [{"rule": r, "rows": n, "en": meaning[r].en, "zh": meaning[r].zh} for r, n in counts.items()]
