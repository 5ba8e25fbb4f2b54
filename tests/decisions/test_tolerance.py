from datetime import date

import pytest

from decisions.tolerance import dated_tolerances, tolerances
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
