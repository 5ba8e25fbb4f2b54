import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.tolerance import dated_tolerances, flow_tolerance, macro_margin, resolution_factor, tolerances
from policy.loader import Figure, PolicyError, figure

DAY = date(2024, 6, 30)


def written(folder, **uplifts):
    """A tolerance document with other uplifts than the published ones."""
    values = {"micro": 0.03, "small": 0.03, "medium": 0.01, "large": 0.005} | uplifts
    entries = {f"uplift_{name}": value for name, value in values.items()} | {"uplift_ceiling": 0.03}
    lines = [
        f"{name}: {{meaning: {{en: a, zh: b}}, unit: fraction, source: test, flag: B, values: {{2024-01-05: {value}}}}}"
        for name, value in entries.items()
    ]
    (folder / "tolerance.yaml").write_text("\n".join(lines), encoding="utf8")
    return folder


def test_the_tolerance_is_the_overall_ratio_plus_the_uplift_of_the_class():
    found = tolerances(0.015, DAY)
    assert list(found) == ["micro", "small", "medium", "large"]
    assert found["micro"].value == pytest.approx(0.045)
    assert found["small"].value == pytest.approx(0.045)
    assert (found["micro"].overall, found["micro"].uplift, found["micro"].ceiling) == (0.015, 0.03, 0.03)
    assert found["medium"].ceiling is None
    assert found["micro"].flag == "V"
    assert found["medium"].flag == "A"
    assert found["micro"].since == date(2024, 1, 5)
    assert "section (5)" in found["micro"].source


@pytest.mark.parametrize("size_class", ["micro", "small"])
def test_more_than_three_points_for_micro_and_small_is_refused_with_the_article_and_both_numbers(size_class, tmp_path):
    folder = written(tmp_path, **{size_class: 0.035})
    sentence = (
        rf"{size_class} enterprises must be at most 3.00% by section \(5\) of the NFRA notice of 2024-01-05; got 3.50%"
    )
    with pytest.raises(PolicyError, match=sentence):
        tolerances(0.015, DAY, folder)


def test_the_notice_caps_no_uplift_for_medium_and_large(tmp_path):
    assert tolerances(0.015, DAY, written(tmp_path, medium=0.04))["medium"].value == pytest.approx(0.055)


def test_a_negative_uplift_is_refused(tmp_path):
    with pytest.raises(PolicyError, match=r"uplift must be at least 0; got -1.00%"):
        tolerances(0.015, DAY, written(tmp_path, large=-0.01))


def test_a_day_before_the_notice_has_no_tolerance():
    with pytest.raises(
        PolicyError, match="wanted a value in force on 2024-01-04; the first is in force from 2024-01-05"
    ):
        tolerances(0.015, date(2024, 1, 4))


@pytest.mark.parametrize("overall", [0.0, 1.0, 1.5, float("nan")])
def test_an_overall_ratio_that_is_no_fraction_is_refused(overall):
    with pytest.raises(PolicyError, match="overall NPL ratio must be a fraction between 0 and 1"):
        tolerances(overall, DAY)


def test_a_tolerance_of_the_whole_book_is_refused():
    with pytest.raises(PolicyError, match="tolerance of micro enterprises must be a fraction between 0 and 1"):
        tolerances(0.98, DAY)


# Allowed 12-month flow [%] after a mean stay in NPL of half a year, 1, 1.5, 2 and 3 years, by NPL ratio and growth.
STAYS = (0.5, 1.0, 1.5, 2.0, 3.0)
ALLOWED = {
    (0.030, 0.0): (6.0, 3.0, 2.0, 1.5, 1.0),
    (0.030, 0.1): (6.3, 3.3, 2.3, 1.8, 1.3),
    (0.045, 0.0): (9.0, 4.6, 3.1, 2.3, 1.6),
    (0.045, 0.1): (9.4, 5.1, 3.5, 2.8, 2.0),
    (0.045, 0.2): (9.8, 5.5, 4.0, 3.2, 2.5),
    (0.060, 0.0): (12.0, 6.2, 4.2, 3.1, 2.1),
    (0.060, 0.1): (12.5, 6.8, 4.8, 3.8, 2.7),
}


@pytest.mark.parametrize(("npl", "growth"), list(ALLOWED))
def test_the_flow_that_an_npl_ratio_allows(npl, growth):
    percent = [100 * flow_tolerance(npl, resolution_factor(years, growth)) for years in STAYS]
    assert percent == pytest.approx(ALLOWED[npl, growth], abs=0.051)


