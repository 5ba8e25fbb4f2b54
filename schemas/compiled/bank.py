"""A bank's own expectations as SQL, with the meaning that Great Expectations gives them on conformed tables."""

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from schemas.compiled.regex import NoSuchPatternError, searched
from schemas.compiled.text import literal, name
from schemas.declarations import Dtype, Table

ALWAYS_GIVEN = ("mostly",)
MOST_EXACT = 2**53
"""Whole numbers up to it are exact as doubles."""


class Own(NamedTuple):
    """An expectation in SQL: which rows it looks at, and which of them it misses; both are true or not.

    With `unique` a row misses it when another of these rows has the same values in those columns.
    """

    considered: str
    missed: str
    columns: tuple[str, ...]
    mostly: float = 1.0
    unique: bool = False


def compiled(expectation: Mapping[str, Any], table: Table) -> Own | None:
    """The expectation in SQL over the columns of `table`; None where SQL has no form of exactly its meaning.

    So it is where a column is of another dtype than the expectation is meant for, where rows are chosen by a condition,
    and of expectations that are not listed here.
    """
    kwargs = {k: v for k, v in (expectation.get("kwargs") or {}).items() if v is not None}
    form = FORMS.get(str(expectation["type"]))
    if form is None:
        return None
    build, names = form
    mostly = kwargs.get("mostly", 1)
    if not set(kwargs) <= {*names, *ALWAYS_GIVEN} or not _number(mostly):
        return None
    try:
        found = build(kwargs, {c.name: c.dtype for c in table.columns})
    except (NoSuchPatternError, KeyError):
        return None
    return None if found is None else found._replace(mostly=float(mostly))


Given = Mapping[str, Any]
Dtypes = Mapping[str, Dtype]


def _not_null(given: Given, dtypes: Dtypes) -> Own | None:
    column = given["column"]
    return Own("TRUE", f"{name(column)} IS NULL", (column,))


def _null(given: Given, dtypes: Dtypes) -> Own | None:
    column = given["column"]
    return Own("TRUE", f"{name(column)} IS NOT NULL", (column,))


def _given(column: str, met: str) -> Own:
    """What every value that is given must meet."""
    return Own(f"{name(column)} IS NOT NULL", f"{name(column)} IS NOT NULL AND NOT ({met})", (column,))


def _bounds(x: str, given: Given) -> str | None:
    """SQL of a number between bounds; None where the bounds are none that Great Expectations takes."""
    low, high = given.get("min_value"), given.get("max_value")
    bounds = [bound for bound in (low, high) if bound is not None]
    if not bounds or not all(_number(bound) for bound in bounds) or bounds != sorted(bounds):
        return None
    if not all(isinstance(given.get(strict, False), bool) for strict in ("strict_min", "strict_max")):
        return None
    least = [] if low is None else [f"{x} {'>' if given.get('strict_min') else '>='} {literal(low)}"]
    most = [] if high is None else [f"{x} {'<' if given.get('strict_max') else '<='} {literal(high)}"]
    return " AND ".join(least + most)


def _between(given: Given, dtypes: Dtypes) -> Own | None:
    column = given["column"]
    met = _bounds(name(column), given) if dtypes[column] == "number" else None
    return None if met is None else _given(column, met)


def _lengths(given: Given, dtypes: Dtypes) -> Own | None:
    column = given["column"]
    met = _bounds(f"length({name(column)})", given) if dtypes[column] == "string" else None
    return None if met is None else _given(column, met)


def _length(given: Given, dtypes: Dtypes) -> Own | None:
    value = given["value"]
    return _lengths({"column": given["column"], "min_value": value, "max_value": value}, dtypes)


def _set(given: Given, dtypes: Dtypes, within: bool) -> Own | None:
    column, values = given["column"], given["value_set"]
    fits: dict[Dtype, Callable[[Any], bool]] = {
        "string": lambda value: isinstance(value, str),
        "number": _number,
        "boolean": lambda value: isinstance(value, bool),
    }
    fit = fits.get(dtypes[column])
    if fit is None or not isinstance(values, list) or not values or not all(fit(value) for value in values):
        return None
    among = f"{name(column)} IN ({', '.join(literal(value) for value in values)})"
    return _given(column, among if within else f"NOT {among}")


