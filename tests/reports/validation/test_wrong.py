"""What is wrong, in sentences: the level by its figures, the worst first, what is closed left out."""

from dataclasses import replace

from models.back_tests.findings import STATUSES
from models.back_tests.limits import KINDS
from models.back_tests.records import REASONS, TESTS, VERDICTS
from models.back_tests.slices import BAND_NAMES, DIMENSIONS, FIRST_LOANS, OWNERS, OWNERSHIP, UNKNOWN
from reports.validation import words
from reports.validation.facts import SEVERITIES
from reports.validation.limit_words import compared, limit
from reports.validation.names_of_tests import NULLS, STATISTICS, TOPICS, WHY
from reports.validation.names_of_tests import TESTS as NAMES
from reports.validation.wrong import sentences
from tests.reports.validation.conftest import exceeded, finding


def test_a_level_is_told_by_mean_pd_and_default_rate_on_the_side_it_is_wrong(validated):
    first, *rest = sentences(validated)
    assert first.en.startswith(
        "Startup (high): mean PD 6.80% against 4.40% defaulted, so the PDs are too high (p 0.0004)"
    )
    assert first.en.endswith("the order is weak: AUC 0.6400, limit ≥ 0.7")
    assert first.zh.startswith("初创期（高）：平均违约概率6.80%，实际违约率4.40%，违约概率偏高")
    assert len(rest) == 1
    assert "Amount applied for (0.4000); Share guaranteed (0.3000)" in rest[0].en


def test_a_common_year_effect_that_would_explain_a_level_is_told(validated, with_findings):
    level = {**validated.tests[0], "p_correlated": 0.21}
    (told,) = sentences(replace(with_findings(finding(level)), validation={**validated.validation, "tests": [level]}))
    assert told.en.endswith("(p 0.0004; 0.2100 if one bad or good year moved all loans)")


def test_findings_closed_or_gone_are_not_told_and_accepted_ones_are(validated, with_findings):
    record = validated.tests[0]
    for status, told in (("open", 1), ("accepted", 1), ("closed", 0), ("gone", 0)):
        assert len(sentences(with_findings(finding(record, status=status)))) == told


def test_a_finding_without_a_record_in_this_run_is_told_by_its_own_figures(with_findings, validated):
    old = finding({**validated.tests[1], "group": "mature", "value": 0.61})
    (told,) = sentences(with_findings(old))
    assert "the order is weak: AUC 0.6100" in told.en


def test_a_limit_is_shown_with_its_side(validated):
    level, least, *_ = validated.tests
    assert limit(level, validated.day) == "p ≥ 0.05"
    assert compared(level, validated.day) == "1.5500, p 0.0004"
    assert limit(least, validated.day) == "≥ 0.7"
    assert limit(validated.tests[2], validated.day) == "≤ 0.25"
    assert limit(validated.tests[5], validated.day) == "–"


def test_everything_that_a_validation_names_has_a_text():
    assert set(TESTS) == set(NAMES)
    assert {test.null for test in TESTS.values()} == set(NULLS)
    assert {test.statistic for test in TESTS.values()} == set(STATISTICS)
    assert set(REASONS) == set(WHY)
    assert set(VERDICTS) == set(words.VERDICTS)
    assert set(KINDS) == set(words.KINDS)
    assert set(STATUSES) == set(words.STATUSES)
    assert set(SEVERITIES) == set(words.SEVERITIES)
    assert {*DIMENSIONS, OWNERSHIP} <= set(words.DIMENSIONS)
    assert {*BAND_NAMES, *FIRST_LOANS, *OWNERS, UNKNOWN} <= set(words.GROUPS)


def test_every_test_stands_in_one_chapter():
    shown = [test for tests in TOPICS.values() for test in tests]
    assert sorted(shown) == sorted(TESTS)


def test_a_change_is_told_with_both_ends_and_its_sign(validated, with_findings):
    ends = {"before": 0.589, "after": 0.283, "limit": 0.1}
    missing = exceeded("missing_rate", "feature", "loan_amount", -0.306, "medium", **ends)
    fallen = {"before": 0.75, "after": 0.7, "p_holm": 0.0002, "fall_in_sample": -0.09}
    auc = exceeded("auc_change", "total", "total", -0.05, "high", **fallen)
    run = replace(
        with_findings(finding(missing), finding(auc)), validation={**validated.validation, "tests": [missing, auc]}
    )
    told = " ".join(text.en for text in sentences(run))
    assert "58.9% → 28.3%, −0.3060" in told
    assert "since the calibration loans: AUC 0.7500 → 0.7000, −0.0500, p 0.0002" in told
    assert "−0.0900 from the development loans" in told
    assert limit(missing, validated.day) == "± 0.1"


def test_a_gap_of_several_years_is_told_beside_the_common_year(validated, with_findings):
    level = {**validated.tests[0], "p_correlated": 0.21, "p_years": 0.0119}
    (told,) = sentences(replace(with_findings(finding(level)), validation={**validated.validation, "tests": [level]}))
    assert "0.2100 if one bad or good year moved all loans; over years p 0.0119, on the same side, so" in told.en
    assert "多年检验p 0.0119" in told.zh
