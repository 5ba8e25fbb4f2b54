"""The pooled boosters and the models of all stages in one call, without files: for refits beside the shipped one."""

from dataclasses import dataclass

import pandas as pd

from models.fitting.feature_set import shape, usable_features
from models.fitting.fit import Part, fit_stage, pooled_line
from models.fitting.folds import fit_with_folds
from models.fitting.loans import loans
from models.fitting.params import TrainParams
from models.fitting.stage_model import StageModel
from policy.segments import STAGES


@dataclass(frozen=True)
class Refit:
    """Development and calibration loans with features and outcomes, and the development loans with tables blanked."""

    development: pd.DataFrame
    calibration: pd.DataFrame
    blanked: pd.DataFrame | None = None


def refit(tables: Refit, params: TrainParams) -> dict[str, StageModel]:
    """Model of every stage, fitted as the steps `pool` and `train` fit them; nothing is audited and nothing saved.

    Raises
    ------
    ModelError
        When the loans of a part do not suffice: see `fit_with_folds` and `fit_stage`.
    """
    development, calibration = tables.development, tables.calibration
    names = usable_features(development)
    learned = shape(names, params.domain_constraints)
    known, later = loans(development, names, tables.blanked), loans(calibration, names)
    pooled = fit_with_folds(known, learned, params, "pooled model")
    of_all = pooled_line(pooled.booster, later, params)
    found = {}
    for stage in STAGES:
        own, matured = ((table["stage"] == stage).to_numpy() for table in (development, calibration))
        found[stage] = fit_stage(
            stage,
            Part(known.where(own), development[own].reset_index(drop=True)),
            Part(later.where(matured), calibration[matured].reset_index(drop=True)),
            pooled.where(own),
            learned,
            params,
            {},
            of_all,
        ).compact()
    return found
