"""What is compiled or read once, before processes are forked: they share it, and none compiles for itself."""

import numpy as np

from explanations.ready import ready
from explanations.tellable import tellable
from explanations.told import room, tell
from features.peer_quantiles import Places
from scoring.bundle import Bundle


def warm(bundle: Bundle) -> None:
    """Make the models ready, and call the compiled functions of scores and reasons with one row that says nothing.

    LightGBM is not asked: its threads would keep this process from being forked (`scoring.forked`).
    """
    first = np.zeros(1, dtype="int64")
    for model in bundle.models.values():
        number, facts = len(model.features), tellable(model.features)
        ready(model.blend)(np.full((1, number), np.nan), digits=True)
        values = np.full((len(facts.names), 1), np.nan)
        tell(room(1), first, np.zeros((number, 1)), values, facts, bundle.centres, Places(first, first, first))
