from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from pipelines.certificate_mode import certificate_mode
from pipelines.limits import ThresholdParams
from pipelines.params import ParamsError, section

PARAMS = replace(section("threshold", ThresholdParams, "simulated"), mode="auto", dependence_level=0.2)


def scored(slope, loans=3000, part="calibration", weight=1.0):
    """Loans of one part whose default risk rises with exposure beyond the PD by `slope` log-odds per deviation."""
    random = np.random.default_rng(4)
    score, beyond = random.normal(size=(2, loans))
    return pd.DataFrame(
        {
            "part": part,
            "decidable": True,
            "size_class": np.where(beyond > 0, "small", "micro"),
            "pd": expit(-2.5 + score),
            "exposure": 1e6 * np.exp(beyond),
            "weight": weight,
            "defaulted": (random.random(loans) < expit(-2.5 + score + slope * beyond)).astype(float),
        }
    )


def test_dependence_switches_the_robust_mode_on_and_its_absence_leaves_it_off():
    assert certificate_mode(scored(0.8), PARAMS).mode == "robust"
    plain = certificate_mode(scored(0.0), replace(PARAMS, dependence_level=0.01))
    assert (plain.asked, plain.mode, plain.dependence_level) == ("auto", "weighted_binomial", 0.01)
    assert plain.dependence.p_value > 0.01


@pytest.mark.parametrize("mode", ["weighted_binomial", "robust", "strict"])
def test_a_mode_that_is_asked_for_is_used_and_the_test_is_shown_beside_it(mode):
    found = certificate_mode(scored(0.8), replace(PARAMS, mode=mode))
    assert (found.asked, found.mode) == (mode, mode)
    assert found.dependence.p_value < 0.01


def test_only_calibration_loans_that_could_be_approved_and_have_an_outcome_are_read():
    known = scored(0.0)
    others = [
        scored(3.0, part="certification"),
        scored(3.0, part="development"),
        scored(3.0, part="out_of_time"),
        scored(3.0).assign(decidable=False),
        scored(3.0).assign(defaulted=np.nan),
    ]
    assert certificate_mode(pd.concat([known, *others]), PARAMS) == certificate_mode(known, PARAMS)


def test_weights_known_before_the_outcome_multiply_the_exposures_and_those_of_an_outcome_sample_do_not():
    known = scored(0.5)
    doubled = known.assign(weight=1 / known["exposure"])  # all exposures alike once multiplied
    assert certificate_mode(doubled, PARAMS).dependence.reason == "equal_exposures"
    outcome = certificate_mode(doubled, replace(PARAMS, weights="outcome"))
    assert outcome.dependence == certificate_mode(known, PARAMS).dependence


def test_where_no_test_can_be_made_the_robust_mode_is_taken():
    found = certificate_mode(scored(0.0).head(20), PARAMS)
    assert (found.mode, found.dependence.reason) == ("robust", "too_few_loans")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"mode": "exact"}, "mode must be one of auto, weighted_binomial, robust, strict; got 'exact'"),
        ({"dependence_level": 0.0}, "dependence_level must be between 0 and 1, both excluded; got 0.0"),
    ],
)
def test_parameters_that_are_none_are_refused_with_a_sentence(change, sentence):
    with pytest.raises(ParamsError, match=sentence):
        certificate_mode(scored(0.0), replace(PARAMS, **change))
