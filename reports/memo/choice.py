"""Which applications get a memo: every decision and stage in turn, nearest their limit first."""

import numpy as np
import pandas as pd

from policy.segments import STAGES

DECISIONS = ("approve", "refer", "decline")


def chosen(decided: pd.DataFrame, most: int) -> list[str]:
    """Identifiers of up to `most` applications, the same for the same input.

    The groups decision × stage are gone through in turn; within a group come those whose PD is nearest the limit it was
    compared with (distance of the log-odds), then the smaller identifier; those without PD or limit come last.
    """
    distance = (_logit(decided["pd"]) - _logit(decided["limit"])).abs()
    ordered = decided.assign(distance=distance).sort_values(["distance", "application_id"], na_position="last")
    queues = [
        ordered.loc[(ordered["decision"] == decision) & (ordered["stage"] == stage), "application_id"].tolist()
        for decision in DECISIONS
        for stage in STAGES
    ]
    deepest = max((len(queue) for queue in queues), default=0)
    in_turn = (queue[depth] for depth in range(min(deepest, most)) for queue in queues if depth < len(queue))
    return [application for _, application in zip(range(most), in_turn, strict=False)]


def _logit(probability: pd.Series) -> pd.Series:
    clipped = probability.clip(1e-9, 1 - 1e-9)
    return pd.Series(np.log(clipped / (1 - clipped)), index=probability.index)
