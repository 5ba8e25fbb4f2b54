"""What for and how much in all: product, purpose, amount, guarantees, collateral, what is owed here and elsewhere."""

import pandas as pd

from reports.memo.applicant import Line
from reports.memo.case import Case
from reports.memo.cutting import cut, listed
from reports.memo.gaps import rejected_tables
from reports.memo.known import Known
from reports.memo.money import Money
from reports.memo.owed import Owed
from reports.numbers import MISSING, percent
from reports.texts import both, coded, joined
from reports.view import Cell
from schemas.declarations import Text

MOST_GUARANTORS = 3


def asks(case: Case, money: Money) -> Text:
    """What is asked and what is owed in all with it, in one sentence."""
    asked = case.known.application
    amount = money.amount(_amount(case))
    if not case.frame.notes.loans:
        return both("memo.asks_proxy", amount=amount)
    told = both("memo.asks_amount", amount=amount)
    if asked.get("purpose"):
        told = both("memo.asks", amount=amount, purpose=_coded("loan_purpose", asked["purpose"]))
    if asked.get("product"):
        told = both("memo.asks_product", asks=told, product=_coded("product", asked["product"]))
    owed = case.known.owed
    total = None if owed is None else _in_all(case, owed)
    if total is None or "borrowings" in rejected_tables(case):
        return told
    return both("memo.asks_total", asks=told, total=money.amount(total))


def what(case: Case, money: Money) -> tuple[Line, ...]:
    """What for and how much in all: product, purpose, amount, guarantees, collateral, balances here and elsewhere."""
    asked = case.known.application
    lines: list[Line] = [
        (both("memo.product_purpose"), _product(case)),
        (both(case.frame.notes.amount), _asked(case, money)),
    ]
    if not case.frame.notes.loans:
        proxy = (both(case.frame.notes.exposure), money.amount(_exposure(case)))
        return (*lines, proxy, (both("memo.total"), both("memo.no_loans")))
    return (
        *lines,
        (both("memo.guarantee"), _guarantees(case, money)),
        (both("memo.collateral"), _coded("pledged", asked.get("collateral"))),
        *_balances(case, money),
        (both("memo.granted"), _granted(case, money)),
    )


def _product(case: Case) -> Text:
    asked = case.known.application
    if not asked.get("product") and not asked.get("purpose"):
        return both("memo.not_stated")
    product, purpose = _coded("product", asked.get("product")), _coded("loan_purpose", asked.get("purpose"))
    return both("memo.product_for", product=product, purpose=purpose)


def _asked(case: Case, money: Money) -> Text:
    asked = case.known.application
    amount, months = money.amount(_amount(case)), asked.get("term_months")
    if not case.frame.notes.loans:
        return amount
    told = both("memo.for_unknown", amount=amount)
    if months is not None:
        told = both("memo.for_months", amount=amount, months=f"{float(months):g}")
    if asked.get("revolving"):
        told = both("memo.revolving", amount=told)
    return both("memo.with_exposure", amount=told, exposure=money.amount(_exposure(case)))


def _amount(case: Case) -> float | None:
    value = case.known.application.get("amount", case.row.get("loan_amount"))
    return None if value is None or pd.isna(value) else float(value)


def _exposure(case: Case) -> float:
    return float(case.known.application.get("exposure", case.row["exposure"]))


def _guarantees(case: Case, money: Money) -> Cell:
    """Guarantors by kind with what they cover; the word unsecured only where no guarantor of any kind stands."""
    known, asked = case.known, case.known.application
    amount = _amount(case)
    public = asked.get("guaranteed")
    if known.guarantees is None and public is None:
        return both("memo.guarantee_not_known")
    if public is not None and (known.guarantees is None or (not known.guarantees and public > 0)):
        return both("memo.public_only", amount=money.amount(float(public)), share=_share(float(public), amount))
    if "guarantees" in rejected_tables(case):
        return both("memo.guarantee_rejected", known=_guarantors(known, amount, money) or both("memo.none"))
    found = _guarantors(known, amount, money)
    if found is not None:
        return found
    return both("memo.no_guarantor") if asked.get("collateral") else both("memo.unsecured")


def _guarantors(known: Known, amount: float | None, money: Money) -> Text | None:
    told = [
        both("memo.guarantor_unknown", kind=coded("guarantor", kind))
        if covered is None
        else both(
            "memo.guarantor",
            kind=coded("guarantor", kind),
            amount=money.amount(covered),
            share=_share(covered, amount),
        )
        for kind, covered in known.guarantees or ()
    ]
    return joined(listed(told, MOST_GUARANTORS), "; ", "；") if told else None


def _share(part: float, whole: float | None) -> str:
    return percent(part / whole, 0) if whole else MISSING


def _balances(case: Case, money: Money) -> tuple[Line, ...]:
    """What is owed here, elsewhere and in all, as far as the credit registry tells it."""
    owed = case.known.owed
    if owed is None:
        return ((both("memo.everywhere"), both("memo.registry_not_delivered")),)
    told = _owed(owed, owed.balance, owed.lenders, money)
    if "borrowings" in rejected_tables(case):
        return ((both("memo.everywhere"), both("memo.registry_rejected", known=told)),)
    total = (both("memo.total"), _total(case, owed, money))
    if owed.own is None:
        here = both("memo.not_known") if owed.tells_own else both("memo.here_in_all")
        return ((both("memo.here"), here), (both("memo.everywhere"), told), total)
    elsewhere = None if owed.balance is None else owed.balance - owed.own
    return (
        (both("memo.here"), money.amount(owed.own)),
        (both("memo.elsewhere"), _owed(owed, elsewhere, owed.others, money)),
        total,
    )


def _owed(owed: Owed, balance: float | None, lenders: int, money: Money) -> Text:
    if owed.reported_on is None:
        return both("memo.nothing_owed")
    day = str(owed.reported_on)
    if balance is None:
        return both("memo.balance_unknown", lenders=str(lenders), day=day)
    if lenders == 1:
        return both("memo.at_lender", amount=money.amount(balance), day=day)
    return both("memo.at_lenders", amount=money.amount(balance), lenders=str(lenders), day=day)


def _total(case: Case, owed: Owed, money: Money) -> Cell:
    total, pending = _in_all(case, owed), case.known.pending
    if total is None:
        return both("memo.not_known")
    if pending.applications:
        return both("memo.total_pending", amount=money.amount(total), pending=money.amount(pending.amount))
    return both("memo.total_sum", amount=money.amount(total))


def _in_all(case: Case, owed: Owed) -> float | None:
    """Balances of the registry, the amount asked, and other applications that the registry cannot hold yet."""
    asked = _amount(case)
    return None if owed.balance is None or asked is None else owed.balance + asked + case.known.pending.amount


def _granted(case: Case, money: Money) -> Text:
    """Earlier loans here, and whether the registry ever showed one of any lender."""
    loans, first = case.known.granted, case.row.get("is_first_loan")
    told = both("memo.none_granted")
    if loans:
        day, amount = loans[-1]
        told = both("memo.granted_loans", loans=str(len(loans)), day=str(day), amount=money.amount(amount))
    if first is None or pd.isna(first) or not first:
        return told
    return joined((told, both("memo.first_yes")), "; ", "；")


def _coded(family: str, value: object) -> Cell:
    """Words of a code, or the bank's own words."""
    if not value:
        return both("memo.not_stated")
    found = coded(family, str(value))
    return Text(cut(found.en), cut(found.zh))
