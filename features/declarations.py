"""The vocabulary of the catalogue: domains, a feature, a query of as-of quantities."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, replace
from typing import Literal, NotRequired, TypedDict, Unpack

import numpy as np
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
    "data_gap",
)
"""Columns of the feature table that come before the features."""

RANK_SUFFIX = "_peer_rank"


Risk = Literal["rises", "falls"]


class Facts(TypedDict):
    """What the catalogue says of a feature beside its function: the keywords of `Feature`."""

    domain: Domain
    family: str
    label: Text
    unit: str
    source: str
    risk: NotRequired[Risk]
    expected: NotRequired[Risk]
    strength_from: NotRequired[float]
    weakness_until: NotRequired[float]
    actionable: NotRequired[bool]
    low: NotRequired[float]
    high: NotRequired[float]
    at_high: NotRequired[Text]
    peers: NotRequired[bool]


@dataclass(frozen=True)
class Definition:
    """A function of as-of quantities with its name, the quantities it takes and its definition in words.

    Where they are not given, they are those of the function: its name, its arguments, the first line of its docstring.
    """

    function: Callable[..., pd.Series]
    _: KW_ONLY
    name: str = ""
    inputs: tuple[str, ...] = ()
    definition: str = ""

    def __post_init__(self) -> None:
        """Read from the function what is not given."""
        told = (inspect.getdoc(self.function) or "").partition("\n")[0]
        object.__setattr__(self, "name", self.name or self.function.__name__)
        object.__setattr__(self, "inputs", self.inputs or tuple(inspect.signature(self.function).parameters))
        object.__setattr__(self, "definition", self.definition or told)

    def values(self, quantities: Mapping[str, pd.Series] | pd.DataFrame) -> pd.Series:
        """Its values (float64) from as-of quantities, one per row."""
        found = self.function(*(quantities[name] for name in self.inputs))
        return found if found.dtype == np.float64 else found.astype("float64")


def handed_on(quantity: pd.Series) -> pd.Series:
    """The quantity as it is: the function of a `Definition` that states its name, input and words itself."""
    return quantity


@dataclass(frozen=True, kw_only=True)
class Feature(Definition):
    """One line of the catalogue: the function that defines a feature, and all that is derived from it.

    `family` is the code of the features that say the same (features/families.py): a family gives one reason.
    `risk` says how the default risk moves when the feature rises, with its reason in `source`, or by what a lender
    expects of any enterprise (staff or revenue that shrinks is no strength); None where no direction is documented, and
    then the model is not constrained. `expected` is the direction that a lender expects where `risk` gives none: the
    model is free, and a reason against it is told apart. On the bad side of `strength_from` a value is no strength, and
    from `weakness_until` on in the good direction no weakness, whatever its peers have.
    `actionable` means the enterprise can change it within a year.
    `low` and `high` are the inclusive bounds of plausible values, in `unit`; `at_high` says in words what a value that
    stands at `high` means, where values are capped there. `peers` ranks it among peers as well: then the catalogue
    holds a second entry, `as_rank()`, whose values come from features/peers.py.
    """

    domain: Domain
    family: str
    label: Text
    unit: str
    source: str
    risk: Risk | None = None
    expected: Risk | None = None
    strength_from: float | None = None
    weakness_until: float | None = None
    actionable: bool = False
    low: float | None = None
    high: float | None = None
    at_high: Text | None = None
    peers: bool = False
    rank: bool = False

    @property
    def direction(self) -> Risk | None:
        """How a lender expects the default risk to move when the feature rises; the model is held to `risk` alone."""
        return self.risk or self.expected

    @classmethod
    def as_is(cls, quantity: str, *, name: str, definition: str, **facts: Unpack[Facts]) -> "Feature":
        """The feature `name` that hands on a quantity as it is; `definition` says what it is, with the unit."""
        return cls(handed_on, name=name, inputs=(quantity,), definition=definition, **facts)

    def as_rank(self) -> "Feature":
        """Entry of this feature's rank among peers: same direction of risk and inputs, a fraction in [0, 1]."""
        return replace(
            self,
            name=self.name + RANK_SUFFIX,
            definition=f"Rank of {self.name} among peers of stage and industry in the year before [fraction].",
            label=Text(f"{self.label.en}, rank among peers", f"{self.label.zh}（同业分位）"),
            unit="fraction",
            source=f"{self.source}; features/peers.py",
            strength_from=None,
            weakness_until=None,
            low=0,
            high=1,
            at_high=None,
            peers=False,
            rank=True,
        )


@dataclass(frozen=True)
class Query:
    """One SQL file in features/sql: the tables it reads and the quantities it gives, one row per application.

    Where a table is missing, all its quantities are missing; `dates` names those that are days.
    """

    name: str
    tables: tuple[str, ...]
    columns: tuple[str, ...]
    dates: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
