"""Rejected rows that may speak of an applicant: what they would have said is not known, and that must be known.

They come from three places, each with a layout of its own, and leave in one: a row per rejected row, in `gaps.parquet`
beside the fit tables. The features read that file alone.
"""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from policy.errors import MendableError
from schemas.conform import first_line, known_from_lag
from schemas.declarations import Lag
from schemas.tables import TABLES

FILE = "gaps.parquet"
"""File of these rows beside the fit tables of a check."""
REJECTS = "rejects"
"""Folder with rejected rows as `<table>.parquet`. Beside imported tables: one line per value that could not be read,
with `rule`, `source` and `row`. Beside the fit tables of a check: one line per row, with the list `rules`."""
COLUMNS = ("table", "enterprise_id", "application_id", "known_on", "rules")
EVERYBODY = ("statements", "headcount")
"""Tables in which every enterprise has a row, if the bank has it; in all others no row says that there is none."""
SUBJECTS = ("enterprises", "outcomes")
"""Tables whose rejected rows are no gap: without its enterprise the application is rejected itself, and an outcome is
not known on the day of decision. A rejected application is a gap of the enterprise's other applications: what it asks
for is not known."""
AMBIGUOUS = "ambiguous_identifier"
"""Rule of a gap in `enterprises`: another identifier is written alike, so that records may lie under the other."""
GAP_TABLES = tuple(name for name in TABLES if name not in SUBJECTS)
KEYS: Mapping[str, str] = {
    name: next(key for key in ("enterprise_id", "application_id") if key in {c.name for c in TABLES[name].columns})
    for name in GAP_TABLES
}
"""The column that says whom a row of such a table speaks of."""


def no_gaps() -> pd.DataFrame:
    """Gap rows of tables in which no row was rejected."""
    return _typed(pd.DataFrame(columns=list(COLUMNS), dtype="object"))


def write_gaps(gaps: pd.DataFrame, folder: Path) -> None:
    """Write gap rows beside the fit tables of `folder`."""
    gaps.to_parquet(folder / FILE, index=False)


def gap_file(folder: Path) -> Path:
    """The file of the gap rows beside the fit tables of `folder`.

    Raises
    ------
    MendableError
        When the tables of the folder were not checked: then nobody knows which rows are missing from them.
    """
    path = folder / FILE
    if not path.exists():
        message = f"wanted checked tables with {FILE}, as validation leaves them; {folder} has no such file"
        raise MendableError(message)
    return path


def read_gaps(folder: Path) -> pd.DataFrame:
    """Gap rows beside the fit tables of `folder`; MendableError where they were not checked."""
    return _typed(_read(gap_file(folder), list(COLUMNS)))


def gap_rows(rejects: Mapping[str, pd.DataFrame], folder: Path) -> pd.DataFrame:
    """Rejected rows: table, enterprise_id, application_id, known_on, rules (by comma), as far as they are known.

    `rejects` are those of this check, by table; those of the import and of an earlier check lie in `folder`, beside the
    tables that were checked. Rows of SUBJECTS are left out.
    """
    return pd.concat([of_check(rejects), of_import(folder), of_earlier_check(folder)], ignore_index=True)


