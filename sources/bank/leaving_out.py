"""Rows that the mapping says are none: total lines, repeated headers, comments; left out by a stated rule, counted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sources.bank.maps import LeaveOut, TableMap
from sources.bank.part import BankDataError
from sources.bank.texts import texts


def left_out(frame: pd.DataFrame, rules: Sequence[LeaveOut]) -> pd.Series:
    """The first rule that each row of the bank meets, as its words; missing for rows that meet none.

    Rules for whole lines (the reader of text files applies them) and of columns that are not there are passed by.
    """
    met: pd.Series[Any] = pd.Series(np.nan, index=frame.index, dtype="str")
    for rule in rules:
        if rule.column is not None and rule.column in frame.columns:
            text = texts(frame[rule.column])[0].fillna("")
            met = met.mask(met.isna() & _meets(text, rule), str(rule))
    return met


def _meets(text: pd.Series, rule: LeaveOut) -> pd.Series:
    if rule.pattern is None:
        return text.isin(rule.texts)
    # Python's own expressions, in which \d and \w know all writing.
    pattern = re.compile(rule.pattern)
    different = {value for value in text.unique() if pattern.fullmatch(value)}
    return text.isin(different)


def require_columns_only(table: TableMap, where: str) -> None:
    """Nothing, when no rule is for whole lines, which only text files have.

    Raises
    ------
    BankDataError
        When one is.
    """
    if any(rule.column is None for rule in table.leave_out):
        message = f"{where}: leave_out, line is for text files; wanted a rule with column"
        raise BankDataError(message)
