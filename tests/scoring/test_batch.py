"""The batch job over a small bank: every application gets a decision or a reason, whole, and the file says how many."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from decisions.procedure import procedure as whole_procedure
from features.table import feature_tables, known_of, out_of_range
from pipelines.commands.explain import feature_row
from schemas.account import exceeded
from schemas.checks import Checks, checked_folder
from schemas.fit import fit, write_fit
from scoring.assemble import decided
from scoring.batch import of_application, rejects_of, score_folder
from scoring.bundle import Bundle
from scoring.output.target import OutputError
from scoring.prepared import NO_STAGE
from tests.scoring.small_bank import DAY, RULES_OF_OTHER_TABLES, SCHEMES, asked, firms, small_bundle, staff, write_bank

FIRMS, STAFF, LOANS = firms(4), staff(4), asked(4)


@pytest.fixture
def bank(tmp_path: Path) -> Callable[..., Path]:
    def write(**tables: list[dict[str, object]]) -> Path:
        given = {"enterprises": FIRMS, "headcount": STAFF, "applications": LOANS, **tables}
        return write_bank(tmp_path / "tables", **given)

    return write


@pytest.fixture
def bundle(loan_book: pd.DataFrame, bank: Callable[..., Path]) -> Bundle:
    return small_bundle(loan_book, bank())


def test_every_application_is_scored_rejected_or_a_duplicate(
    bank: Callable[..., Path], bundle: Bundle, tmp_path: Path
) -> None:
    wrong = {**LOANS[1], "amount": 9.999e16}
    tables = bank(applications=[LOANS[0], LOANS[0], wrong, *LOANS[2:]])
    counts = score_folder(bundle, tables, tmp_path / "scores.parquet", DAY)
    assert (counts.rows_in, counts.scored, counts.rejected, counts.duplicates) == (5, 3, 1, 1)
    assert sorted(pd.read_parquet(tmp_path / "scores.parquet")["application_id"]) == ["a0", "a2", "a3"]
    rejects = pd.read_parquet(rejects_of(tmp_path / "scores.parquet"))
    assert [(r.application_id, r.amount, list(r.rules)) for r in rejects.itertuples()] == [
        ("a1", 9.999e16, ["amount_range"])
    ]


def test_rejected_rows_of_other_tables_are_kept_beside_the_scores(
    bank: Callable[..., Path], bundle: Bundle, tmp_path: Path
) -> None:
    tables = bank(headcount=[{**STAFF[0], "rd_staff": 99}, *STAFF[1:]])
    score_folder(bundle, tables, tmp_path / "scores.parquet", DAY)
    kept = pd.read_parquet(tmp_path / "scores.parquet.rejects" / "headcount.parquet")
    assert [(r.enterprise_id, r.rd_staff, list(r.rules)) for r in kept.itertuples()] == [
        ("e0", 99.0, ["rd_staff_within_staff"])
    ]


def test_no_fit_application_leaves_no_scores_and_every_row_in_the_rejects(
    bank: Callable[..., Path], bundle: Bundle, tmp_path: Path
) -> None:
    output = tmp_path / "scores.parquet"
    output.write_text("decisions of yesterday", encoding="utf8")
    tables = bank(applications=[{**row, "exposure": 0.0} for row in LOANS])
    counts = score_folder(bundle, tables, output, DAY)
    assert (counts.scored, counts.rejected) == (0, 4)
    assert exceeded(counts.quality)
    assert not output.exists()
    assert len(pd.read_parquet(rejects_of(output))) == 4


def test_an_application_without_a_stage_is_a_reject_with_that_rule(
    bank: Callable[..., Path], bundle: Bundle, tmp_path: Path
) -> None:
    unaged = [{**FIRMS[0], "founded_on": None}, *FIRMS[1:]]
    counts = score_folder(bundle, bank(enterprises=unaged), tmp_path / "scores.parquet", DAY)
    rejects = pd.read_parquet(rejects_of(tmp_path / "scores.parquet"))
    assert counts.scored + counts.rejected == 4
    assert [(r.application_id, list(r.rules)) for r in rejects.itertuples()] == [("a0", [NO_STAGE])]


def test_a_value_outside_the_range_of_the_catalogue_is_told(bank: Callable[..., Path]) -> None:
    table = pd.concat(feature_tables(bank(), SCHEMES), ignore_index=True)
    assert out_of_range(table) == {}
    wild = table.assign(rd_intensity=[-1e9, 0.1, None, 1e9], staff_count=[float("inf"), 1.0, 2.0, 3.0])
    assert out_of_range(wild) == {"rd_intensity": 2, "staff_count": 1}


def test_an_output_among_the_tables_or_a_folder_is_refused(
    bank: Callable[..., Path], bundle: Bundle, tmp_path: Path
) -> None:
    tables = bank()
    with pytest.raises(OutputError, match="wanted a place for the scores outside the tables"):
        score_folder(bundle, tables, tables / "scores.parquet", DAY)
    (tmp_path / "scores.parquet").mkdir()
    with pytest.raises(OutputError, match=r"wanted a file for the scores; .* is a folder"):
        score_folder(bundle, tables, tmp_path / "scores.parquet", DAY)
    assert (tables / "headcount.parquet").exists()


def test_an_applicant_without_a_headcount_and_a_headcount_that_says_nothing_are_gaps(
    bank: Callable[..., Path], bundle: Bundle, tmp_path: Path
) -> None:
    score_folder(bundle, bank(headcount=STAFF[1:]), tmp_path / "one.parquet", DAY)
    found = pd.read_parquet(tmp_path / "one.parquet").set_index("application_id")["data_gap"]
    assert found.to_dict() == {"a0": "headcount (no_row)", "a1": "", "a2": "", "a3": ""}
    bare = [{"enterprise_id": row["enterprise_id"], "period_end": row["period_end"]} for row in STAFF]
    score_folder(bundle, bank(headcount=bare), tmp_path / "all.parquet", DAY)
    assert set(pd.read_parquet(tmp_path / "all.parquet")["data_gap"]) == {"headcount (not_delivered)"}


def test_applications_of_one_enterprise_are_added_up_alike_in_a_batch_and_alone(
    bank: Callable[..., Path], bundle: Bundle, tmp_path: Path
) -> None:
    """e0 asks twice on one day, 1 and 3 million against 5 million of assets, and owes two lenders 1.5 million."""
    day = {"reported_on": "2023-11-30", "known_on": "2023-12-31"}
    lenders = [{"enterprise_id": "e0", "lender_id": name, "balance": 7.5e5, **day} for name in ("L1", "L2")]
    accounts = {"enterprise_id": "e0", "period_end": "2022-12-31", "period": "annual", "assets": 5e6, "revenue": 9e6}
    accounts |= {"profit": 1e6, "liabilities": 1e6}
    twice = [LOANS[0], {**LOANS[0], "application_id": "a9", "amount": 3e6}]
    tables = bank(applications=twice, borrowings=lenders, statements=[accounts])
    debt = tuple(code for code in RULES_OF_OTHER_TABLES if code != "debt_over_assets")
    issued = bundle.procedure.issued
    strict = replace(bundle, procedure=replace(whole_procedure("twelve_months", DAY.date(), debt), issued=issued))
    score_folder(strict, tables, tmp_path / "scores.parquet", DAY)
    scores = pd.read_parquet(tmp_path / "scores.parquet").set_index("application_id")
    for name in ("a0", "a9"):
        assert "debt_over_assets: debt_after_over_assets 1.1, above 1" in scores.loc[name, "compared"]
        alone = decided(feature_row(tables, name, strict, DAY, Checks()), strict).iloc[0]
        shown = ["pd", "decision", "rule", "limit", "grade", "tolerance", "fired", "compared"]
        pd.testing.assert_series_equal(alone[shown], scores.loc[name, shown], check_names=False)


def gaps_of(output: Path) -> dict[str, str]:
    return dict(pd.read_parquet(output).set_index("application_id")["data_gap"])


def test_a_headcount_known_after_the_day_of_decision_is_a_gap(
    bank: Callable[..., Path], bundle: Bundle, tmp_path: Path
) -> None:
    late = {**STAFF[2], "known_on": "2024-01-02"}
    score_folder(bundle, bank(headcount=[*STAFF[:2], late, STAFF[3]]), tmp_path / "scores.parquet", DAY)
    assert gaps_of(tmp_path / "scores.parquet") == {"a0": "", "a1": "", "a2": "headcount (no_row)", "a3": ""}


def test_a_rejected_record_under_an_identifier_of_full_width_is_a_gap_and_one_of_nobody_is_counted(
    bank: Callable[..., Path], bundle: Bundle, tmp_path: Path
) -> None:
    record = {"kind": "overdue", "happened_on": "2023-01-01"}
    ids = ["\uff25\uff11", "E2 ", "e9", None, "e3"]
    conduct = [{"enterprise_id": name, "record_id": str(n), **record} for n, name in enumerate(ids)]
    counts = score_folder(bundle, bank(conduct=conduct), tmp_path / "scores.parquet", DAY)
    rule = "conduct (enterprise_id_in_enterprises)"
    assert gaps_of(tmp_path / "scores.parquet") == {"a0": "", "a1": rule, "a2": rule, "a3": ""}
    assert counts.unknown == {
        "says_nothing": [],
        "unattributed": {"conduct": 2},
        "rejected_before": {},
        "ambiguous_identifier": [],
    }
    assert counts.data_gaps == {rule: 2}


def test_one_application_alone_has_the_gaps_it_has_in_the_batch(bank: Callable[..., Path], tmp_path: Path) -> None:
    record = {"record_id": "r", "kind": "overdue", "happened_on": "2023-01-01"}
    tables = bank(headcount=STAFF[1:], conduct=[{"enterprise_id": "E2", **record}])
    result, _ = checked_folder(tables, DAY, Checks())
    told = {}
    for number in range(4):
        folder = tmp_path / str(number)
        write_fit(of_application(fit(result, tables), f"a{number}"), folder)
        (known,) = known_of(folder, SCHEMES)
        told[f"a{number}"] = known["data_gap"].tolist()
    expected = {"a0": ["headcount (no_row)"], "a1": [""], "a2": ["conduct (enterprise_id_in_enterprises)"], "a3": [""]}
    assert told == expected
