"""The rules of a table looked at without Great Expectations: for a few rows, of which the answer is wanted at once.

Each kind of rule is the comparison that its expectation makes (`schemas.expectations`), missing values aside; a test
holds both to the same rows.
"""

from collections.abc import Mapping

import pandas as pd

from schemas.credit_code import is_valid
from schemas.declarations import Table
from schemas.rules import Rule, parent_day, rules


def broken(
    frame: pd.DataFrame, table: Table, parents: Mapping[str, pd.DataFrame], extracted_on: pd.Timestamp
) -> dict[str, list[int]]:
    """Labels of the rows that break each rule of `table`, by its name; none of a rule that all rows meet.

    `frame` has the helper columns of `with_helpers`; `parents` are the fit rows of the tables that
    it points to.
    """
    found = {}
    for rule in rules(table):
        unmet = _unmet(rule, frame, parents, extracted_on)
        found[rule.name] = [int(at) for at in frame.index[unmet.to_numpy(dtype=bool, na_value=False)]]
    return found


def _unmet(
    rule: Rule, frame: pd.DataFrame, parents: Mapping[str, pd.DataFrame], extracted_on: pd.Timestamp
) -> pd.Series:
    column = frame[rule.columns[0]]
    given = column.notna()
    match rule.kind:
        case "required":
            return ~given
        case "range":
            return given & _out_of_range(column, *rule.bounds)
        case "days":
            first, last = rule.bounds
            return given & _out_of_days(column, first, str(extracted_on.date()) if last == "extracted_on" else last)
        case "values":
            return given & ~column.isin(list(rule.bounds))
        case "pattern":
            return given & ~column.astype(str).str.contains(f"^(?:{rule.bounds[0]})$").astype("boolean").fillna(False)
        case "check_digit":
            return given & ~is_valid(column).astype("boolean").fillna(False)
        case "unique":
            key = frame[list(rule.columns)]
            return key.notna().any(axis=1) & key.duplicated(keep=False)
        case "parent":
            (parent,) = rule.bounds
            known = parents[parent][column.name] if parent in parents else pd.Series(dtype="str")
            return given & ~column.isin(known)
        case "order":
            earlier, later = rule.columns
            return _less(frame[later], frame[earlier])
        case "part":
            part, whole = rule.columns
            return _less(frame[whole], frame[part])
        case "follows":
            parent, earlier, strictly = rule.bounds
            return _less(column, frame[parent_day(parent, earlier)], or_equal=strictly)
        case "condition":
            return ~frame[rule.name]


def _out_of_range(column: pd.Series, low: float | None, high: float | None, positive: bool) -> pd.Series:
    found = pd.Series(False, index=column.index, dtype="boolean")
    if low is not None:
        found |= (column <= low if positive else column < low).astype("boolean")
    if high is not None:
        found |= (column > high).astype("boolean")
    return found.fillna(False)


def _out_of_days(column: pd.Series, first: str | None, last: str | None) -> pd.Series:
    found = pd.Series(False, index=column.index)
    if first is not None:
        found |= column < pd.Timestamp(first)
    if last is not None:
        found |= column > pd.Timestamp(last)
    return found


def _less(larger: pd.Series, smaller: pd.Series, or_equal: bool = False) -> pd.Series:
    """Where both are given, whether the first is less than the second; `or_equal` also where they are equal."""
    found = larger <= smaller if or_equal else larger < smaller
    return larger.notna() & smaller.notna() & found.astype("boolean").fillna(False)


def with_helpers(frame: pd.DataFrame, table: Table, parents: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """`frame` with what the rules compare beside its own columns: days of the parent row, and conditions as booleans.

    A parent's day is missing where the parent has no fit row; the rule on parents rejects that row.
    """
    columns: dict[str, pd.Series] = {}
    keys = {parent: column for column, parent in table.parents.items()}
    for _, parent, earlier, _ in table.follows:
        days = (
            parents[parent].set_index(keys[parent])[earlier]
            if parent in parents
            else pd.Series(dtype="datetime64[us]", index=pd.Index([], dtype="str"))
        )
        found = days.reindex(frame[keys[parent]]).astype("datetime64[us]")
        columns[parent_day(parent, earlier)] = found.set_axis(frame.index)
    for condition in table.conditions:
        columns[condition.name] = condition.met(frame).astype("bool")
    return frame.assign(**columns)
