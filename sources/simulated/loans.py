"""Simulated applications, guarantees, outcomes and adverse records."""

import numpy as np
import pandas as pd

from sources.simulated.book import Book
from sources.simulated.draws import Array, choice, coded, day_number, days, exp, logistic, numbered, stream
from sources.simulated.faults import late, with_gaps
from sources.simulated.firm import enterprise_ids
from sources.simulated.world import EXTRACTED_ON, PROVINCES

PRODUCTS = ("innovation_points_loan", "rd_loan", "ip_pledge_loan", "working_capital_loan")
PRODUCT_SHARES = ((0.55, 0.10, 0.10, 0.25), (0.20, 0.20, 0.20, 0.40), (0.08, 0.20, 0.12, 0.60))
"""Shares of the products by stage (assumption of this project)."""
PURPOSES = ("working_capital", "research_and_development", "equipment", "new_orders")
PURPOSE_SHARES = ((0.4, 0.3, 0.2, 0.1), (0.0, 1.0, 0.0, 0.0), (0.4, 0.4, 0.1, 0.1), (0.6, 0.0, 0.0, 0.4))
"""Shares of the purposes by product (assumption of this project)."""
PLEDGED, PLEDGES = "ip_pledge_loan", ("intellectual_property",)
"""Product whose collateral is a right of the applicant."""
TERMS = {12: 0.55, 24: 0.25, 36: 0.20}
"""Shares of the terms applied for [months] (assumption of this project)."""
RELATED = 0.002
"""Share of applications by a related party of the bank (assumption of this project)."""

GUARANTORS = {
    "government_agency": 0.28,
    "guarantee_fund": 0.17,
    "guarantee_company": 0.20,
    "owner": 0.27,
    "enterprise": 0.05,
    "insurance": 0.03,
}
PUBLIC = 2
"""The first two kinds of guarantor are public."""

DISHONEST = 0.25
"""Share of open enforcements whose debtor is listed as a dishonest person subject to enforcement (assumption)."""

OTHER_RECORDS = {"penalty": 0.012, "serious_breach": 0.001}
"""Chance of each record in the years before an application that says nothing of default (assumption)."""


def application_ids(book: Book) -> pd.Series:
    """Identifiers of the applications, in order of the day."""
    return numbered("A", np.arange(len(book.day)))


def applications(book: Book) -> pd.DataFrame:
    """Table `applications`."""
    rng = stream(book.seed, "table applications")
    size = len(book.day)
    product = np.select(
        [book.drivers.stage == s for s in range(3)], [choice(rng, shares, size) for shares in PRODUCT_SHARES]
    )
    home = book.province[book.enterprise]
    branch = np.where(rng.random(size) < 0.94, home, choice(rng, list(PROVINCES.values()), size))
    kind, covered = _guarantees(book)
    own = stream(book.seed, "table terms")
    terms = np.array(list(TERMS), dtype=np.float64)[choice(own, list(TERMS.values()), size)]
    return pd.DataFrame(
        {
            "application_id": application_ids(book),
            "enterprise_id": enterprise_ids(book.enterprise),
            "as_of": days(book.day),
            "product": coded(product, PRODUCTS),
            "purpose": _purposes(book, product),
            "collateral": coded(np.where(product == PRODUCTS.index(PLEDGED), 0, -1), PLEDGES),
            "amount": (book.exposure * (1 + 0.35 * rng.random(size) ** 2)).round(-4),
            "exposure": book.exposure,
            "term_months": terms,
            "related_party": pd.array(own.random(size) < RELATED, dtype="boolean"),
            "accepted": pd.array(book.accepted, dtype="boolean"),
            "revolving": pd.array(rng.random(size) < 0.25, dtype="boolean"),
            "lender": "branch " + coded(branch, list(PROVINCES)),
            "lender_province": coded(branch, list(PROVINCES)),
            "guaranteed": np.where((kind >= 0) & (kind < PUBLIC), covered, 0.0),
        }
    )


def _purposes(book: Book, product: Array) -> pd.Series:
    rng = stream(book.seed, "table purposes")
    drawn = [choice(rng, shares, len(product)) for shares in PURPOSE_SHARES]
    return coded(np.select([product == p for p in range(len(PRODUCTS))], drawn), PURPOSES)


def _guarantees(book: Book) -> tuple[Array, Array]:
    """Kind of guarantor (-1 for none) and amount covered [CNY] of each application."""
    rng = stream(book.seed, "table guarantees")
    size = len(book.day)
    kind = np.where(rng.random(size) < 0.45, choice(rng, list(GUARANTORS.values()), size), -1)
    return kind, (book.exposure * (0.3 + 0.6 * rng.random(size))).round(-4)


def guarantees(book: Book) -> pd.DataFrame:
    """Table `guarantees`, known on the day of decision."""
    kind, covered = _guarantees(book)
    has = kind >= 0
    return pd.DataFrame(
        {
            "application_id": application_ids(book)[has].reset_index(drop=True),
            "guarantor_kind": coded(kind[has], list(GUARANTORS)),
            "covered": covered[has],
            "known_on": days(book.day[has]),
        }
    )


