"""The list of all applications: nothing left out, counts equal, files split, nothing of the bank becomes code."""

import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from reports.applications.codes import fired_codes, gap_codes, words
from reports.applications.data import MOST_ROWS, data, parts, script_json
from reports.applications.listing import fingerprint, listing
from reports.applications.page import applications_pages
from reports.inputs import Inputs
from reports.links import counted, href
from reports.page import pages
from reports.view import Linked
from tests.reports.applications.filters import config, linked, matching, rows

NASTY = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "line\u2028paragraph\u2029end",
    "right\u202eto left",
    "zero\x00 bell\x07 tab\t newline\n",
    "../../etc/passwd",
    "C:\\x:y*?",
    "<!--",
    "a" * 300,
    "企业 'quoted' \"twice\"",
    "😀𠮷",
)


def renamed(inputs: Inputs, names: dict[str, str]) -> Inputs:
    """The tiny run with other identifiers, which are those of the enterprises too."""

    def of(frame: pd.DataFrame) -> pd.DataFrame:
        known = [column for column in ("application_id", "enterprise_id") if column in frame.columns]
        return frame.assign(**{column: frame[column].replace(names).astype("str") for column in known})

    frames = {
        name: of(getattr(inputs, name))
        for name in (
            *("features", "split", "scores", "decisions", "fired", "reasons", "domains", "contributions", "outcomes"),
        )
    }
    return replace(inputs, **frames)


@pytest.fixture
def nasty(inputs) -> Inputs:
    return renamed(inputs, dict(zip("abcdef", NASTY, strict=False)))


def test_every_out_of_time_application_is_there_once_and_no_other(inputs):
    found = rows(pages(inputs, 2))
    assert sorted(row["id"] for row in found) == sorted(inputs.decisions["application_id"])
    verdicts = inputs.decisions.set_index("application_id")
    for row in found:
        assert (row["decision"], row["rule"], row["grade"]) == tuple(
            verdicts.loc[row["id"], ["decision", "rule", "grade"]]
        )
        assert row["pd"] == verdicts.loc[row["id"], "pd"]
        assert row["fired"] == list(fired_codes(verdicts.loc[row["id"], "fired"]))


def test_the_list_is_in_order_of_days_and_its_files_say_what_they_hold(inputs):
    made = pages(inputs, 2)
    told = config(made["applications.html"])
    assert [(f["file"], f["rows"], f["first"], f["last"]) for f in told["files"]] == [
        ("applications/2006.js", 2, "2006-05-01", "2006-06-01"),
        ("applications/2007.js", 2, "2007-05-01", "2007-06-01"),
        ("applications/2008.js", 2, "2008-05-01", "2008-06-01"),
    ]
    assert told["all"] == 6
    days = [row["day"] for row in rows(made)]
    assert days == sorted(days)


def test_no_file_holds_more_than_so_many_and_together_they_hold_all():
    years = [2015] * 9 + [2016] * 4 + [2018]
    split = list(parts(years, 4))
    assert [name for name, _ in split] == ["2015-1", "2015-2", "2015-3", "2016", "2018"]
    assert [at for _, part in split for at in range(part.start, part.stop)] == list(range(len(years)))
    assert all(part.stop - part.start <= 4 for _, part in split)


def test_a_year_of_many_applications_is_split_and_no_row_is_lost(inputs):
    few = listing(inputs)
    many = few.loc[few.index.repeat(3500)].reset_index(drop=True)
    many = many.assign(application_id=[f"x{number}" for number in range(len(many))])
    made = data(many, words(inputs, many), ())
    assert [(file.name, file.rows) for file in made.files] == [("applications/2006.js", 7000)] + [
        (f"applications/{year}.js", 7000) for year in (2007, 2008)
    ]
    one_year = many.assign(as_of=pd.Timestamp("2006-05-01"))
    made = data(one_year, words(inputs, one_year), ())
    assert [(file.name, file.rows) for file in made.files] == [
        ("applications/2006-1.js", MOST_ROWS),
        ("applications/2006-2.js", MOST_ROWS),
        ("applications/2006-3.js", 1000),
    ]
    assert [content.count("\n[") for content in made.contents.values()] == [MOST_ROWS, MOST_ROWS, 1000]


def test_names_and_codes_of_the_bank_are_there_where_the_bank_gives_them(inputs, changed):
    table = pd.DataFrame({"enterprise_id": ["a", "b"], "name": ["甲公司", None], "credit_code": [None, "9144"]})
    named = {row["id"]: row for row in rows(pages(changed(tables={"enterprises": table}), 0))}
    assert (named["a"]["name"], named["a"]["code"], named["b"]["name"], named["b"]["code"]) == (
        "甲公司",
        None,
        None,
        "9144",
    )
    assert named["c"]["name"] is None
    told = config(pages(changed(tables={"enterprises": table}), 0)["applications.html"])
    assert "name" in told["columns"]
    assert "code" not in told["columns"]
    assert "name" not in config(pages(inputs, 0)["applications.html"])["columns"]


