"""Reasons for and against, each of one family: value, what the peers have, and what it does to the PD."""

from dataclasses import dataclass

import pandas as pd

from features.families import FAMILIES
from reports.memo.case import Case, Row
from reports.memo.effects import effect
from reports.memo.money import Money
from reports.memo.values import FEATURES, capped, value_of
from reports.numbers import percent
from reports.texts import both
from reports.view import Cell
from schemas.declarations import Text


@dataclass(frozen=True)
class Reason:
    """One reason: the family, the value that tells it beside the peers', and the PD without it and with it."""

    label: Text
    value: Text
    words: Text


def reasons(case: Case, side: str, money: Money) -> tuple[Reason, ...]:
    """Reasons of one side («for» or «against»), strongest first."""
    rows = sorted((r for r in case.reasons if r["side"] == side), key=lambda row: int(row["rank"]))
    return tuple(
        Reason(named(str(r["family"])), _said(r, money), effect(case.logit, float(r["contribution"]))) for r in rows
    )


def named(family: str) -> Text:
    """Label of a family, marked where its reason is not for the customer."""
    found = FAMILIES[family]
    return found.label if found.tellable else both("memo.bank_only", family=found.label)


def unexpected(case: Case, money: Money) -> tuple[Text, ...]:
    """What the model reads against the direction that a lender expects, to be checked."""
    return tuple(
        both(
            "memo.unexpected",
            family=FAMILIES[str(row["family"])].label,
            said=_said(row, money),
            effect=effect(case.logit, float(row["contribution"])),
        )
        for row in case.reasons
        if row["side"] == "unexpected"
    )


def rest(case: Case) -> Text:
    """What all that no reason names does to the PD, group effects included; unknown values stand apart."""
    total = sum(float(r["contribution"]) for r in case.reasons if r["side"] == "other")
    return both("memo.rest", effect=effect(case.logit, total))


def _said(row: Row, money: Money) -> Text:
    """The telling feature with its value; the median of the peers with its year, of a flag the share that has it."""
    feature, value = FEATURES[str(row["feature"])], float(row["value"])
    key = "memo.reason_words" if capped(feature, value) else "memo.reason_said"
    if feature.label == FAMILIES[feature.family].label:
        key = "memo.reason_value"
    said = both(key, feature=feature.label, value=value_of(feature, value, money))
    peers = row["peers"]
    if pd.isna(peers):
        return said
    beside: Cell = value_of(feature, float(peers), money)
    if feature.unit == "flag":
        beside = both("memo.peers_share", share=percent(float(peers), 0))
    return both("memo.beside_peers", said=said, peers=beside, year=str(int(row["peer_year"])))