def of_check(rejects: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Gap rows of the rows that a check rejected, with the list of the `rules` they broke."""
    names = [name for name in GAP_TABLES if name in rejects]
    parts = [_gaps(_dated(rejects[name], name), name, rejects[name]["rules"].map(",".join)) for name in names]
    return _typed(pd.concat([no_gaps(), *parts], ignore_index=True))


def of_import(folder: Path) -> pd.DataFrame:
    """Gap rows of the bank's rows that held values nobody could read, whose lines the import left beside its tables."""
    parts = [no_gaps()]
    for name, lines in _unread_lines(folder).items():
        if name in GAP_TABLES:
            place = [lines["source"], lines["row"]]
            rules = lines["rule"].groupby(place).transform(lambda broken: ",".join(dict.fromkeys(broken)))
            once = ~lines.duplicated(["source", "row"])
            parts.append(_gaps(lines[once], name, rules[once]))
    return _typed(pd.concat(parts, ignore_index=True))


def of_earlier_check(folder: Path) -> pd.DataFrame:
    """Gap rows of a check before, where the tables of `folder` are the fit rows of one.

    Raises
    ------
    MendableError
        When rejected rows of a check lie there without their gap rows.
    """
    if (folder / FILE).exists():
        return read_gaps(folder)
    left = sorted(path.name for path in (folder / REJECTS).glob("*.parquet") if "rules" in _read(path))
    if left:
        message = (
            f"{folder / REJECTS} holds rows that a check rejected ({', '.join(left)}), but {FILE} is not in {folder}: "
            f"wanted both as the check leaves them, or the tables as they were before it"
        )
        raise MendableError(message)
    return no_gaps()


def unread_rows(folder: Path) -> dict[str, int]:
    """Rows of the bank's files that the import could not read, by table; empty where it read all, or there was none."""
    return {name: len(lines.drop_duplicates(["source", "row"])) for name, lines in _unread_lines(folder).items()}


def _unread_lines(folder: Path) -> dict[str, pd.DataFrame]:
    paths = {name: folder / REJECTS / f"{name}.parquet" for name in TABLES}
    found = {name: _read(path) for name, path in paths.items() if path.exists()}
    return {name: lines for name, lines in found.items() if "rule" in lines.columns}


def _read(path: Path, columns: list[str] | None = None) -> pd.DataFrame:
    wanted = f"wanted {path} as a check or an import leaves it, one Parquet file"
    if path.is_dir():
        message = f"{wanted}; it is a folder"
        raise MendableError(message)
    try:
        return pd.read_parquet(path, columns=columns)
    except (OSError, ValueError) as error:
        message = f"{wanted}; {first_line(error)}"
        raise MendableError(message) from error


def _dated(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Rejected rows with the day they were known; of an application that is its day of decision."""
    return rows.assign(known_on=rows["as_of"]) if name == "applications" and "as_of" in rows.columns else rows


def _gaps(rows: pd.DataFrame, name: str, rules: pd.Series) -> pd.DataFrame:
    """Gap rows of one table. A day that broke a rule is no day: then nobody knows when the row was known.

    Nor where that day follows from another column by the publication lag, and a rule on that column is broken.
    """
    columns = {c: rows[c].astype("object") if c in rows.columns else None for c in COLUMNS[1:4]}
    found = pd.DataFrame({"table": name, **columns, "rules": rules.astype("object")}, index=rows.index)
    lag = TABLES[name].lag
    known_on = pd.to_datetime(found["known_on"])
    days = ["known_on", "as_of", *([lag.after] if lag is not None else [])]
    broken = rules.str.contains("|".join(rf"(?:^|,){day}_" for day in days), regex=True)
    if lag is not None:
        broken |= _follows(rows, lag, known_on) & _speaks_of(rules, lag)
    return found.assign(known_on=known_on.mask(broken))


def _follows(rows: pd.DataFrame, lag: Lag, known_on: pd.Series) -> pd.Series:
    """Whether the day a row was known is the one that the lag gives, so that nobody else stated it."""
    if lag.after not in rows.columns:
        return pd.Series(False, index=rows.index)
    names = [name for name in (lag.after, lag.never_later_than) if name is not None and name in rows.columns]
    days = {name: pd.to_datetime(rows[name], errors="coerce") for name in names}
    return known_on == known_from_lag(rows.assign(**days), lag)


def _speaks_of(rules: pd.Series, lag: Lag) -> pd.Series:
    """Whether a broken rule names a column that the lag is computed from."""
    names = [name for name in (lag.after, lag.by, lag.never_later_than) if name is not None]
    return rules.str.contains("|".join(rf"(?:^|[,_]){name}(?:_|,|$)" for name in names), regex=True)


def _typed(gaps: pd.DataFrame) -> pd.DataFrame:
    texts = gaps.astype({c: "str" for c in COLUMNS if c != "known_on"})
    return texts.assign(known_on=pd.to_datetime(gaps["known_on"]).astype("datetime64[us]"))
