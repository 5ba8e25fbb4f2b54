"""The pages: offline, deterministic, in both languages, without a number that is not one."""

import re
from dataclasses import replace

import pytest

from pipelines.params import ParamsError
from pipelines.report import ReportParams
from reports.page import memo_name, pages
from reports.sections.dictionary import dictionary_page
from reports.sections.quality import quality_page
from reports.summary import one_screen, summary
from schemas.tables import TABLES

BESIDE = "quality|dictionary|thresholds|index"


@pytest.fixture
def made(inputs):
    return pages(inputs, 4)


@pytest.fixture
def completed(studied):
    return pages(studied(), 4)


def test_the_pages_and_the_memos_in_both_languages_are_made(made):
    assert sorted(name for name in made if "/" not in name) == [
        "applications.html",
        "dictionary.html",
        "index.html",
        "quality.html",
        "thresholds.html",
    ]
    assert {name for name in made if name.startswith("memos/")} == {
        memo_name(a, x) for a in "abcd" for x in ("en", "zh")
    }
    assert {name for name in made if "/" in name and not name.startswith("memos/")} == {
        f"applications/{year}.js" for year in (2006, 2007, 2008)
    }


def test_no_page_loads_anything_or_runs_a_script(made, completed):
    shown = [html for name, html in made.items() if name != "applications.html" and not name.endswith(".js")]
    for html in (*shown, completed["index.html"]):
        assert (
            re.findall(
                r"""(?:src|href)=["'](?!data:image/png|#|(?:quality|dictionary|thresholds|index|applications)\.html)[^"']*""",
                html,
            )
            == []
        )
        assert "<script" not in html
        assert "@import" not in html
        assert "url(" not in html


def test_the_same_inputs_give_the_same_bytes(inputs, made):
    assert pages(inputs, 4) == made


def test_no_page_shows_nan_or_none(made, completed):
    for html in (*(made[name] for name in made if name.endswith(".html")), completed["index.html"]):
        text = re.sub(r"<script.*?</script>|<style>.*?</style>|<[^>]+>", " ", html, flags=re.S)
        assert re.findall(r"\b(?:nan|NaN|None|inf)\b", text) == []


def test_the_completed_report_is_that_of_the_run_with_the_sections_of_the_study_filled_in(made, completed):
    assert set(made) == set(completed)
    assert [name for name in made if made[name] != completed[name]] == ["index.html"]
    anchors = [re.findall('<section id="([a-z]+)">', found["index.html"]) for found in (made, completed)]
    assert anchors[0] == anchors[1]
    assert {"domains", "blanked", "refits"} < set(anchors[0])
    assert made["index.html"].count("make study") == 2 * 4
    assert "make study" not in completed["index.html"]


def test_the_report_and_the_page_for_thresholds_lead_to_each_other(made):
    targets = {
        name: re.findall('href="([a-z]+)[.]html#([a-z]+)"', made[name]) for name in ("index.html", "thresholds.html")
    }
    assert targets == {"index.html": [("thresholds", "fired")], "thresholds.html": [("index", "thresholds")]}
    for name, led in targets.items():
        for page, anchor in led:
            assert f'id="{anchor}"' in made[f"{page}.html"], name
    assert 'href="thresholds.html"' in made["index.html"]


def test_a_page_holds_both_languages_and_a_switch_that_needs_no_script(made):
    html = made["index.html"]
    assert html.count('type="radio"') == 2
    assert '<span lang="en">Model quality</span><span lang="zh">模型质量</span>' in html


def test_a_memo_of_its_own_speaks_one_language(made):
    assert 'lang="zh"' not in re.sub(r"<style>.*?</style>", "", made[memo_name("a", "en")], flags=re.S)
    assert "In favour" not in made[memo_name("a", "zh")]
    assert "不利因素" in made[memo_name("a", "zh")]


@pytest.mark.parametrize(("currency", "shown"), [(None, "CNY"), ("EUR", "EUR")])
def test_a_bank_of_any_name_has_its_own_note_and_its_currency(inputs, currency, shown):
    made = pages(replace(inputs, source="some_bank", currency=currency), 4)
    assert "the bank&#39;s own tables" in made["index.html"]
    assert f"All money is in {shown}, the currency of the source" in made["index.html"]
    unit = "Amounts in millions of CNY (m)" if currency is None else f"Amounts in thousands of {shown} (k)"
    assert unit in made[memo_name("a", "en")]
    assert "USD" not in made["index.html"] + made[memo_name("a", "en")]


def test_a_currency_that_is_no_code_is_refused():
    with pytest.raises(ParamsError, match="currency must be three capital letters like CNY; got '万元'"):
        ReportParams(10, "万元")


def test_text_of_the_data_cannot_become_markup(inputs, changed):
    html = quality_page({"extracted_on": "<b>", "tables": [], "absent": []})
    assert "&lt;b&gt;" in html


def test_the_quality_page_lists_every_rule(inputs):
    html = quality_page(inputs.quality)
    assert "amount_range" in html
    assert "as_of_required" in html


def test_the_dictionary_has_every_table_and_column():
    html = dictionary_page()
    for table in TABLES.values():
        assert f"({table.name})" in html
        for column in table.columns:
            assert column.name in html


def test_the_summary_closes_and_names_tolerance_and_outcome(inputs):
    found = summary(inputs)
    assert found["rows_in"] == found["scored"] + found["left_out_of_study"] + found["rejected"] + 1 == 14
    assert found["duplicates"] == 1
    assert found["tolerance"] == pytest.approx(0.103)
    assert found["realised"] == pytest.approx(1 / 3)
    assert found["stages"]["growth"]["approved_share"] == pytest.approx(2 / 3)
    assert found["size_classes"]["micro"]["cut_off"] == 0.10


@pytest.mark.parametrize(("language", "word"), [("en", "rejected 3"), ("zh", "剔除 3")])
def test_the_summary_fits_on_one_screen(inputs, language, word):
    screen = one_screen(summary(inputs), language)
    assert word in screen
    assert len(screen.splitlines()) < 25
    assert max(len(line) for line in screen.splitlines()) <= 100
    assert screen.endswith("data/sba/report/index.html")