def outcomes(book: Book) -> pd.DataFrame:
    """Table `outcomes`: 12 months, of granted loans only."""
    granted = book.accepted
    default = book.default_day[granted]
    as_of = days(book.day[granted])
    closes = as_of + pd.DateOffset(months=12)
    defaulted_on = days(default)
    defaulted_on = defaulted_on.where(~(defaulted_on > closes), closes)
    return pd.DataFrame(
        {
            "application_id": application_ids(book)[granted].reset_index(drop=True),
            "window_months": 12.0,
            "window_ends_on": closes,
            "defaulted": pd.array(np.isfinite(default), dtype="boolean"),
            "defaulted_on": defaulted_on,
            "known_on": defaulted_on.fillna(closes),
            "weight": 1.0,
        }
    )


def conduct(book: Book) -> pd.DataFrame:
    """Table `conduct`: overdue debts before applications, what follows a default, and other records."""
    rng = stream(book.seed, "table conduct")
    row, year = np.nonzero(np.isfinite(book.histories.overdue_day))
    begun = book.histories.overdue_day[row, year].astype(np.float64)
    # Settled, and reported settled: debts still overdue on the day of an application are drawn apart (adverse.py).
    late_days = np.floor(5 + rng.gamma(1.2, 25.0, len(row))).clip(5, 89)
    amount = 2e5 * exp(0.9 * rng.standard_normal(len(row)) + 0.5 * book.states.size[row])
    settled = _records(rng, row, "overdue", begun, begun + late_days, amount, late_days)
    known = settled["known_on"].where(settled["known_on"] >= days(begun + late_days), days(begun + late_days))
    frames = [settled.assign(known_on=known), *_after_default(book, rng)]
    for kind, rate in OTHER_RECORDS.items():
        place = book.enterprise
        hit = rng.random(len(place)) < 2 * rate * logistic(-0.8 * book.states.quality[place])
        row = place[hit]
        begun = np.floor(np.maximum(book.day[hit] - 900 + 1200 * rng.random(len(row)), book.states.founded[row]))
        fine = 5e4 * exp(rng.standard_normal(len(row)))
        frames.append(_records(rng, row, kind, begun, begun + 30 + rng.integers(0, 500, len(row)), fine, None))
    frames += [_still_open(book, rng, kind) for kind in book.open_records]
    frames.append(_dishonest(book))
    frame = pd.concat(frames, ignore_index=True)
    frame = frame[frame["known_on"] <= pd.Timestamp(EXTRACTED_ON)].reset_index(drop=True)
    frame.insert(1, "record_id", numbered("C", np.arange(len(frame))))
    return with_gaps(frame, rng, ("amount",), 0.05)


def _still_open(book: Book, rng: np.random.Generator, kind: str) -> pd.DataFrame:
    """Records open on the day of an application, of which the hazard knows."""
    spell = book.open_records[kind]
    row = book.enterprise[spell.application]
    amount = book.exposure[spell.application] * exp(-2.0 + 0.8 * rng.standard_normal(len(row)))
    overdue = spell.ended - spell.begun if kind == "overdue" else None
    found = _records(rng, row, kind, spell.begun, spell.ended, amount, overdue)
    return found.assign(known_on=days(spell.known))


def _dishonest(book: Book) -> pd.DataFrame:
    """Entries on the list of dishonest persons that follow some of the enforcements open on the day."""
    rng = stream(book.seed, "table dishonest")
    spell = book.open_records["enforcement"]
    listed = rng.random(len(spell.application)) < DISHONEST
    row, day = book.enterprise[spell.application[listed]], book.day[spell.application[listed]]
    begun = np.floor((spell.begun[listed] + day) / 2)
    found = _records(rng, row, "dishonest_debtor", begun, spell.ended[listed], np.full(len(row), np.nan), None)
    return found.assign(known_on=days(np.maximum(begun, np.minimum(begun + 7, day))))


def _after_default(book: Book, rng: np.random.Generator) -> list[pd.DataFrame]:
    """Overdue debts of defaulted loans, more than 90 days, and enforcement of half of them a few months later."""
    failed = np.isfinite(book.default_day)
    row, default = book.enterprise[failed], book.default_day[failed]
    begun = np.maximum(default - 91, book.day[failed] + 1)
    never = np.full(len(row), np.nan)
    overdue = _records(
        rng, row, "overdue", begun, never, book.exposure[failed], 91 + np.floor(200 * rng.random(len(row)))
    )
    sued = rng.random(len(row)) < 0.5
    start = default[sued] + 60 + rng.integers(0, 200, sued.sum())
    return [overdue, _records(rng, row[sued], "enforcement", start, never[sued], book.exposure[failed][sued], None)]


def _records(
    rng: np.random.Generator, row: Array, kind: str, begun: Array, ended: Array, amount: Array, overdue: Array | None
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "enterprise_id": enterprise_ids(row),
            "kind": pd.Series([kind], dtype="str").take(np.zeros(len(row), dtype=int)).reset_index(drop=True),
            "happened_on": days(begun),
            "resolved_on": days(np.where(ended <= day_number(EXTRACTED_ON), ended, np.nan)),
            "amount": amount.round(-3),
            "days_past_due": np.full(len(row), np.nan) if overdue is None else overdue,
            "known_on": days(begun + late(rng, len(row), 26, 0.2, 3)),
        }
    )
