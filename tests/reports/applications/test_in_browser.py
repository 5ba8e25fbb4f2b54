"""The list and the page of memos in a real browser, from the disk: search, conditions, order, address, memos."""

from pathlib import Path

import pytest

from reports.applications.memo_files import memo_files
from reports.page import pages
from tests.reports.applications.browser import CHROMIUM, MISSING, played
from tests.reports.applications.filters import linked, matching, rows
from tests.reports.applications.test_list import NASTY, renamed

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)
LOADED = 'await until(() => document.getElementById("loaded").textContent.length > 0 && wanted.length === 0);'
SHOWN = """
const ids = () => [...document.querySelectorAll("#rows tr:not(.told) .c-id bdi:first-child")].map((x) => x.textContent);
const type = (key, text) => { const f = document.getElementById("f-" + key); f.value = text;
  f.dispatchEvent(new Event(f.tagName === "SELECT" ? "change" : "input")); };
const count = () => document.getElementById("count").textContent;
"""


def written(made: dict[str, str], folder: Path) -> Path:
    """The pages as files; the list of applications."""
    for name, content in made.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf8")
    return folder / "applications.html"


@pytest.fixture
def page(inputs, tmp_path) -> Path:
    return written(dict(pages(inputs, 2)), tmp_path / "report")


def test_search_conditions_order_and_address_go_together(page):
    said = played(
        page,
        "",
        f"""{LOADED} {SHOWN}
        said(ids()); said(count());
        type("decision", "=approve"); said(ids());
        type("size", "=micro"); said(ids()); said(count());
        document.querySelector(".c-pd button").click(); said(ids());
        document.querySelector(".c-pd button").click(); said(ids());
        await new Promise((done) => setTimeout(done, 400)); said(location.hash);
        document.querySelector("#conditions button").click(); said(ids());
        document.querySelector("#conditions .clear").click(); said(ids().length);
        type("q", "B"); said(ids());
        type("q", "no such"); said(ids().length + count());
        type("q", ""); type("from", "200"); said(ids());
        type("from", ""); type("since", "2007-06-01"); type("until", "2008-05-01"); said(ids());
        """,
    ).splitlines()
    assert said == [
        "f,e,d,c,b,a",
        "6 of 6 applications, USD 800 in all",
        "c,b,a",
        "b,a",
        "2 of 6 applications, USD 200 in all",
        "b,a",
        "a,b",
        "#decision=approve&size=micro&sort=pd&lang=en",
        "a,b,d",
        "6",
        "b",
        "00 of 6 applications, USD 0 in all No application meets all conditions.",
        "c",
        "d,e",
    ]


def test_an_address_opens_the_list_as_it_says_and_tells_what_it_does_not_know(page):
    said = played(
        page,
        "#decision=approve,refer&stage=startup&colour=red&rule=no_such,within_cut_off,open_overdue&sort=-pd&lang=zh",
        f"""{LOADED} {SHOWN}
        said(ids()); said(count()); said(document.getElementById("faults").textContent);
        said([...document.querySelectorAll("#conditions button")].map((b) => b.textContent).join("|"));
        said(document.querySelector(".c-amount button").textContent);
        document.getElementById("show-en").checked = true;
        document.getElementById("show-en").dispatchEvent(new Event("change"));
        said(document.querySelector(".c-amount button").textContent + document.title);
        location.hash = "#decision=no_such";
        await until(() => count().startsWith("0")); said(document.querySelector("#conditions button").textContent);
        said(document.getElementById("f-decision").selectedOptions[0].textContent);
        """,
    ).splitlines()
    assert said[0] == "d,a"
    assert said[1] == "6笔申请中的2笔，金额合计0.02万美元"
    assert said[2] == "地址中的条件colour本页无法识别，未予采用。"
    assert "no_such" not in said[3]
    assert said[4:] == [
        "金额（万美元）",
        "Amount (USD)Applications",
        "Recommendation: no such code here: no_such ×",
        "no such code here: no_such",
    ]


def test_the_page_finds_the_same_applications_as_every_link_of_the_report(inputs, page):
    made = pages(inputs, 2)
    listed = rows(made)
    hashes = sorted(
        {at.partition("#")[2] for name in ("index.html", "thresholds.html") for at, _ in linked(made[name])}
    )
    script = "\n".join(
        f'said(matching(stateOf("#{hash_}")).found.map((at) => rows[at][F.id]).sort());' for hash_ in hashes
    )
    said = played(page, "", f"{LOADED} {script}").split("\n")
    assert said == [",".join(sorted(row["id"] for row in matching(listed, f"#{hash_}"))) for hash_ in hashes]


def test_names_of_the_bank_are_shown_as_text_and_found(inputs, tmp_path):
    made = pages(renamed(inputs, dict(zip("abcdef", NASTY, strict=False))), 6)
    said = played(
        written(dict(made), tmp_path / "report"),
        "",
        f"""{LOADED} {SHOWN}
        said(ids().join("|")); said(document.querySelectorAll("#list script, #list img").length);
        type("q", "<\\/SCRIPT>"); said(ids().length); type("q", "\\u202e"); said(ids().length);
        """,
    ).splitlines()
    shown = said[0].split("|")
    assert "</script><script>alert(1)</script>" in shown
    assert "line⟨U+2028⟩paragraph⟨U+2029⟩end" in shown
    assert "right⟨U+202E⟩to left" in shown
    assert "zero⟨U+0000⟩ bell⟨U+0007⟩ tab⟨U+0009⟩ newline⟨U+000A⟩" in shown
    assert said[1:] == ["0", "1", "1"]