def test_gaps_are_told_by_table_and_kind(inputs, changed):
    gap = "patents (kind_values,known_on_range); headcount (no_row); statements (not_delivered)"
    assert gap_codes(gap) == ("patents:rejected", "headcount:no_row", "statements:not_delivered")
    features = inputs.features.assign(data_gap=[gap, *[""] * 10])
    made = pages(changed(features=features), 0)
    assert [row["gap"] for row in rows(made) if row["id"] == "a"] == [list(gap_codes(gap))]
    assert ["headcount:no_row", "headcount: none on the day", "人员：决策日无记录"] in config(
        made["applications.html"]
    )["words"]["gap"]


def test_nothing_of_the_bank_ends_a_script_or_becomes_a_path(nasty):
    made = pages(nasty, 6)
    found = rows(made)
    assert {row["id"] for row in found} == set(NASTY[:6])
    for name, content in made.items():
        assert re.fullmatch(r"[\w./-]+", name)
        assert ".." not in name
        assert "alert(1)>" not in content
        assert "<img src=x" not in content
        if name.endswith(".js"):
            assert content.isascii()
            assert "<" not in content
        if name == "applications.html":
            assert content.count("</script>") == 2


@pytest.mark.parametrize("text", NASTY)
def test_json_in_a_script_is_read_back_as_it_was(text):
    written = script_json([text])
    assert json.loads(written) == [text]
    assert written.isascii()
    assert not set("<>&") & set(written)


def test_the_files_of_one_run_carry_its_fingerprint_and_another_run_has_another(inputs, changed):
    listed = listing(inputs)
    made = data(listed, words(inputs, listed), ())
    assert made.run == fingerprint(listed)
    assert all(f'"{made.run}"' in content for content in made.contents.values())
    other = changed(scores=inputs.scores.assign(pd=inputs.scores["pd"] * 0.5))
    assert fingerprint(listing(other)) != made.run


def test_only_written_memos_are_linked_by_their_files(inputs):
    made = pages(inputs, 2)
    keys = {row["id"]: row["memo"] for row in rows(made)}
    written = {name: key for name, key in keys.items() if key}
    assert len(written) == 2
    assert all(f"memos/{key}.{language}.html" in made for key in written.values() for language in ("en", "zh"))


def test_a_link_names_its_codes_and_a_zero_leads_nowhere():
    assert href(decision="refer", rule="a,b&c") == "applications.html#decision=refer&rule=a%2Cb%26c"
    assert isinstance(counted(3, stage="growth"), Linked)
    assert not isinstance(counted(0, stage="growth"), Linked)
    assert counted(1234) == "1,234"
    with pytest.raises(ValueError, match=r"a link to applications filters by decision, size, .*; got colour"):
        href(colour="red")


def test_every_linked_number_is_the_count_of_the_applications_it_leads_to(inputs):
    made = pages(inputs, 2)
    listed = rows(made)
    found = [(name, *pair) for name in ("index.html", "thresholds.html") for pair in linked(made[name])]
    assert len(found) > 40
    assert [
        (name, at, number, len(matching(listed, at)))
        for name, at, number in found
        if len(matching(listed, at)) != number
    ] == []


def test_the_page_for_thresholds_alone_leads_to_no_list(inputs):
    from reports.texts import both
    from reports.thresholds.facts import facts
    from reports.thresholds.page import thresholds_page

    assert linked(thresholds_page(facts(inputs), both("source.sba"), back=None)) == []
    assert linked(thresholds_page(facts(inputs), both("source.sba"))) != []


def test_a_province_of_china_has_its_name_and_another_region_its_own_code(inputs, changed):
    here = applications_pages(changed(source="simulated", features=inputs.features.assign(province="44")), ())
    assert config(here["applications.html"])["words"]["region"] == [["44", "Guangdong", "广东"]]
    abroad = applications_pages(changed(features=inputs.features.assign(province="44")), ())
    assert config(abroad["applications.html"])["words"]["region"] == [["44", "44", "44"]]


def test_a_run_without_applications_has_an_empty_list(changed, inputs):
    made = applications_pages(changed(decisions=inputs.decisions.iloc[:0]), ())
    assert list(made) == ["applications.html"]
    assert (config(made["applications.html"])["all"], config(made["applications.html"])["files"]) == (0, [])
