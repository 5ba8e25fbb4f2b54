"""What moves when something assumed is another: grades of models fitted again, PDs by the model of another stage."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from models.back_tests.figures import why_not_ranked
from models.back_tests.limits import Fewest
from models.back_tests.records import Record
from models.fitting.audit import Violation
from models.validation.discrimination import auc

LEFT_OUT = "left_out"
"""Kind of a refit without a share of the enterprises; see pipelines/seeds.py."""


def grade_records(refits: Sequence[Mapping[str, Any]] | None) -> list[Record]:
    """Record `grades_moved` of total and every stage, from the refit that left the smallest share of enterprises out.

    Not computed where there is no such refit, or none that counted grades.
    """
    smaller = [refit for refit in refits or () if refit["kind"] == LEFT_OUT]
    if not smaller:
        return [Record("grades_moved", "total", "total", why="not_computed")]
    of = min(smaller, key=lambda refit: float(refit["value"]))["groups"]
    return [
        Record(
            "grades_moved",
            "total" if name == "total" else "stage",
            name,
            figures.get("grades_moved"),
            loans=figures["applications"],
            why=None if figures.get("grades_moved") is not None else "not_computed",
        )
        for name, figures in of.items()
    ]


def audit_records(violations: Mapping[str, Sequence[Violation]]) -> list[Record]:
    """Record `monotonicity` of every stage from the violations that the audit of its model found."""
    return [Record("monotonicity", "stage", stage, float(len(found))) for stage, found in violations.items()]


def by_other_stages(later: pd.DataFrame, pds: Mapping[str, pd.Series], fewest: Fewest) -> list[dict[str, Any]]:
    """PDs of the loans of each stage by the model of every stage: what a stage rule that is wrong would do.

    `later` has stage, pd, defaulted and weight, `pds` the PD of each loan by the model of a stage. One row per stage
    and model: loans, mean PD, default rate, AUC (missing with few defaults), median relative change of the PD.
    """
    rows = []
    for stage, loans in later.groupby("stage", sort=True, observed=True):
        absent = why_not_ranked(loans, fewest)
        for model, of in pds.items():
            pd_ = of.loc[loans.index]
            rows.append(
                {
                    "stage": str(stage),
                    "model": model,
                    "loans": len(loans),
                    "mean_pd": float(np.average(pd_, weights=loans["weight"])),
                    "default_rate": float(np.average(loans["defaulted"], weights=loans["weight"])),
                    "auc": None if absent else auc(loans["defaulted"], pd_, loans["weight"]).auc,
                    "change_median": float((pd_ / loans["pd"] - 1).abs().median()),
                }
            )
    return rows
