"""What is usual among the peers of each application, prepared once from `features.peer_quantiles`."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue import COMPUTED
from features.peer_quantiles import Places, PreparedPeers

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Centres:
    """Medians of the peers, of flags the shares that have it, missing for codes and where there are none.

    `values` has shape (features of `COMPUTED`, groups of peers and one without any); `known` says where the group has
    a median. `peers` tells which groups are those of an application.
    """

    values: Floats
    known: NDArray[np.bool_]
    peers: PreparedPeers

    def places(self, table: pd.DataFrame) -> Places:
        """Where the peers of each row of `table` stand, which has as_of, stage and industry."""
        return self.peers.places(table)


def centres(quantiles: pd.DataFrame) -> Centres:
    """The quantiles of `features.peer_quantiles.peer_quantiles`, prepared."""
    peers = PreparedPeers(quantiles, [f.name for f in COMPUTED])
    medians, means = (np.ascontiguousarray(peers.grid(name).T) for name in ("q50", "mean"))
    flags, codes = (np.array([f.unit == unit for f in COMPUTED])[:, None] for unit in ("flag", "code"))
    values = np.where(codes, np.nan, np.where(flags, means, medians))
    return Centres(values, ~np.isnan(medians), peers)
