"""The feature table of canonical tables: as-of quantities, stage and size class, features; a range at a time.

Ranks among peers need a second pass: `peer_grids` over the whole table, then `with_peer_ranks` range by range.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from features.as_of import quantities_of, range_size
from features.blanking import blankable, drawn, without
from features.catalogue import CATALOGUE, compute
from features.clustering import FEW, clustered
from features.declarations import IDENTITY
from features.engine import Engine, Relations, engine
from features.gap_rows import checked_relations, gaps_of
from features.gaps import with_gaps
from features.queries import QUERIES
from features.ranges import Range, ahead, ranges
from features.rule_quantities import rule_quantities
from features.segments.size_class import assigned_size_class
from features.segments.stage import assigned_stage
from features.states import not_applicable
from policy.folders import temporary
from policy.loader import figure
from schemas.gaps import EVERYBODY


@dataclass(frozen=True)
class FeatureParams:
    """How features are made: policy schemes, day of the policy, memory of the engine."""

    stage_scheme: str
    size_scheme: str
    policy_on: str
    memory: str


def with_stage_and_size(known: pd.DataFrame, params: FeatureParams) -> pd.DataFrame:
    """As-of quantities with `stage`, `size_class` and the rules that assigned them."""
    day = date.fromisoformat(params.policy_on)
    stages = assigned_stage(known, figure("stage", params.stage_scheme).on(day))
    sizes = assigned_size_class(known, params.size_scheme, day)
    return pd.concat([known, stages, sizes], axis=1)


@dataclass(frozen=True)
class Source:
    """What features are made from: relations in an engine, the parameters, and the tables that models were fitted with.

    `relations` hold the fit tables, and under `features.gap_rows.GAPS` the rejected rows. Rejected rows make their
    tables unknown for their enterprises, and so does a table of EVERYBODY without a row of the applicant. `taught`
    names the tables that the models were fitted with: one that is not there is a gap of every application, and of a
    table that is none of them no row is owed. None where models are yet to be fitted: they will be taught with all that
    is there.
    """

    base: Engine
    relations: Relations
    params: FeatureParams
    taught: Collection[str] | None = None

    def known(self, within: Range) -> tuple[pd.DataFrame, pd.DataFrame]:
        """As-of quantities of the applications of a range, and the gap rows that may be theirs; by SQL alone."""
        return (
            quantities_of(self.base, self.relations, within, QUERIES),
            gaps_of(self.base, self.relations, within),
        )

    def ruled(self, known: pd.DataFrame, gaps: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The quantities with data gaps, stage and size class, and what rules compare."""
        absent = sorted(name for name in self.taught or () if name not in self.relations)
        owed = [name for name in EVERYBODY if self.taught is None or name in self.taught]
        gapped = with_gaps(known, gaps, absent, owed)
        return with_stage_and_size(gapped, self.params), rule_quantities(known, gapped)

    def table(self, one: Range) -> pd.DataFrame:
        """The feature table of a range: identity, the catalogue's features, rule quantities.

        Ranks among peers are missing until `with_peer_ranks` fills them.
        """
        return self._joined(self.known(one))

    def tables(self, wanted: Iterable[Range]) -> Iterator[pd.DataFrame]:
        """The feature table of each range in order, as `table`.

        The SQL of the next range runs in a thread while the caller works on this one, so the engine must not be used
        between; and in one alone, since a range has few row groups for more to share, and the caller needs the others.
        """
        self.base.use(1)
        return map(self._joined, ahead(self.known, wanted))

    def _joined(self, known: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
        return joined(*self.ruled(*known))


def joined(staged: pd.DataFrame, ruled: pd.DataFrame) -> pd.DataFrame:
    """The feature table of as-of quantities with stage and size class, and of rule quantities."""
    return pd.concat([staged[list(IDENTITY)], compute(staged), ruled], axis=1)


def known_and_ruled(
    folder: Path, params: FeatureParams, taught: Collection[str] | None = None
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """As-of quantities of `folder` with data gaps, stage and size class, and what rules compare; a range at a time.

    `taught` is that of `Source`.

    Raises
    ------
    MendableError
        When the tables of the folder were not checked.
    """
    relations = checked_relations(folder)
    with temporary() as work, engine(params.memory, spill=work) as base:
        wanted = ranges(base, relations, range_size(QUERIES))
        if len(wanted) > FEW:
            relations = clustered(base, relations, work)
        source = Source(base, relations, params, taught)
        for known, gaps in ahead(source.known, wanted):
            yield source.ruled(known, gaps)


def known_of(folder: Path, params: FeatureParams, taught: Collection[str] | None = None) -> Iterator[pd.DataFrame]:
    """As-of quantities of `folder` with data gaps, stage and size class, a range at a time; see `known_and_ruled`."""
    for staged, _ in known_and_ruled(folder, params, taught):
        yield staged


def feature_tables(
    folder: Path, params: FeatureParams, taught: Collection[str] | None = None
) -> Iterator[pd.DataFrame]:
    """Feature tables of the applications of `folder`, a range at a time; see `Source.tables`."""
    for staged, ruled in known_and_ruled(folder, params, taught):
        yield joined(staged, ruled)


def taught_tables(
    folder: Path, params: FeatureParams, share: float, seed: int
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]]:
    """As `feature_tables`, each with the same rows once more, tables blanked at random: what models are fitted with.

    Identity columns of the blanked rows are those of the complete ones: a stage model is fitted on loans of its stage.
    Third come the features that do not apply to an application (see `features.states`).
    """
    for staged, ruled in known_and_ruled(folder, params):
        flags = drawn(staged["application_id"], blankable(), share, seed)
        identity, computed = staged[list(IDENTITY)], compute(staged)
        yield (
            pd.concat([identity, computed, ruled], axis=1),
            pd.concat([identity, compute(without(staged, flags))], axis=1),
            staged[["application_id"]].assign(not_applicable=not_applicable(staged, computed)),
        )


def missing_report(table: pd.DataFrame) -> dict[str, float]:
    """Share of missing values of each feature [fraction]."""
    names = [f.name for f in CATALOGUE]
    return {str(name): float(share) for name, share in table[names].isna().mean().items()}


def out_of_range(table: pd.DataFrame) -> dict[str, int]:
    """Applications with a value outside the catalogue's range, by feature [applications]; none for a feature within.

    A value out of range may be true; it is told, never changed.
    """
    counts = {}
    for feature in CATALOGUE:
        low = -np.inf if feature.low is None else feature.low
        high = np.inf if feature.high is None else feature.high
        values = table[feature.name].to_numpy("float64")
        # Bounds hold up to rounding in the last digits: shares are sums of fractions.
        slack = 1e-9 * max([1.0, *(abs(bound) for bound in (low, high) if np.isfinite(bound))])
        least, most = np.fmin.reduce(values, initial=np.nan), np.fmax.reduce(values, initial=np.nan)
        if least < low - slack or most > high + slack or np.isinf(least) or np.isinf(most):
            counts[feature.name] = int(((values < low - slack) | (values > high + slack) | np.isinf(values)).sum())
    return counts
