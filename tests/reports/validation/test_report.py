"""The validation report: what is wrong stands first, every chapter is there, and nothing is invented."""

import io
import re
from dataclasses import replace

import pytest
from pypdf import PdfReader

from reports.memo.pdf import document
from reports.validation import fairness
from reports.validation.card import card, card_page
from reports.validation.facts import mark
from reports.validation.page import report, sections, sheets
from reports.validation.written import CHAPTERS, Written
from tests.reports.validation.conftest import exceeded, figures


def test_the_first_page_says_what_is_wrong_before_anything_else(validated):
    html = report(validated, ("en",))
    assert html.index("mean PD 6.80% against 4.40% defaulted") < html.index("<nav")
    assert "4 of 5 tests with a verdict exceed their limit; 1 have none" in html
    assert "4 findings stand, 1 of them of high severity" in html


def test_a_run_without_findings_does_not_claim_that_the_models_are_right(validated):
    html = report(replace(validated, findings=[]), ("en",))
    assert "not that the models are right" in html


def test_every_chapter_of_a_committee_is_there_and_those_of_people_are_empty(validated):
    found = {section.anchor for section in sections(validated)}
    assert {"purpose", "data", "definition", "segmentation", "methodology", "performance", "calibration"} <= found
    assert {"stability", "explainability", "fairness", "sensitivity", "limits-of-use", "benchmarks"} <= found
    assert {"findings", "conclusion", "reproducibility", "appendix"} <= found
    html = report(validated, ("en",))
    assert html.count("Not written. Only a person of the bank can write this.") == len(CHAPTERS)


def test_a_chapter_of_the_bank_is_shown_escaped_and_under_its_mark(validated):
    written = Written({"conclusion": {"en": "Fit <b>with</b> conditions"}}, mark(validated.run))
    html = report(replace(validated, written=written), ("en",))
    assert "Fit &lt;b&gt;with&lt;/b&gt; conditions" in html
    assert "it is not a statement on these models" not in html
    other = report(replace(validated, written=replace(written, written_for="0" * 12)), ("en",))
    assert "it is not a statement on these models" in other


def test_a_bank_reads_that_the_definition_of_default_is_its_own(validated):
    html = report(replace(validated, run=replace(validated.run, source="our_bank", currency="CNY")), ("en",))
    assert "Default is what the bank&#39;s table of outcomes says" in html
    assert "charged off" not in html.split('id="definition"')[1].split("</section>")[0]


def test_both_languages_stand_in_one_file_that_fetches_nothing(validated):
    html = report(validated)
    assert "模型验证报告" in html
    assert "Model-validation report" in html
    assert re.findall(r"""(?:src|href)=["'](?!#|data:)[^"']*""", html) == []
    assert html == report(validated)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_report_in_one_language_holds_no_key_and_no_missing_number(validated, language):
    html = report(validated, (language,))
    told = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    assert re.findall(r"\b(?:nan|None|validation_\w+\.\w+)\b", told) == []


def test_what_a_study_left_of_other_models_is_said_to_be_left_out(validated):
    html = report(replace(validated, stale_study=True), ("en",))
    assert html.count("is of other models than these, so it is not shown") == 5
    assert "Studies of other models than these, so they are not shown: Sensitivity, Beside challengers" in html
    told = report(validated, ("en",))
    assert "`make study` measures this, and has not run" in told
    assert "Studies that have not run to their end, so nothing is said of them here: Sensitivity" in told


def test_parts_of_the_brier_score_and_the_line_of_recalibration_are_shown(validated):
    line = {"reliability": 0.0007, "resolution": 0.0021, "uncertainty": 0.0415, "within": 0.0002}
    cox = {"cox_intercept": -0.412, "cox_slope": 0.871, "cox_slope_low": 0.7, "cox_slope_high": 1.04}
    groups = {**validated.validation["groups"], "total": {"total": figures(0.05, 0.049, **line, **cox)}}
    html = report(replace(validated, validation={**validated.validation, "groups": groups}), ("en",))
    for figure in ("0.0007", "0.0021", "0.0415", "0.0002", "−0.412", "0.871"):
        assert figure in html


def test_what_a_study_measured_is_shown_in_its_chapters(validated, studied):
    run = replace(validated.run, study=studied().study)
    html = report(replace(validated, run=run), ("en",))
    assert "make study" not in html.split('id="benchmarks"')[1].split("</section>")[0]
    assert "plain LightGBM" in html


def test_where_nobody_was_approved_no_ratio_is_claimed(validated):
    row = {"group": "CA", "good_loans": 90, "approved_share": 0.0, "ratio": None, **figures(0.2, 0.4)}
    found = fairness.section(replace(validated, validation={**validated.validation, "fairness": {"region": [row]}}))
    said = [block.text.en for block in found.blocks if block.kind == "paragraph"]
    assert any(text.startswith("No application was approved") for text in said)


def test_the_pdf_has_page_numbers_and_the_texts_of_the_page(validated):
    pages = PdfReader(io.BytesIO(document(sheets(validated, "zh")))).pages
    first = pages[0].extract_text().replace(" ", "").replace("\n", "")
    assert "平均违约概率6.80%" in first
    assert f"1/{len(pages)}" in first


def test_the_same_page_gives_the_same_pdf_of_as_many_sheets_as_it_takes(validated):
    html = card_page(validated, ("en",)).replace("<p ", "<p style='break-after: page' ")
    content = document(html)
    assert content == document(html)
    assert len(PdfReader(io.BytesIO(content)).pages) > 1


def test_the_card_says_use_figures_with_intervals_and_leaves_contacts_empty(validated):
    found = card(validated)
    assert set(found["metrics"]) == {"startup", "growth", "mature", "total"}
    assert found["metrics"]["total"]["auc_low"] == 0.5
    assert found["contacts"] == {"owner": "", "developer": "", "validator": ""}
    assert len(found["not_intended_use"]["zh"]) == len(found["not_intended_use"]["en"]) == 5
    assert found["findings"] | {"told": []} == {"standing": 4, "high": 1, "told": []}
    html = card_page(validated, ("en",))
    assert "left empty for the bank" in html
    assert "No group has enough approved loans for a verdict" in html


def test_the_card_counts_the_groups_that_are_approved_too_seldom(validated):
    ratio = exceeded("approved_ratio", "region", "CA", 0.5, "low", limit=0.8)
    met = {**ratio, "group": "NY", "verdict": "met"}
    found = replace(validated, validation={**validated.validation, "tests": [ratio, met]})
    assert "Compared by region: 1 of 2 groups with a verdict" in fairness.told(found).en


def test_the_mark_changes_with_model_policy_and_day(validated):
    run = validated.run
    others = (
        replace(run, built_on="2015-12-31"),
        replace(run, thresholds={**run.thresholds, "policy_version": "p1"}),
        replace(run, tracking={"models": {s: {**m, "model": "x"} for s, m in run.tracking["models"].items()}}),
    )
    assert len({mark(each) for each in (run, *others)}) == 4