@given(st.floats(0.001, 0.3), st.floats(0.2, 5.0), st.floats(0.0, 0.3))
def test_a_steady_book_at_the_allowed_flow_stands_exactly_at_the_ratio(npl, years, growth):
    kappa = resolution_factor(years, growth)
    hazard = -math.log1p(-flow_tolerance(npl, kappa))
    assert hazard * kappa / (1 + hazard * kappa) == pytest.approx(npl, rel=1e-9)


def test_the_margin_for_year_effects_by_hand():
    # rho 5 %, one year: root(.05 x 2 / .95) = .32444; Phi^-1(.045) = -1.69540; z_.9 = 1.28155; Phi(-2.11119) = .017379
    assert macro_margin(0.045, 0.05, 1, 0.10) == pytest.approx(0.017379, abs=2e-6)


def test_without_correlation_there_is_no_margin():
    assert macro_margin(0.045, 0.0, 3, 0.05) == pytest.approx(0.045, rel=1e-12)


@given(st.floats(0.01, 0.2), st.floats(0.005, 0.2), st.integers(1, 20), st.floats(0.01, 0.3))
def test_the_margin_grows_with_correlation_and_shrinks_with_years(tolerance, rho, years, delta):
    tightened = macro_margin(tolerance, rho, years, delta)
    assert tightened < tolerance
    assert macro_margin(tolerance, 1.2 * rho, years, delta) < tightened
    assert macro_margin(tolerance, rho, years + 1, delta) > tightened


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: flow_tolerance(1.0, 1.0),
            "wanted an NPL ratio between 0 and 1 and kappa above 0 years; got 1.0 and 1.0",
        ),
        (lambda: flow_tolerance(0.04, 0.0), "kappa above 0 years; got 0.04 and 0.0"),
        (lambda: resolution_factor(0.0, 0.1), "wanted a positive stay in NPL .* got 0.0 years"),
        (lambda: resolution_factor(2.0, -0.5), "growth above minus one over the stay; got 2.0 years, growth -0.5"),
        (lambda: macro_margin(0.04, 1.0, 1, 0.1), "rho from 0 to below 1 and years above 0; got 0.04, 0.1, 1.0, 1"),
        (lambda: macro_margin(0.04, 0.1, 0, 0.1), "years above 0"),
    ],
)
def test_what_has_no_tolerance_is_refused_with_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def ratio(values):
    return Figure("overall", "e", "中", "fraction", "report of the bank", "B", values)


def test_tolerances_by_day_follow_the_ratio_and_the_uplift_in_force_on_it():
    found = dated_tolerances(figure("tolerance", "overall_npl_commercial_banks"))
    micro = {dated.since: dated.tolerances["micro"].value for dated in found}
    # 1.59 % at the end of 2023, and the uplift of three points since the notice; unchanged on 2024-03-31
    assert micro == {
        date(2024, 1, 5): pytest.approx(0.0459),
        date(2024, 9, 30): pytest.approx(0.0456),
        date(2025, 3, 31): pytest.approx(0.0451),
        date(2025, 9, 30): pytest.approx(0.0452),
        date(2025, 12, 31): pytest.approx(0.0450),
    }


def test_no_tolerance_is_in_force_before_both_the_ratio_and_the_uplift_are(tmp_path):
    folder = written(tmp_path)
    assert dated_tolerances(ratio({date(2020, 1, 1): 0.02}), folder)[0].since == date(2024, 1, 5)
    assert dated_tolerances(ratio({date(2025, 1, 1): 0.02}), folder)[0].since == date(2025, 1, 1)


def test_an_uplift_above_three_points_is_refused_before_it_comes_into_force(tmp_path):
    folder = written(tmp_path)
    text = (folder / "tolerance.yaml").read_text(encoding="utf8")
    later = text.replace("values: {2024-01-05: 0.03}", "values: {2024-01-05: 0.03, 2030-01-01: 0.031}", 1)
    (folder / "tolerance.yaml").write_text(later, encoding="utf8")
    with pytest.raises(PolicyError, match=r"must be at most 3.00% by section \(5\) of the NFRA notice .* got 3.10%"):
        dated_tolerances(ratio({date(2024, 1, 5): 0.02}), folder)


def test_a_tolerance_says_who_approved_its_uplift():
    found = tolerances(0.015, DAY)
    assert found["micro"].approved_by.startswith("NFRA")
    assert found["medium"].approved_by == "nobody: assumption of this project"
