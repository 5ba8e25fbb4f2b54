"""What the rules that hold, or cannot be answered, compared: the numbers of every condition, as table and as text."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from decisions.rules import UNKNOWN, Rule
from policy.conditions import state

COMPARED = ("at", "rule", "effect", "state", "quantity", "condition", "value", "bound")
"""Columns of `comparisons`: `at` is the label of the application."""

Texts = NDArray[np.object_]


class Condition(NamedTuple):
    """One word of one condition of a rule, and the applications it was listed for: those at the positions `rows`.

    `said` is «met» where the rule holds, «unknown» where the quantity it would need is missing. `value` has the text of
    the quantity of each of these applications.
    """

    rule: Rule
    said: str
    quantity: str
    word: str
    bound: str
    rows: NDArray[np.int64]
    value: Texts

    @property
    def fired(self) -> str:
        """Code of the rule, with `UNKNOWN` before it where it could not be answered."""
        return self.rule.code if self.said == "met" else UNKNOWN + self.rule.code

    @property
    def told(self) -> Texts:
        """Each comparison as text."""
        return np.asarray(f"{self.fired}: {self.quantity} " + self.value + f", {self.word} {self.bound}")


def conditions(quantities: pd.DataFrame, rules: Sequence[Rule], known: pd.DataFrame) -> tuple[Condition, ...]:
    """Every condition that was compared by a rule that holds or cannot be answered, in the order of the rules.

    `known` are the states of the rules. Of a rule that cannot be answered only what is missing is listed.
    """
    found = []
    for rule in rules:
        states = known[rule.code].to_numpy()
        held, open_ = np.flatnonzero(states == 1), np.flatnonzero(np.isnan(states))
        for name, when in rule.when.items():
            lacking = open_[np.isnan(state(quantities[name].iloc[open_], when))] if len(open_) else open_
            for said, rows in (("met", held), ("unknown", lacking)):
                if len(rows):
                    values = quantities[name].iloc[rows]
                    found += [
                        Condition(rule, said, name, word, _bound(bound), rows, _beside(values, bound))
                        for word, bound in when.items()
                    ]
    return tuple(found)


def _bound(bound: Any) -> str:
    return ", ".join(map(str, bound)) if isinstance(bound, list) else f"{bound:.12g}"


def _beside(values: pd.Series, bound: Any) -> Texts:
    """Text of each value beside the bound, made once for each that differs."""
    known = values.to_numpy()
    # By their bits: 0 and -0 are two texts.
    code, first = pd.factorize(known.view("int64")) if known.dtype == "float64" else pd.factorize(known)
    apart = first.view("float64") if known.dtype == "float64" else first
    texts = [beside(value, bound) for value in apart.tolist()]
    return np.array([*texts, beside(np.nan, bound)], dtype="object")[code]


def beside(value: Any, bound: Any) -> str:
    """A value in so many digits that it differs from the bound it was compared with, unless it is the bound.

    >>> beside(1.0000004, 1.0), beside(2.0, 1), beside(1.23456, 1.0), beside(float("nan"), 1.0)
    ('1.0000004', '2', '1.235', 'missing')
    """
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return "missing"
    digits = range(4, 18)
    return next((f"{value:.{d}g}" for d in digits if float(f"{value:.{d}g}") != bound), f"{value:.12g}")


def comparisons(listed: Sequence[Condition], index: pd.Index) -> pd.DataFrame:
    """Columns COMPARED, a row per condition and application; `index` has the labels of the applications."""
    if not listed:
        return pd.DataFrame(columns=list(COMPARED), dtype="object")
    count = [len(each.rows) for each in listed]
    labels = index.to_numpy().astype("object")
    facts = {
        "rule": [each.rule.code for each in listed],
        "effect": [each.rule.effect for each in listed],
        "state": [each.said for each in listed],
        "quantity": [each.quantity for each in listed],
        "condition": [each.word for each in listed],
        "bound": [each.bound for each in listed],
    }
    columns = {name: np.repeat(np.array(told, dtype="object"), count) for name, told in facts.items()}
    columns["at"] = labels[np.concatenate([each.rows for each in listed])]
    columns["value"] = np.concatenate([each.value for each in listed])
    return pd.DataFrame(columns, dtype="object")[list(COMPARED)]


def told(listed: Sequence[Condition], index: pd.Index) -> pd.DataFrame:
    """Columns `fired` (codes) and `compared` (with the numbers) of every application, as text; empty where none."""
    fired, compared = (np.full(len(index), "", dtype="object") for _ in range(2))
    codes: dict[str, list[NDArray[np.int64]]] = {}
    for each in listed:
        _add(compared, each.rows, each.told)
        codes.setdefault(each.fired, []).append(each.rows)
    for code, rows in codes.items():
        where = np.unique(np.concatenate(rows))
        _add(fired, where, np.full(len(where), code, dtype="object"))
    return pd.DataFrame({"fired": fired, "compared": compared}, index=index, dtype="str")


def _add(texts: Texts, rows: NDArray[np.int64], more: Texts) -> None:
    """Write `more` behind what stands at `rows` already, with a semicolon between."""
    some = texts[rows] != ""
    texts[rows[some]] += "; " + more[some]
    texts[rows[~some]] = more[~some]
