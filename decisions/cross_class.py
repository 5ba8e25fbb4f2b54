"""The same PD in every stage and size class: what each gets, and why, where no rule fires."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pandas as pd

from decisions.decide import decide
from decisions.procedure import Procedure
from policy.digits import rounded_number
from policy.segments import SIZE_CLASSES, STAGES

COLUMNS = ("pd", "grade", "stage", "size_class", "decision", "rule", "limit")


def cross_class(procedure: Procedure, day: date) -> pd.DataFrame:
    """Decision for a PD in the middle of every grade, by stage and size class, on `day`; columns COLUMNS.

    Rules are left out: the table compares what the lines and zones alone make of the same PD.
    """
    rows = [(pd_, stage, size) for pd_ in probes(procedure) for stage in STAGES for size in SIZE_CLASSES]
    asked = pd.DataFrame(rows, columns=["pd", "stage", "size_class"]).astype({"stage": "str", "size_class": "str"})
    plain = replace(procedure, rules=())
    found = decide(asked.assign(as_of=pd.Timestamp(day)), plain).rows
    return asked.join(found[["grade", "decision", "rule", "limit"]])[list(COLUMNS)]


def probes(procedure: Procedure) -> Sequence[float]:
    """One PD in each grade: the geometric middle of its bounds, half the first bound, twice the last (at most 1)."""
    bounds = [grade.below for grade in procedure.scale[:-1]]
    middles = [(low * high) ** 0.5 for low, high in pairwise(bounds)]
    return [rounded_number(pd_) for pd_ in (bounds[0] / 2, *middles, min(1.0, 2 * bounds[-1]))]
