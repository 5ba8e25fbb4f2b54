"""Limits of the policy: complete, dated, and refused where they are malformed; verdicts by them."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from models.back_tests.limits import NOT_LIMITS, days_to_mend, fewest, limits, quarter_penalty
from models.back_tests.records import TESTS, Record, with_verdicts
from models.back_tests.slices import DIMENSIONS, OWNERSHIP
from policy.loader import FOLDER, PolicyError, figures

DAY = date(2025, 12, 31)
MORE = ("grade", "feature", OWNERSHIP)


def test_every_limit_is_of_a_test_and_gives_verdicts_in_dimensions_that_exist() -> None:
    assert set(limits(DAY)) <= set(TESTS)
    for limit in limits(DAY).values():
        assert set(limit.by) <= {*DIMENSIONS, *MORE}
    assert set(figures("model_validation")) == {*limits(DAY), *NOT_LIMITS}


def test_no_limit_is_called_regulation_and_the_ecb_names_none() -> None:
    for name, limit in limits(DAY).items():
        source = figures("model_validation")[name].source
        assert limit.kind == ("convention" if source.startswith("Convention") else "policy")
        assert "ECB" not in source or "names no limit" in source or "no limit" in source or "list" in source


def test_severity_goes_with_the_distance_on_either_side() -> None:
    level, psi = limits(DAY)["level"], limits(DAY)["psi_score"]
    assert [level.exceeded(p) for p in (0.06, 0.05, 0.04)] == [False, False, True]
    assert [level.severity_of(p) for p in (0.04, 0.0005)] == ["medium", "high"]
    assert [psi.severity_of(value) for value in (0.2, 0.3)] == ["low", "medium"]


def test_what_has_no_verdict_says_why_and_what_is_uncertain_is_met() -> None:
    limited = limits(DAY)
    (informs,) = with_verdicts([Record("hosmer_lemeshow", "total", "total", 30.0, 0.0001)], limited)
    assert (informs.verdict, informs.why, informs.limit) == ("no_verdict", "informs", None)
    (elsewhere,) = with_verdicts([Record("level", "region", "11", 2.0, 0.0001)], limited)
    assert (elsewhere.verdict, elsewhere.why) == ("no_verdict", "informs")
    (few,) = with_verdicts([Record("level", "stage", "growth", 2.0, why="few_defaults")], limited)
    assert (few.verdict, few.why, few.limit) == ("no_verdict", "few_defaults", 0.05)
    uncertain, certain = with_verdicts(
        [
            Record("auc_least", "total", "total", 0.65, uncertain=True),
            Record("auc_least", "stage", "growth", 0.59),
        ],
        limited,
    )
    assert (uncertain.verdict, certain.verdict, certain.severity) == ("met", "exceeded", "high")


@pytest.mark.parametrize(
    ("level", "correlated", "severity"),
    [(1.44, 0.3, "medium"), (1.44, 0.01, "high"), (0.55, 0.3, "high"), (0.70, 0.3, "medium"), (1.44, None, "high")],
)
def test_a_common_year_lowers_the_severity_of_a_gap_that_is_not_large(
    level: float, correlated: float | None, severity: str
) -> None:
    (found,) = with_verdicts([Record("level", "total", "total", level, 0.0001, correlated)], limits(DAY))
    assert (found.verdict, found.severity) == ("exceeded", severity)


def test_one_small_p_value_among_many_is_no_finding_and_alone_it_is() -> None:
    limited = limits(DAY)
    groups = [Record("level_beside", "region", str(number), 1.1, 0.9) for number in range(30)]
    lonely = Record("level_beside", "region", "x", 1.5, 0.004)
    assert with_verdicts([*groups, lonely], limited)[-1].verdict == "met"
    assert with_verdicts([lonely], limited)[0].verdict == "exceeded"


def write(folder: Path, name: str, values: object) -> None:
    content = yaml.safe_load((FOLDER / "model_validation.yaml").read_text(encoding="utf8"))
    content[name]["values"] = {date(2024, 1, 5): values}
    (folder / "model_validation.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf8")


def test_a_limit_of_a_bank_counts_from_its_day(tmp_path: Path) -> None:
    write(tmp_path, "quarter_penalty", 2.5)
    assert (quarter_penalty(DAY), quarter_penalty(DAY, tmp_path)) == (1.0, 2.5)
    assert fewest(DAY, tmp_path) == fewest(DAY)
    with pytest.raises(PolicyError, match="wanted a value in force on 2020-01-01"):
        limits(date(2020, 1, 1))


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("level", {"kind": "policy", "severity": "low", "by": []}, "level: wanted least or most, by, compares, kind"),
        (
            "level",
            {"kind": "law", "compares": "value", "least": 1, "severity": "low", "by": []},
            "level: kind must be one of policy, regulation, convention; got 'law'",
        ),
        (
            "level",
            {"kind": "policy", "compares": "value", "least": 1, "severity": "dire", "by": []},
            "level: severity must be one of low, medium, high; got 'dire'",
        ),
    ],
)
def test_a_malformed_limit_is_refused(tmp_path: Path, name: str, values: object, message: str) -> None:
    write(tmp_path, name, values)
    with pytest.raises(PolicyError, match=message):
        limits(DAY, tmp_path)


def test_days_to_mend_are_of_every_severity(tmp_path: Path) -> None:
    write(tmp_path, "days_to_mend", {"high": 5})
    with pytest.raises(PolicyError, match="days_to_mend: wanted low, medium, high; got high"):
        days_to_mend(DAY, tmp_path)


@pytest.mark.parametrize(("z", "p", "severity"), [(-3.0, 0.012, "high"), (-1.0, 0.3, "medium"), (3.0, 0.012, "medium")])
def test_a_gap_of_several_years_on_one_side_is_not_lowered_by_a_common_year(z: float, p: float, severity: str) -> None:
    level = Record("level", "total", "total", 1.25, 0.0001, p_correlated=0.29)
    found, years = with_verdicts([level, Record("multi_year", "total", "total", z, p)], limits(DAY))
    assert (found.verdict, found.severity) == ("exceeded", severity)
    assert found.p_years == (p if z < 0 else None)
    assert years.verdict == "no_verdict"


@pytest.mark.parametrize(("change", "verdict"), [(-0.3065, "exceeded"), (0.3065, "exceeded"), (-0.05, "met")])
def test_a_change_of_missing_values_counts_either_way_and_keeps_its_sign(change: float, verdict: str) -> None:
    (found,) = with_verdicts([Record("missing_rate", "feature", "x", change, 0.0)], limits(DAY))
    assert (found.value, found.verdict) == (change, verdict)
