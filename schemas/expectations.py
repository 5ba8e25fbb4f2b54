"""The Great Expectations suite of a table, derived from its rules."""

import pandas as pd
from great_expectations import ExpectationSuite
from great_expectations import expectations as gxe

from schemas.custom import ExpectCheckDigit, ExpectDayBetween, ExpectInParent
from schemas.declarations import Level, Table
from schemas.rules import Rule, parent_day, rules

SEVERITY: dict[Level, str] = {"reject": "critical", "warn": "warning"}
"""Severity in the words of Great Expectations: a row that misses a critical expectation is rejected."""


def suite(table: Table, extracted_on: pd.Timestamp) -> ExpectationSuite:
    """Fresh suite of all rules of `table`; an expectation belongs to one suite only."""
    return ExpectationSuite(name=table.name, expectations=[_expectation(r, extracted_on) for r in rules(table)])


def _expectation(rule: Rule, extracted_on: pd.Timestamp) -> gxe.Expectation:
    about: dict[str, object] = {
        "meta": {"rule": rule.name, "level": rule.level, "zh": rule.meaning.zh},
        "description": rule.meaning.en,
        "severity": SEVERITY[rule.level],
    }
    column = rule.columns[0]
    match rule.kind:
        case "required":
            return gxe.ExpectColumnValuesToNotBeNull(column=column, **about)
        case "range":
            low, high, positive = rule.bounds
            return gxe.ExpectColumnValuesToBeBetween(
                column=column, min_value=low, max_value=high, strict_min=positive, **about
            )
        case "days":
            first, last = rule.bounds
            day = str(extracted_on.date()) if last == "extracted_on" else last
            return ExpectDayBetween(column=column, first=first, last=day, **about)
        case "values":
            return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=list(rule.bounds), **about)
        case "pattern":
            return gxe.ExpectColumnValuesToMatchRegex(column=column, regex=f"^(?:{rule.bounds[0]})$", **about)
        case "check_digit":
            return ExpectCheckDigit(column=column, **about)
        case "unique" if len(rule.columns) == 1:
            return gxe.ExpectColumnValuesToBeUnique(column=column, **about)
        case "unique":
            return gxe.ExpectCompoundColumnsToBeUnique(column_list=list(rule.columns), **about)
        case "parent":
            return ExpectInParent(column=column, parent=rule.bounds[0], parent_column=column, **about)
        case "order":
            earlier, later = rule.columns
            return _at_least(later, earlier, about)
        case "part":
            part, whole = rule.columns
            return _at_least(whole, part, about)
        case "follows":
            parent, earlier, strictly = rule.bounds
            return _at_least(column, parent_day(parent, earlier), about, or_equal=not strictly)
        case "condition":
            return gxe.ExpectColumnValuesToBeInSet(column=rule.name, value_set=[True], **about)


def _at_least(larger: str, smaller: str, about: dict[str, object], or_equal: bool = True) -> gxe.Expectation:
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=larger, column_B=smaller, or_equal=or_equal, ignore_row_if="either_value_is_missing", **about
    )