def _in_set(given: Given, dtypes: Dtypes) -> Own | None:
    return _set(given, dtypes, True)


def _not_in_set(given: Given, dtypes: Dtypes) -> Own | None:
    return _set(given, dtypes, False)


def _matched(given: Given, dtypes: Dtypes, found: bool) -> Own | None:
    column, pattern = given["column"], given["regex"]
    if dtypes[column] != "string" or not isinstance(pattern, str):
        return None
    met = f"regexp_matches({name(column)}, {literal(searched(pattern))})"
    return _given(column, met if found else f"NOT {met}")


def _match(given: Given, dtypes: Dtypes) -> Own | None:
    return _matched(given, dtypes, True)


def _no_match(given: Given, dtypes: Dtypes) -> Own | None:
    return _matched(given, dtypes, False)


def _unique(given: Given, dtypes: Dtypes) -> Own | None:
    column = given["column"]
    return Own(f"{name(column)} IS NOT NULL", "FALSE", (column,), unique=True)


def _unique_together(given: Given, dtypes: Dtypes) -> Own | None:
    columns = tuple(given["column_list"])
    joined = {"all_values_are_missing": " OR ", "any_value_is_missing": " AND "}
    how = given.get("ignore_row_if", "all_values_are_missing")
    if how != "never" and how not in joined:
        return None
    considered = "TRUE" if how == "never" else joined[how].join(f"{name(c)} IS NOT NULL" for c in columns)
    return Own(f"({considered})", "FALSE", columns, unique=True)


def _pair(given: Given, dtypes: Dtypes, sign: str) -> Own | None:
    a, b = given["column_A"], given["column_B"]
    joined = {"both_values_are_missing": " OR ", "either_value_is_missing": " AND "}
    how = given.get("ignore_row_if", "both_values_are_missing")
    dtype = dtypes[a]
    if dtype != dtypes[b] or dtype not in ("number", "date") or (how != "neither" and how not in joined):
        return None
    considered = "TRUE" if how == "neither" else f"({joined[how].join(f'{name(c)} IS NOT NULL' for c in (a, b))})"
    # A comparison with a missing value is false.
    missed = f"{considered} AND NOT COALESCE({name(a)} {sign} {name(b)}, FALSE)"
    return Own(considered, missed, (a, b))


def _larger(given: Given, dtypes: Dtypes) -> Own | None:
    return _pair(given, dtypes, ">=" if given.get("or_equal") else ">")


def _equal(given: Given, dtypes: Dtypes) -> Own | None:
    return _pair(given, dtypes, "=")


def _number(value: Any) -> bool:
    exact = isinstance(value, int | float) and not isinstance(value, bool)
    return exact and math.isfinite(value) and (isinstance(value, float) or abs(value) <= MOST_EXACT)


_BOUNDS = ("column", "min_value", "max_value", "strict_min", "strict_max")
_PAIR = ("column_A", "column_B", "ignore_row_if")
FORMS: Mapping[str, tuple[Callable[[Given, Dtypes], Own | None], tuple[str, ...]]] = {
    "expect_column_values_to_not_be_null": (_not_null, ("column",)),
    "expect_column_values_to_be_null": (_null, ("column",)),
    "expect_column_values_to_be_between": (_between, _BOUNDS),
    "expect_column_value_lengths_to_be_between": (_lengths, _BOUNDS),
    "expect_column_value_lengths_to_equal": (_length, ("column", "value")),
    "expect_column_values_to_be_in_set": (_in_set, ("column", "value_set")),
    "expect_column_values_to_not_be_in_set": (_not_in_set, ("column", "value_set")),
    "expect_column_values_to_match_regex": (_match, ("column", "regex")),
    "expect_column_values_to_not_match_regex": (_no_match, ("column", "regex")),
    "expect_column_values_to_be_unique": (_unique, ("column",)),
    "expect_compound_columns_to_be_unique": (_unique_together, ("column_list", "ignore_row_if")),
    "expect_column_pair_values_a_to_be_greater_than_b": (_larger, (*_PAIR, "or_equal")),
    "expect_column_pair_values_to_be_equal": (_equal, _PAIR),
}
"""Expectations that SQL can state, and the arguments it knows, beside `mostly`."""
