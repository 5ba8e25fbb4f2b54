"""A portfolio whose truth is known: canonical tables, and beside them the true PDs and drivers that no table shows."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from policy.digits import rounded_columns
from policy.errors import MendableError
from schemas.conform import conform
from schemas.tables import TABLES
from sources.simulated.book import Book, book
from sources.simulated.draws import coded
from sources.simulated.faults import with_typos
from sources.simulated.financing import borrowings, equity_pledges, equity_rounds
from sources.simulated.firm import enterprises, headcount
from sources.simulated.innovation import patents
from sources.simulated.loans import application_ids, applications, conduct, guarantees, outcomes
from sources.simulated.results import qualifications, technology_contracts
from sources.simulated.statements import statements
from sources.simulated.world import EXTRACTED_ON, STAGES

MAKERS = (
    enterprises, statements, headcount, patents, technology_contracts, qualifications, equity_rounds, equity_pledges,
    borrowings, guarantees, conduct, applications, outcomes,
)  # fmt: skip
"""What makes each canonical table; a function is named after its table."""

DOMAIN = {
    "runway_months": "finance",
    "core_team_turnover": "talent",
    "months_since_round": "financing",
    "vc_share": "financing",
    "postgraduate_share": "talent",
    "rd_intensity": "rd",
    "rd_staff_share": "talent",
    "enterprise_age": "firm",
    "contract_turnover_share": "results",
    "buyer_concentration": "results",
    "hitech_revenue_share": "results",
    "receivable_days": "finance",
    "rd_growth": "rd",
    "leverage": "finance",
    "current_ratio": "finance",
    "line_utilisation": "financing",
    "rights_age": "patents",
    "valid_invention_count": "patents",
    "overdue_count_3y": "conduct",
    "open_overdue_count": "conduct",
    "open_enforcement_count": "conduct",
    "is_abnormal": "conduct",
    "industry_division": "firm",
    "province": "firm",
}
"""Domain of the catalogue each true driver belongs to."""


@dataclass(frozen=True)
class SimulatedParams:
    """Size and seed of the portfolio; `rho` is the asset correlation of the common year effect.

    `stage_contrast` is how much the drivers of default differ by stage: 0 not at all, 1 wholly (contrast_weights).
    """

    applications: int
    seed: int
    rho: float
    stage_contrast: float = 0.5


class Portfolio(NamedTuple):
    """Canonical tables, and the truth about them, one row per application.

    `truth`: application_id, stage_true, pd_true (given everything: frailty and the year effects of its own window),
    pd_in_year (frailty integrated out, year effects of its window known), pd_attainable (frailty and year effects
    integrated out: the best that the tables allow), linear_visible (logit of the mean monthly hazard without frailty
    and year effects), frailty. A driver that an enterprise does not deliver counts by what the others tell of it; the
    rest of it is frailty. `contributions`: application_id and the part of each driver in linear_visible,
    interactions half each. `drivers`: stage, driver, domain, share of the variance of linear_visible in the stage.
    """

    tables: dict[str, pd.DataFrame]
    truth: pd.DataFrame
    contributions: pd.DataFrame
    drivers: pd.DataFrame


def simulate(params: SimulatedParams) -> Portfolio:
    """The portfolio of these parameters; the same parameters always give the same portfolio.

    Raises
    ------
    MendableError
        When the number of applications is not positive, rho is not in [0, 1), or stage_contrast not in [0, 1].
    """
    if params.applications < 1:
        message = f"simulated portfolio: wanted at least 1 application; got {params.applications}"
        raise MendableError(message)
    if not 0 <= params.rho < 1:
        message = f"simulated portfolio: rho must be in [0, 1); got {params.rho}"
        raise MendableError(message)
    if not 0 <= params.stage_contrast <= 1:
        message = f"simulated portfolio: stage_contrast must be in [0, 1]; got {params.stage_contrast}"
        raise MendableError(message)
    made = book(params.applications, params.seed, params.rho, params.stage_contrast)
    contributions = rounded_columns(_contributions(made))
    drivers = rounded_columns(_drivers(made, contributions))
    return Portfolio(_tables(made), rounded_columns(_truth(made)), contributions, drivers)


def tables(params: SimulatedParams) -> dict[str, pd.DataFrame]:
    """Canonical tables of the simulated portfolio (money in CNY), known by the end of 2026."""
    return simulate(params).tables


def _tables(made: Book) -> dict[str, pd.DataFrame]:
    raw = with_typos({maker.__name__: maker(made) for maker in MAKERS}, made.seed)
    conformed = {name: conform(raw.pop(name), table) for name, table in TABLES.items()}
    extracted = pd.Timestamp(EXTRACTED_ON)
    return {name: _known(frame, extracted) for name, frame in conformed.items()}


def _known(frame: pd.DataFrame, extracted: pd.Timestamp) -> pd.DataFrame:
    """Rows known by the day of extraction."""
    if "known_on" not in frame or not (frame["known_on"] > extracted).any():
        return frame
    return frame[frame["known_on"] <= extracted].reset_index(drop=True)


def _truth(made: Book) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "application_id": application_ids(made),
            "stage_true": coded(made.drivers.stage, STAGES),
            "pd_true": made.probabilities.true,
            "pd_in_year": made.probabilities.in_year,
            "pd_attainable": made.probabilities.attainable,
            "linear_visible": made.visible,
            "frailty": made.frailty,
        }
    )


def _contributions(made: Book) -> pd.DataFrame:
    """Part of each driver in the linear predictor of each application; an interaction is shared by its two drivers."""
    parts: dict[str, np.ndarray] = {}
    for term, values in made.terms.items():
        names = term.split("*")
        for name in names:
            parts[name] = parts.get(name, 0.0) + values / len(names)
    return pd.DataFrame({"application_id": application_ids(made), **parts})


def _drivers(made: Book, contributions: pd.DataFrame) -> pd.DataFrame:
    """Share of each driver in the variance of the predictor of each stage: covariance with the sum over variance."""
    found = []
    for number, stage in enumerate(STAGES):
        inside = contributions.drop(columns="application_id")[made.drivers.stage == number]
        apart = inside - inside.mean()
        total = apart.sum(axis=1)
        share = apart.mul(total, axis=0).sum() / (total**2).sum()
        share = share[inside.abs().max() > 0].sort_values(ascending=False)
        found.append(pd.DataFrame({"stage": stage, "driver": share.index, "share": share.to_numpy()}))
    listed = pd.concat(found, ignore_index=True)
    listed.insert(2, "domain", listed["driver"].map(DOMAIN))
    return listed
