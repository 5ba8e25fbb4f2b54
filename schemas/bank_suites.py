"""Expectations a bank adds of its own, as Great Expectations suites in JSON or YAML: reject or warn, without code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy.guarded import UnreadableError, read_json, read_yaml
from schemas.conform import BadTableError
from schemas.declarations import Level, Text
from schemas.rules import rules
from schemas.tables import TABLES

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite

ENDINGS = (".json", ".yaml", ".yml")


class BankSuiteError(BadTableError):
    """A bank's suite cannot be used: the message says which file and expectation, what was wanted and what came."""


@dataclass(frozen=True)
class BankSuite:
    """A bank's suite for one table: expectations as plain data, the level and the meaning of each by rule name."""

    table: str
    expectations: tuple[Mapping[str, Any], ...]
    levels: Mapping[str, Level]
    meanings: Mapping[str, Text]

    def suite(self) -> "ExpectationSuite":
        """A fresh suite; an expectation belongs to one suite only."""
        import great_expectations as gx

        return gx.ExpectationSuite(name=self.table, expectations=[dict(e) for e in self.expectations])


def bank_suites(path: Path | None) -> tuple[BankSuite, ...]:
    """Suites of a file, or of all JSON and YAML files of a folder; none without a path.

    A suite is as Great Expectations writes it: `name` (here the table), `expectations` with `type`, `kwargs`,
    `severity`, `description`, `meta`. A file may hold one, or several under `suites`. Severity `critical` rejects the
    row, `warning` and `info` only count it. `meta.rule` names the rule; `meta.zh` says it in Chinese.

    Raises
    ------
    BankSuiteError
        When a file cannot be read, names a table or column that is not declared, or an expectation that cannot be used.
    """
    if path is None:
        return ()
    files = sorted(p for p in path.iterdir() if p.suffix.lower() in ENDINGS) if path.is_dir() else [path]
    return tuple(_bank_suite(entry, file) for file in files for entry in _entries(file))


def _entries(file: Path) -> Sequence[Mapping[str, Any]]:
    try:
        content = read_json(file) if file.suffix.lower() == ".json" else read_yaml(file)
    except (OSError, UnreadableError) as error:
        message = f"cannot read the expectations in {file}: {' '.join(str(error).split())}"
        raise BankSuiteError(message) from error
    found = content.get("suites", [content]) if isinstance(content, dict) else content
    if not isinstance(found, list) or not all(
        isinstance(e, dict) and {"name", "expectations"} <= set(e) for e in found
    ):
        message = f"{file}: wanted a suite with name and expectations, or several under suites"
        raise BankSuiteError(message)
    return found


def _bank_suite(entry: Mapping[str, Any], file: Path) -> BankSuite:
    name = str(entry["name"])
    if name not in TABLES:
        message = f"{file}: the name of a suite must be one of {', '.join(TABLES)}; got {name!r}"
        raise BankSuiteError(message)
    if not isinstance(entry["expectations"], list) or not all(_usable(given) for given in entry["expectations"]):
        message = f"{file}, suite {name}: wanted a list of expectations, each with type, and meta as a mapping if any"
        raise BankSuiteError(message)
    expectations: list[Mapping[str, Any]] = []
    levels: dict[str, Level] = {}
    meanings: dict[str, Text] = {}
    for number, given in enumerate(entry["expectations"], 1):
        meta = given.get("meta") or {}
        rule = str(meta.get("rule") or f"bank_{number}")
        built = _built(given, name, f"{file}, suite {name}, expectation {number}")
        if rule in levels or rule in {r.name for r in rules(TABLES[name])}:
            message = f"{file}, suite {name}: {rule} is the name of another rule; wanted names that differ"
            raise BankSuiteError(message)
        said = str(given.get("description") or f"{given['type']} {given.get('kwargs')}")
        levels[rule] = "reject" if str(given.get("severity", "critical")) == "critical" else "warn"
        meanings[rule] = Text(said, str(meta.get("zh") or said))
        if levels[rule] == "reject" and not _row_wise(built):
            message = (
                f"{file}, suite {name}: {given['type']} speaks of the table as a whole, so no row can be rejected by "
                "it; give it severity warning"
            )
            raise BankSuiteError(message)
        if levels[rule] == "reject" and (given.get("kwargs") or {}).get("mostly", 1) != 1:
            message = (
                f"{file}, suite {name}: {given['type']} with mostly rejects no row while it is met as a whole; "
                "leave mostly out, or give it severity warning"
            )
            raise BankSuiteError(message)
        plain = {k: v for k, v in given.items() if k in ("type", "kwargs", "severity", "description", "notes")}
        expectations.append({**plain, "meta": {**meta, "rule": rule, "level": levels[rule]}})
    return BankSuite(name, tuple(expectations), levels, meanings)


def _row_wise(built: Any) -> bool:
    """Whether an expectation speaks of each row, so that rows can be rejected by it."""
    from great_expectations.expectations.expectation import (
        ColumnMapExpectation,
        ColumnPairMapExpectation,
        MulticolumnMapExpectation,
    )

    return isinstance(built, ColumnMapExpectation | ColumnPairMapExpectation | MulticolumnMapExpectation)


def _usable(given: Any) -> bool:
    return isinstance(given, dict) and "type" in given and isinstance(given.get("meta") or {}, dict)


def _built(given: Mapping[str, Any], table: str, where: str) -> Any:
    """The expectation as Great Expectations builds it; its columns are those of the table."""
    import great_expectations as gx

    try:
        built = gx.ExpectationSuite(name=table, expectations=[dict(given)]).expectations[0]
    except Exception as error:  # Great Expectations raises many kinds here, its own and pydantic's
        message = f"{where}: {given.get('type')!r} cannot be used: {' '.join(str(error).split())[:300]}"
        raise BankSuiteError(message) from error
    kwargs = given.get("kwargs") or {}
    names = [v for k, v in kwargs.items() if k.lower() in ("column", "column_a", "column_b")]
    names += [n for k in ("column_list", "column_set") for n in kwargs.get(k) or ()]
    declared = [c.name for c in TABLES[table].columns]
    wrong = [str(n) for n in names if n not in declared]
    if wrong:
        message = f"{where}: table {table} has no column {', '.join(wrong)}; it has {', '.join(declared)}"
        raise BankSuiteError(message)
    return built
