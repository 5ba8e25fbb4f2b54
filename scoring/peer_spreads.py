"""Quantiles of the peers of each application, as plans need them."""

import numpy as np
import pandas as pd

from explanations.places import Spread
from features.peer_quantiles import PreparedPeers


def spreads(table: pd.DataFrame, peers: PreparedPeers) -> list[dict[str, Spread]]:
    """Quantiles by feature for each row of `table` (as_of, stage, industry), of the peers that reasons compare with.

    A feature without peers is left out.
    """
    found = np.stack([peers.values(table, level).values for level in Spread._fields], axis=-1)
    return [
        {name: Spread(*levels) for name, levels in zip(peers.names, row, strict=True) if levels[0] == levels[0]}
        for row in found.tolist()
    ]
