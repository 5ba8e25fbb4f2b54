"""Which test the certificates of a run are made with: the one asked for, or the one that calibration loans call for."""

from dataclasses import dataclass

import pandas as pd

from decisions.dependence import Dependence, dependence
from decisions.modes import MODES
from pipelines.limits import ThresholdParams
from pipelines.params import ParamsError

AUTO = "auto"


@dataclass(frozen=True)
class CertificateMode:
    """The mode asked for (AUTO or one of MODES), the one used, the level of the switch, and the test behind it.

    The test is shown whatever is asked for; it decides under AUTO alone.
    """

    asked: str
    mode: str
    dependence_level: float
    dependence: Dependence


def certificate_mode(scored: pd.DataFrame, params: ThresholdParams) -> CertificateMode:
    """Mode of the certificates, from the calibration loans of `scored` that the whole procedure could approve.

    Scores of development loans are of the models fitted on them, which know their outcomes, and no out-of-fold PD of
    the blended models is kept: they are left out. Certification labels are never used. `scored` has part, decidable,
    size_class, pd, exposure, weight, defaulted. Where the test cannot be made, AUTO takes `robust`.

    Raises
    ------
    ParamsError
        When the mode is none, or the level not inside (0, 1).
    """
    if params.mode not in (AUTO, *MODES):
        message = f"threshold: mode must be one of {', '.join((AUTO, *MODES))}; got {params.mode!r}"
        raise ParamsError(message)
    level = params.dependence_level
    if not 0 < level < 1:
        message = f"threshold: dependence_level must be between 0 and 1, both excluded; got {level}"
        raise ParamsError(message)
    known = scored[(scored["part"] == "calibration") & scored["decidable"] & scored["defaulted"].notna()]
    # What the test of a certificate sums: weights known before the outcome multiply the exposures.
    exposure = known["exposure"] * known["weight"] if params.weights == "inclusion" else known["exposure"]
    found = dependence(known["pd"], exposure, known["defaulted"], known["size_class"].astype("str"))
    rises = found.p_value is None or found.p_value <= level
    used = params.mode if params.mode != AUTO else "robust" if rises else "weighted_binomial"
    return CertificateMode(params.mode, used, level, found)
