"""Rows that repeat another one: identical ones, of which the first is kept, and ones that share a key and differ."""

from typing import NamedTuple

from features.engine import Engine
from schemas.compiled.text import name
from scoring.check.delivered import ROW, Delivered


class Repeated(NamedTuple):
    """Tables of the engine with the positions (ROW) of identical duplicates and of rows sharing a key, and counts."""

    duplicates: str
    same_key: str
    identical: int = 0
    shared: int = 0


def repeated(engine: Engine, table: Delivered, ordered: bool) -> Repeated:
    """Rows of the table that repeat an earlier one, or share their key with a different one.

    A table that is `ordered` (`strictly_ordered`) has none. Of another one, keys are grouped by their
    hash, and only rows whose hash occurs twice are looked at.
    """
    found = Repeated(f"duplicates_{table.table.name}", f"same_key_{table.table.name}")
    for made in (found.duplicates, found.same_key):
        engine.run(f"CREATE OR REPLACE TEMP TABLE {made} ({name(ROW)} BIGINT)")
    if ordered or not _shared_hashes(engine, table):
        return found
    engine.run(f"INSERT INTO {found.duplicates} {_identical(table)}")
    engine.run(f"INSERT INTO {found.same_key} {_differing(table, found.duplicates)}")
    counts = engine.rows(
        f"SELECT (SELECT count(*) FROM {found.duplicates}), (SELECT count(*) FROM {found.same_key})",
    )[0]
    return found._replace(identical=counts[0], shared=counts[1])


def strictly_ordered(engine: Engine, table: Delivered) -> bool:
    """Whether no key repeats because each row but one follows a smaller key, in the order the engine reads them.

    One row alone is without a predecessor only where all rows are one sequence; so this proves that no key repeats.
    """
    if table.rows < 2:
        return True
    keys = table.table.key
    before = [f"lag({name(key)}) OVER () AS before_{place}" for place, key in enumerate(keys)]
    larger = "FALSE"
    for place, key in reversed(list(enumerate(keys))):
        previous = f"before_{place}"
        larger = f"({name(key)} > {previous} OR ({name(key)} = {previous} AND {larger}))"
    rows = f"SELECT {', '.join([name(key) for key in keys])}, {', '.join(before)} FROM ({table.select(keys)})"
    return bool(engine.rows(f"SELECT count(*) - count_if({larger}) FROM ({rows})")[0][0] == 1)


def _hash(table: Delivered) -> str:
    return f"hash({', '.join(name(key) for key in table.table.key)})"


def _shared_hashes(engine: Engine, table: Delivered) -> int:
    """How many hashes of keys occur more than once; they are left in the table `shared_hashes`."""
    engine.run(
        f"""CREATE OR REPLACE TEMP TABLE shared_hashes AS SELECT hashed FROM (
            SELECT {_hash(table)} AS hashed FROM ({table.select(table.table.key)})
        ) GROUP BY hashed HAVING count(*) > 1"""
    )
    return int(engine.rows("SELECT count(*) FROM shared_hashes")[0][0])


def _identical(table: Delivered) -> str:
    columns = ", ".join(name(c.name) for c in table.table.columns)
    return f"""SELECT {name(ROW)} FROM (
        SELECT {name(ROW)}, row_number() OVER (PARTITION BY {columns} ORDER BY {name(ROW)}) AS nth
        FROM ({table.select()}) WHERE {_hash(table)} IN (FROM shared_hashes)
    ) WHERE nth > 1"""


def _differing(table: Delivered, duplicates: str) -> str:
    """Rows that share a key with another one; a key of which nothing is given is none."""
    keys = [name(key) for key in table.table.key]
    given = " OR ".join(f"{key} IS NOT NULL" for key in keys)
    return f"""SELECT {name(ROW)} FROM (
        SELECT {name(ROW)}, count(*) OVER (PARTITION BY {", ".join(keys)}) AS times
        FROM ({table.select(table.table.key)}) AS t ANTI JOIN {duplicates} AS d USING ({name(ROW)})
        WHERE {_hash(table)} IN (FROM shared_hashes) AND ({given})
    ) WHERE times > 1"""
