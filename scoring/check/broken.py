"""Rows of a table that break rules, by rule: positions of those to reject, counts of those to warn of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from features.engine import Engine, Relations, literal
from schemas.bank_suites import BankSuite
from schemas.compiled.rules import met, row_wise
from schemas.compiled.text import name
from schemas.rules import Rule, parent_day, rules
from scoring.check.bounds import by_value
from scoring.check.delivered import ROW, Delivered
from scoring.check.own import break_own
from scoring.check.repeated import Repeated
from scoring.check.survey import Surveyed


@dataclass(frozen=True)
class Broken:
    """Rows that break a rule: the engine's `table` (ROW, place) holds those to reject, by the rule's place in `names`.

    `counts` counts the rows of every rule, in order; `rejected` those with a place in `table`.
    """

    table: str
    names: tuple[str, ...]
    counts: Mapping[str, int]
    rejected: int

    def lists(self) -> str:
        """Query of ROW and `rules`, the list of the rules a row broke, in order."""
        named = f"[{', '.join(literal(rule) for rule in self.names)}]"
        listed = f"list({named}[place + 1] ORDER BY place)"
        return f"SELECT {name(ROW)}, {listed} AS rules FROM {self.table} GROUP BY {name(ROW)}"


def broken(
    engine: Engine,
    table: Surveyed,
    repeats: Repeated,
    parents: Relations,
    extracted_on: pd.Timestamp,
    own: Sequence[BankSuite],
    work: Path,
) -> Broken:
    """Rows that break a rule of the declaration or of the bank's `own` suites, without identical duplicates.

    `parents` are the fit rows of the tables checked before.
    """
    read = table.table
    made, all_rules = f"broken_{read.table.name}", rules(read.table)
    names = [rule.name for rule in all_rules] + [rule for suite in own for rule in suite.levels]
    places = {rule: place for place, rule in enumerate(names)}
    doubtful = table.rules(extracted_on)
    engine.run(f"CREATE OR REPLACE TEMP TABLE {made} ({name(ROW)} BIGINT, place SMALLINT)")
    _reject(engine, made, once(read, repeats), [r for r in doubtful if r.level == "reject"], places, extracted_on)
    for rule in all_rules:
        query = _across(rule, read, repeats, parents)
        if query is not None and rule.level == "reject":
            engine.run(f"INSERT INTO {made} SELECT {name(ROW)}, {places[rule.name]} FROM ({query})")
    counts = dict.fromkeys(names, 0)
    found = engine.rows(f"SELECT place, count(*) FROM {made} GROUP BY place")
    counts |= {names[place]: count for place, count in found}
    for suite in own:
        counts |= break_own(engine, made, once(read, repeats), read.table, suite, places, work)
    counts |= _warned(engine, read, repeats, [r for r in doubtful if r.level == "warn"], extracted_on)
    rejected = engine.rows(f"SELECT count(DISTINCT {name(ROW)}) FROM {made}")[0][0]
    return Broken(made, tuple(counts), counts, rejected)


def once(table: Delivered, repeats: Repeated, columns: Sequence[str] | None = None) -> str:
    """Query of the rows without identical duplicates: declared columns (all, when not given) and ROW."""
    rows = table.select(columns)
    return f"SELECT * FROM ({rows}) ANTI JOIN {repeats.duplicates} USING ({name(ROW)})" if repeats.identical else rows


def _reject(
    engine: Engine, made: str, rows: str, doubtful: Sequence[Rule], places: Mapping[str, int], day: pd.Timestamp
) -> None:
    """Put the rows that break a row-wise rule into the table `made`."""
    if not doubtful:
        return
    breaks = {places[rule.name]: f"NOT ({met(rule, str(day.date()))})" for rule in doubtful}
    marks = ", ".join(f"CASE WHEN {sql} THEN {place} END" for place, sql in breaks.items())
    times = " + ".join(by_value(sql) for sql in breaks.values())
    engine.run(
        f"""INSERT INTO {made} SELECT {name(ROW)}, place FROM (
            SELECT {name(ROW)}, unnest([{marks}]) AS place FROM ({rows}) WHERE {times} > 0
        ) WHERE place IS NOT NULL"""
    )


def _warned(
    engine: Engine, table: Delivered, repeats: Repeated, doubtful: Sequence[Rule], day: pd.Timestamp
) -> dict[str, int]:
    """Rows that break each rule that only warns."""
    found: dict[str, int] = {}
    if doubtful:
        asked = ", ".join(f"count_if(NOT ({met(rule, str(day.date()))}))" for rule in doubtful)
        counts = engine.rows(f"SELECT {asked} FROM ({once(table, repeats)})")[0]
        found = {rule.name: int(count or 0) for rule, count in zip(doubtful, counts, strict=True)}
    for rule in rules(table.table):
        if rule.across and table.rows:
            rows = once(table, repeats, rule.columns)
            query = f"SELECT count_if(NOT met) FROM (SELECT ({rule.sql}) AS met FROM ({rows}))"
            found[rule.name] = engine.rows(query)[0][0]
    return found


def _across(rule: Rule, table: Delivered, repeats: Repeated, parents: Relations) -> str | None:
    """Query of ROW of the rows that break a rule which no row tells by itself; None of a row-wise rule."""
    if row_wise(rule) or rule.across:
        return None
    column = rule.columns[0]
    if rule.kind == "unique":
        return f"FROM {repeats.same_key}"
    if rule.kind == "parent":
        parent = rule.bounds[0]
        return f"""SELECT t.{name(ROW)} FROM ({once(table, repeats, rule.columns)}) AS t
            ANTI JOIN {parents[parent]} AS p ON t.{name(column)} = p.{name(column)}
            WHERE t.{name(column)} IS NOT NULL"""
    parent, earlier, _ = rule.bounds
    key = next(c for c, p in table.table.parents.items() if p == parent)
    day = name(parent_day(parent, earlier))
    return f"""SELECT {name(ROW)} FROM (
        SELECT t.*, p.{name(earlier)} AS {day} FROM ({once(table, repeats, (column, key))}) AS t
        JOIN {parents[parent]} AS p ON t.{name(key)} = p.{name(key)}
    ) WHERE NOT ({met(rule, "")})"""
