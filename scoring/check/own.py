"""The bank's own expectations in a check as a stream: by SQL, or where that is not possible by Great Expectations."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from features.engine import Engine, parquet
from schemas.bank_suites import BankSuite
from schemas.compiled.bank import Own, compiled
from schemas.compiled.text import name
from schemas.declarations import PANDAS_DTYPES, Table
from scoring.check.bounds import by_value
from scoring.check.delivered import ROW


def not_compiled(suite: BankSuite, table: Table) -> str | None:
    """A sentence on the expectations of a suite for which Great Expectations itself must be run; None where none is."""
    types = [str(e["type"]) for e in suite.expectations if compiled(e, table) is None]
    if not types:
        return None
    return (
        f"table {suite.table}: {', '.join(dict.fromkeys(types))} of the bank's own expectations cannot be checked in "
        "parts; Great Expectations checks that suite on the whole table in memory"
    )


def break_own(
    engine: Engine, made: str, rows: str, table: Table, suite: BankSuite, places: Mapping[str, int], work: Path
) -> dict[str, int]:
    """How many of the `rows` (a query with ROW) miss each expectation of the suite, by rule.

    Those that miss a rejecting one go into the engine's table `made`, with the place of the rule.
    """
    found = {str(e["meta"]["rule"]): compiled(e, table) for e in suite.expectations}
    own = {rule: sql for rule, sql in found.items() if sql is not None}
    if len(own) < len(found):
        return _by_great_expectations(engine, made, rows, table, suite, places, work)
    counts = _counts(engine, rows, own)
    for rule, sql in own.items():
        if counts[rule] and suite.levels[rule] == "reject":
            engine.run(f"INSERT INTO {made} SELECT {name(ROW)}, {places[rule]} FROM ({_missing(rows, sql)})")
    return counts


def _missing(rows: str, own: Own) -> str:
    """Query of ROW of the rows that miss an expectation."""
    if not own.unique:
        return f"SELECT {name(ROW)} FROM ({rows}) WHERE {by_value(own.missed)} > 0"
    columns = ", ".join(name(column) for column in own.columns)
    considered = f"{by_value(own.considered)} > 0"
    times = f"SELECT {name(ROW)}, count(*) OVER (PARTITION BY {columns}) AS times FROM ({rows}) WHERE {considered}"
    return f"SELECT {name(ROW)} FROM ({times}) WHERE times > 1"


def _counts(engine: Engine, rows: str, own: Mapping[str, Own]) -> dict[str, int]:
    """Rows that miss each expectation; 0 where so many meet it that it is met as a whole (`mostly`)."""
    asked = [sql for one in own.values() for sql in (f"count_if({one.considered})", f"count_if({one.missed})")]
    told = engine.rows(f"SELECT {', '.join(asked)} FROM ({rows})")[0] if asked else ()
    counts = {}
    for (rule, one), considered, missed in zip(own.items(), told[::2], told[1::2], strict=True):
        misses = engine.rows(f"SELECT count(*) FROM ({_missing(rows, one)})")[0][0] if one.unique else missed
        met = not considered or (float(considered) - float(misses)) / float(considered) >= one.mostly
        counts[rule] = 0 if met else int(misses)
    return counts


def _by_great_expectations(
    engine: Engine, made: str, rows: str, table: Table, suite: BankSuite, places: Mapping[str, int], work: Path
) -> dict[str, int]:
    frame = engine.frame(f"FROM ({rows}) ORDER BY {name(ROW)}").set_index(ROW).rename_axis(None)
    from schemas.validation import Engine as GreatExpectations  # heavy, and seldom needed

    outcome = GreatExpectations().outcome(
        frame.astype({c.name: PANDAS_DTYPES[c.dtype] for c in table.columns}), suite.suite()
    )
    # An expectation about the table as a whole lists no rows: unmet, it counts them all.
    whole = {rule for rule in outcome.unmet if not outcome.rows[rule]}
    _insert(engine, made, {places[r]: at for r, at in outcome.rows.items() if suite.levels[r] == "reject"}, work)
    return {rule: len(frame) if rule in whole else len(at) for rule, at in outcome.rows.items()}


def _insert(engine: Engine, made: str, rows: Mapping[int, Sequence[int]], work: Path) -> None:
    path = work / "own.parquet"
    found = [(at, place) for place, listed in rows.items() for at in listed]
    pd.DataFrame(found, columns=[ROW, "place"], dtype="int64").to_parquet(path, index=False)
    engine.run(f"INSERT INTO {made} FROM {parquet(path)}")
    path.unlink()