def test_a_missing_file_and_one_of_another_run_are_told_and_their_rows_left_out(page):
    (page.parent / "applications" / "2006.js").unlink()
    other = page.parent / "applications" / "2007.js"
    other.write_text(
        other.read_text(encoding="utf8").replace('TechCredit.rows("2007", "', 'TechCredit.rows("2007", "x')
    )
    said = played(page, "", f"{LOADED} {SHOWN} said(ids()); said(document.getElementById('faults').innerText);")
    assert said.splitlines()[0] == "f,e"
    assert "applications/2006.js is missing or cannot be read: its 2 applications are not in the list" in said
    assert "applications/2007.js is of another run than this page" in said


def test_of_very_many_the_newest_are_loaded_and_the_rest_when_asked(page):
    page.write_text(page.read_text(encoding="utf8").replace('"automatic":100000', '"automatic":3'), encoding="utf8")
    said = played(
        page,
        "",
        f"""{LOADED} {SHOWN} said(ids()); said(document.getElementById("loaded").textContent);
        const more = document.getElementById("more"); said(more.hidden + more.innerText);
        more.querySelector("button").click();
        await until(() => rows.length === 6 && wanted.length === 0); said(ids()); said(more.hidden);
        """,
    ).splitlines()
    assert said[0] == "f,e"
    assert said[1].startswith("Loaded: 2 of 6 applications, decided from 2008-05-01 to 2008-06-01. Files of data: 1,")
    assert said[2].startswith("falseLoad the other 4 applications")
    assert said[3:] == ["f,e,d,c,b,a", "true"]


def test_the_list_tells_the_command_until_all_memos_are_written_and_then_opens_them(inputs, page):
    look = f"""{LOADED} {SHOWN}
    said(document.getElementById("memos").textContent);
    said([...document.querySelectorAll("#rows .c-id a")].map((a) => a.getAttribute("href")).join(" "));
    const how = document.querySelector(".how");
    if (how) {{ how.click(); said(document.querySelector(".told").textContent); }}
    """
    before = played(page, "", look).splitlines()
    assert before[0].startswith("Memos of 2 of 6 applications are written.")
    assert before[0].endswith("techcredit memo --model data/sba --all")
    assert len(before[1].split()) == 2
    assert before[2].endswith("techcredit memo --model data/sba --application=f --out FOLDER")
    written(dict(memo_files(inputs)), page.parent.parent / "memos")
    after = played(page, "", look).splitlines()
    assert after[0] == "Memos of all 6 applications are written."
    assert after[1].split()[0] == "../memos/memo.html#f&lang=en"
    told = page.parent.parent / "memos" / "written.js"
    told.write_text(told.read_text(encoding="utf8").replace('"run":"', '"run":"x'), encoding="utf8")
    assert played(page, "", look).splitlines()[0].startswith("The memos in ../memos/ are of another run than this page")


@pytest.mark.parametrize("name", [*NASTY[:6], "a" * 3000, "A&lang=zh", "100%"])
def test_any_identifier_opens_its_memo_in_both_languages(inputs, tmp_path, name):
    run = renamed(inputs, {"a": name})
    written(dict(memo_files(run)), tmp_path / "memos")
    script = """
    const go = (id, lang) => { location.hash = "#" + encodeURIComponent(id) + "&lang=" + lang; };
    const memo = document.getElementById("memo"), told = document.getElementById("told");
    go(NAME, "en"); await until(() => memo.children.length); said(memo.querySelectorAll("article.memo").length);
    said(memo.innerText.includes("System recommendation: approve")); said(memo.innerText.includes("系统建议"));
    go(NAME, "zh"); await until(() => memo.innerText.includes("系统建议"));
    said(memo.querySelectorAll("script, img").length);
    go("nobody", "en"); await until(() => told.textContent.startsWith("There is no")); said(told.textContent);
    """
    import json

    page = tmp_path / "memos" / "memo.html"
    said = played(page, "", script.replace("NAME", json.dumps(name).replace("</", "<\\/"))).splitlines()
    assert said == ["1", "true", "false", "0", "There is no memo of application nobody here."]


def test_the_page_of_memos_tells_what_it_lacks(inputs, tmp_path):
    written(dict(memo_files(inputs)), tmp_path / "memos")
    page, told = tmp_path / "memos" / "memo.html", 'document.getElementById("told").textContent'
    assert "its address must name one after #" in played(page, "", f"said({told});")
    script = "window.DecompressionStream = undefined; location.hash = '#a';"
    said = played(page, "", f"{script} await until(() => {told}.startsWith('This browser')); said({told});")
    assert "techcredit memo --model data/sba --application=a --out FOLDER" in said
    (tmp_path / "memos" / "chunks" / "0.js").unlink()
    said = played(page, "#a", f"await until(() => {told}.startsWith('The file')); said({told});")
    assert said.endswith("Write the memos again: techcredit memo --model data/sba --all --overwrite")
