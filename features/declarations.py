"""The vocabulary of the catalogue: domains, a feature, a query of as-of quantities."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from schemas.declarations import Text

Domain = Literal["rd", "patents", "talent", "results", "points", "finance", "financing", "conduct", "firm"]

DOMAINS: dict[Domain, Text] = {
    "rd": Text("R&D", "研发投入"),
    "patents": Text("Patents", "知识产权"),
    "talent": Text("Talent", "科技人才"),
    "results": Text("Value of results", "成果价值"),
    "points": Text("Innovation points", "创新积分"),
    "finance": Text("Finance", "财务"),
    "financing": Text("Financing", "融资"),
    "conduct": Text("Conduct", "信用记录"),
    "firm": Text("Firm", "企业概况"),
}
"""Domains of the catalogue; explanations are summed by them."""


IDENTITY = (
    "application_id",
    "enterprise_id",
    "as_of",
    "stage",
    "stage_rule",
    "size_class",
    "size_rule",
    "province",
    "industry",
    "exposure",
)
"""Columns of the feature table that come before the features."""

RANK_SUFFIX = "_peer_rank"


@dataclass(frozen=True)
class Feature:
    """One line of the catalogue: the function that defines a feature, and all that is derived from it.

    `risk` says how the default risk moves when the feature rises, with its reason in `source`; None where no direction
    is documented, and then the model is not constrained. `actionable` means the enterprise can change it within a year.
    `low` and `high` are the inclusive bounds of plausible values, in `unit`. `peers` ranks it among peers as well: then
    the catalogue holds a second entry, `as_rank()`, whose values come from features/peers.py.
    """

    function: Callable[..., pd.Series]
    domain: Domain
    label: Text
    unit: str
    source: str
    risk: Literal["rises", "falls"] | None = None
    actionable: bool = False
    low: float | None = None
    high: float | None = None
    peers: bool = False
    rank: bool = False

    @property
    def name(self) -> str:
        """Column of the feature: the name of its function; of a rank, that name and `_peer_rank`."""
        return self.function.__name__ + (RANK_SUFFIX if self.rank else "")

    @property
    def inputs(self) -> tuple[str, ...]:
        """As-of quantities the function takes."""
        return tuple(inspect.signature(self.function).parameters)

    @property
    def definition(self) -> str:
        """First line of the function's docstring; of a rank, what is ranked."""
        if self.rank:
            return f"Rank of {self.function.__name__} among peers of stage and industry in the year before [fraction]."
        return (inspect.getdoc(self.function) or "").splitlines()[0]

    def as_rank(self) -> "Feature":
        """Entry of this feature's rank among peers: same direction of risk and inputs, a fraction in [0, 1]."""
        label = Text(f"{self.label.en}, rank among peers", f"{self.label.zh}（同业分位）")
        source = f"{self.source}; features/peers.py"
        return replace(self, label=label, unit="fraction", source=source, low=0, high=1, peers=False, rank=True)


@dataclass(frozen=True)
class Query:
    """One SQL file in features/sql: the tables it reads and the quantities it gives, one row an application.

    Where a table is missing, all its quantities are missing; `dates` names those that are days.
    """

    name: str
    tables: tuple[str, ...]
    columns: tuple[str, ...]
    dates: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
