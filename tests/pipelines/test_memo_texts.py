"""Memos of all applications of finished runs: no codes, no word too many, one page even of the longest."""

import io
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pandas as pd
import pytest
from pypdf import PdfReader

from models.fitting.split import SplitParams
from pipelines.params import section
from pipelines.report import ReportParams, read_inputs
from reports.inputs import Inputs
from reports.memo.known import known_facts
from reports.memo.page import Memo, memos
from reports.memo.pdf import pdf
from reports.page import memo_page
from reports.texts import LANGUAGES

pytestmark = pytest.mark.pipeline

CODE = re.compile(r"\b[a-z0-9]+_[a-z_0-9]+\b")
NEVER = re.compile(r"\bnan\b|None|Tables with a data gap|Staff missing is not known|no_row")


def texts(part: object) -> Iterator[str]:
    """All texts of a part of a memo."""
    if isinstance(part, str):
        yield part
    elif is_dataclass(part):
        for f in fields(part):
            yield from texts(getattr(part, f.name))
    elif isinstance(part, tuple):
        for each in part:
            yield from texts(each)


def of_run(source: str, run: Path) -> tuple[Inputs, tuple[Memo, ...]]:
    """The finished run, and the memos of all its out-of-time applications."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(run)
        params = section("split", SplitParams, source), section("report", ReportParams, source)
        inputs = read_inputs(source, Path("data") / source, "index.html", *params)
    return inputs, memos(inputs, inputs.decided()["application_id"].tolist())


@pytest.fixture(scope="module", params=["simulated", "sba"])
def made(request: pytest.FixtureRequest) -> tuple[Inputs, tuple[Memo, ...]]:
    return of_run(request.param, request.getfixturevalue(f"{request.param}_run"))


def test_no_memo_of_any_application_holds_a_code_or_a_broken_number(made):
    _, found = made
    assert [text for memo in found for text in texts(memo) if CODE.search(text) or NEVER.search(text)] == []


def test_no_family_is_a_reason_twice_and_none_on_both_sides(made):
    _, found = made
    for memo in found:
        families = [reason.label for reason in (*memo.against, *memo.in_favour)]
        assert len(families) == len(set(families)), memo.application_id


def test_unsecured_is_said_of_no_application_with_a_guarantor_of_any_kind(made):
    inputs, found = made
    table = inputs.tables.get("guarantees", pd.DataFrame({"application_id": []}))
    word = {m.application_id for m in found if any("unsecured" in text for text in texts(m))}
    assert word & set(table["application_id"]) == set()
    public = inputs.tables["applications"].query("guaranteed > 0")["application_id"]
    assert word & set(public) == set()


def _last(ordered: list[Memo], density: str) -> list[Memo]:
    return [memo for memo in ordered if memo.density == density][-2:]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_memos_take_one_page(made, language):
    inputs, found = made
    by_length = sorted(found, key=lambda memo: sum(len(text) for text in texts(memo)))
    for memo in (memo for density in ("apart", "dense", "densest") for memo in _last(by_length, density)):
        pages = PdfReader(io.BytesIO(pdf(memo_page(inputs, memo, language)))).pages
        assert len(pages) == 1, memo.application_id


def test_balances_lenders_and_assets_of_memos_are_those_the_features_stand_on(made):
    inputs, _ = made
    if "borrowings" not in inputs.tables:
        return
    names = inputs.decided()["application_id"].tolist()
    facts = known_facts(inputs.tables, names)
    known = inputs.features.set_index("application_id").loc[names]
    counted = known["lender_count"].dropna()
    assert {name: facts[name].owed.lenders for name in counted.index} == counted.astype(int).to_dict()
    assets = known["total_assets"].dropna()
    assert {name: facts[name].years[0].figures["assets"] for name in assets.index} == assets.to_dict()
