"""Features of the catalogue as known on the day of each application, from tables in memory."""

import warnings
from collections.abc import Mapping

import pandas as pd

from features.peers import PeerGrids, peer_grids, with_peer_ranks
from features.table import FeatureParams, feature_tables
from policy.errors import MendableError
from policy.folders import temporary
from schemas.check import validated
from schemas.checks import last_known
from schemas.conform import conform
from schemas.fit import fit, write_fit
from schemas.tables import TABLES

NEEDED = ("enterprises", "applications")


class AsOfFeatures:
    """Canonical tables in, one row of features per application out: nothing that became known after its day.

    `policy_on` [ISO day] is the day whose policy assigns stage and size class, by the schemes of policy/stage.yaml and
    policy/size_class.yaml; `extracted_on` the day of the extract, by default the last one on which anything in the
    tables was known; `memory` the cap of the SQL engine. `fit` learns what peers have, by which `transform` ranks.

    Rows that break a rule of their table are left out and said: `rejected_` holds them whole, by table, with every
    rule they broke, and a warning counts them.
    """

    def __init__(
        self,
        policy_on: str,
        *,
        stage_scheme: str = "default",
        size_scheme: str = "statistical_2017",
        extracted_on: str | None = None,
        memory: str = "1GB",
    ) -> None:
        self.policy_on = policy_on
        self.stage_scheme = stage_scheme
        self.size_scheme = size_scheme
        self.extracted_on = extracted_on
        self.memory = memory

    def fit(self, tables: Mapping[str, pd.DataFrame]) -> "AsOfFeatures":
        """Learn the grids of peers from these tables; see `transform` for what they are."""
        self.grids_ = peer_grids(self._features(tables))
        return self

    def transform(self, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """One row per application: identity, stage, size class, features; ranks among the peers that `fit` saw.

        `tables` are canonical tables by name (`techcredit dictionary` lists them); enterprises and applications are
        needed, and a table that is absent was not delivered.

        Raises
        ------
        MendableError
            When `fit` was not called, a table is unknown or needed and absent, or a column cannot be read.
        """
        if not hasattr(self, "grids_"):
            message = "wanted AsOfFeatures to be fitted before it transforms; call fit or fit_transform"
            raise MendableError(message)
        return with_peer_ranks(self._features(tables), PeerGrids(self.grids_))

    def fit_transform(self, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """`fit` and `transform` of the same tables; a rank knows only applications of earlier months."""
        table = self._features(tables)
        self.grids_ = peer_grids(table)
        return with_peer_ranks(table, PeerGrids(self.grids_))

    def _features(self, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """The feature table without ranks."""
        known = _conformed(tables)
        day = last_known(known) if self.extracted_on is None else pd.Timestamp(self.extracted_on)
        result = validated(known, day, direct=True)
        self.rejected_ = {name: rows for name, rows in result.rejects.items() if len(rows)}
        if self.rejected_:
            told = ", ".join(f"{len(rows)} of {name}" for name, rows in self.rejected_.items())
            warnings.warn(f"rows that break a rule of their table are left out (rejected_): {told}", stacklevel=3)
        params = FeatureParams(self.stage_scheme, self.size_scheme, self.policy_on, self.memory)
        with temporary() as folder:
            write_fit(fit(result, folder), folder)
            return pd.concat(feature_tables(folder, params), ignore_index=True)


def _conformed(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    unknown = [name for name in tables if name not in TABLES]
    if unknown:
        message = f"wanted tables among {', '.join(TABLES)}; got {unknown[0]!r:.80}"
        raise MendableError(message)
    absent = [name for name in NEEDED if name not in tables]
    if absent:
        message = f"wanted table {', '.join(absent)}; got {', '.join(tables) or 'none'}"
        raise MendableError(message)
    return {name: conform(tables[name], table) for name, table in TABLES.items() if name in tables}
