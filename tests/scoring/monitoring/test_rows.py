"""Every row that a monitor is given is used once or set aside with its reason; what cannot be told apart is refused."""

from pathlib import Path

import pandas as pd
import pytest

from models.monitoring.looks import MonitorError
from scoring.monitoring.batches import Batches, read_batches
from scoring.monitoring.known_outcomes import known_outcomes, without_outcome
from scoring.monitoring.overrides import overrides
from scoring.monitoring.set_aside import Account, account, faulty_months, sifted
from tests.scoring.monitoring.books import UNTIL, VERSIONS, decisions, file_of, folder_of, outcomes, scored


def read(*paths: Path, since: pd.Timestamp | None = None, until: pd.Timestamp = UNTIL) -> Batches:
    return read_batches(paths, VERSIONS, since, until)


def test_files_and_folders_of_several_months_are_one_book(tmp_path: Path):
    a = file_of(scored(6), tmp_path / "a.parquet", rejected=2)
    b = folder_of(scored(6, 6, "2025-02-03"), tmp_path / "b")
    found = read(a, b)
    assert found.used["application_id"].tolist() == [f"a{at:03d}" for at in range(12)]
    assert found.used["month"].astype("str").value_counts().to_dict() == {"2025-01": 6, "2025-02": 6}
    assert found.account.line() == "applications: rows in 12 = used 12 + identical duplicates 0"
    assert found.rejects is not None
    assert len(found.rejects) == 2
    pd.testing.assert_frame_equal(found.used, read(b, a).used)


@pytest.mark.parametrize("output", ["file/scores.parquet", "folder/scores"])
def test_a_batch_with_rejected_applications_is_read_as_the_batch_writes_it(undisturbed: Path, output: str):
    place = undisturbed / output
    files = [place] if place.is_file() else sorted(place.glob("part-*"))
    scores = pd.concat([pd.read_parquet(file) for file in files])
    versions = dict(zip(scores["stage"], scores["model_version"], strict=True))
    found = read_batches([place], versions, None, scores["as_of"].max())
    assert len(found.used) == len(scores)
    assert found.rejects is not None
    assert {tuple(rules) for rules in found.rejects["rules"]} == {("amount_range",), ("no_stage_rule_applies",)}


def test_the_same_score_twice_counts_once_and_two_that_differ_are_refused(tmp_path: Path):
    a, b = file_of(scored(6), tmp_path / "a.parquet"), file_of(scored(3), tmp_path / "b.parquet")
    assert read(a, b).account == Account("applications", 9, 6, 3)
    c = file_of(scored(3, pd=0.5), tmp_path / "c.parquet")
    with pytest.raises(
        MonitorError, match="wanted every application once; 3 are there again with other content, first a000"
    ):
        read(a, c)


def test_other_models_other_days_and_missing_pds_are_set_aside_and_counted(tmp_path: Path):
    table = scored(8)
    table.loc[0, "model_version"] = "older"
    table.loc[1, "pd"] = float("nan")
    table.loc[2, "as_of"] = UNTIL + pd.Timedelta(days=1)
    table.loc[3, "as_of"] = pd.Timestamp("2024-06-01")
    found = read(file_of(table, tmp_path / "a.parquet"), since=pd.Timestamp("2025-01-01"))
    aside = {"after_until": 1, "before_the_watch": 1, "other_model_version": 1, "without_pd": 1}
    assert found.account == Account("applications", 8, 4, 0, aside)
    assert dict(found.sifted.aside[["application_id", "reason"]].to_numpy().tolist()) == {
        "a000": "other_model_version",
        "a001": "without_pd",
        "a002": "after_until",
        "a003": "before_the_watch",
    }
    again = file_of(scored(8, model_version="older"), tmp_path / "again.parquet")
    both = read(tmp_path / "a.parquet", again).account.aside
    assert (both["other_model_version"], both["scored_by_both"]) == (1, 7)
    others = file_of(scored(3, model_version="older"), tmp_path / "b.parquet")
    with pytest.raises(
        MonitorError, match=r"wanted applications scored by the models of this run.*other model version 3"
    ):
        read(others)


def test_a_batch_that_was_changed_or_is_none_is_refused(tmp_path: Path):
    folder = folder_of(scored(6), tmp_path / "b")
    part = folder / "part-00000.csv"
    part.write_text(part.read_text(encoding="utf8").replace("0.01", "0.02"), encoding="utf8")
    with pytest.raises(
        MonitorError, match=r"part-00000.csv as its manifest says; it is not there, or was changed since"
    ):
        read(folder)
    (folder / "manifest.json").write_text("{", encoding="utf8")
    with pytest.raises(MonitorError, match=r"wanted the manifest of a batch in .*manifest.json; it cannot be read"):
        read(folder)
    (folder / "manifest.json").unlink()
    with pytest.raises(MonitorError, match=r"wanted a folder of scores with its manifest.json"):
        read(folder)
    with pytest.raises(MonitorError, match=r"wanted a table that ends in .csv or .parquet; got x.xlsx"):
        read(tmp_path / "x.xlsx")
    with pytest.raises(MonitorError, match=r"wanted a table in .*nowhere.parquet; there is no such file"):
        read(tmp_path / "nowhere.parquet")
    broken = tmp_path / "x.parquet"
    broken.write_text("no table", encoding="utf8")
    with pytest.raises(MonitorError, match=r"wanted a table in .*x.parquet; it cannot be read"):
        read(broken)
    scored(3).drop(columns="grade").to_parquet(tmp_path / "y.parquet")
    with pytest.raises(MonitorError, match=r"y.parquet: wanted the columns application_id, .*; grade is not there"):
        read(tmp_path / "y.parquet")


def test_a_batch_without_its_file_of_rejects_leaves_their_share_unknown(tmp_path: Path):
    scored(6).to_parquet(tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet").rejects is None


def test_an_application_rejected_for_its_day_counts_in_the_month_of_its_batch(tmp_path: Path):
    file_of(scored(6), tmp_path / "a.parquet")
    days = pd.to_datetime(["1970-01-01", None, None, "2099-01-01", "2099-01-01"])
    rows = pd.DataFrame({"application_id": ["x", None, None, "z", "z"], "as_of": days})
    rows.to_parquet(tmp_path / "a.parquet.rejects.parquet")
    found = read(tmp_path / "a.parquet")
    assert found.rejects is not None
    assert found.rejects["month"].astype("str").tolist() == ["2025-01"] * 4


def test_an_application_that_two_batches_rejected_alike_counts_once(tmp_path: Path):
    """As the batch writes them: with the broken rules as a list, and with the place of the row in each delivery."""
    for name, first in (("a", 0), ("b", 6)):
        file_of(scored(6, first=first), tmp_path / f"{name}.parquet")
        rows = pd.DataFrame({"application_id": ["x", f"only {name}"], "as_of": pd.Timestamp("2025-01-15")})
        rows = rows.assign(row=[first, first + 1], rules=[["amount_range"], ["unique_key", "amount_range"]])
        rows.to_parquet(tmp_path / f"{name}.parquet.rejects.parquet")
    found = read(tmp_path / "a.parquet", tmp_path / "b.parquet")
    assert found.rejects is not None
    assert found.rejects["application_id"].tolist() == ["x", "only a", "only b"]


def test_nothing_is_known_before_its_day():
    used = scored(6)
    table = outcomes(used, ("a000", "a001"))
    early = known_outcomes(table, used, used.head(0), pd.Timestamp("2025-12-31"), 12)
    # Two are known to have defaulted, yet their windows are open, and counting them alone would be too dark.
    assert early.account == Account("outcomes", 6, 0, 0, {"known_after_until": 4, "window_open": 2})
    late = known_outcomes(table, used, used.head(0), pd.Timestamp("2026-01-15"), 12)
    assert late.account == Account("outcomes", 6, 6, 0)
    assert late.loans["defaulted"].sum() == 2
    assert late.loans["told_in"].astype("str").unique().tolist() == ["2026-01"]


def test_an_outcome_learnt_late_counts_from_the_month_it_was_learnt():
    used = scored(30)
    table = outcomes(used)
    table.loc[4, "known_on"] = pd.Timestamp("2026-04-02")
    loans = known_outcomes(table, used, used.head(0), UNTIL, 12).loans
    assert loans["told_in"].astype("str").value_counts().to_dict() == {"2026-01": 29, "2026-04": 1}


def test_defaults_wait_for_the_loans_that_did_not_default():
    used = scored(6)
    table = outcomes(used, ("a001",))
    table.loc[table["application_id"] != "a001", "known_on"] = pd.Timestamp("2026-02-20")
    with pytest.raises(
        MonitorError, match=r"known within 0 months of the end of their window .*; 100% were known later"
    ):
        known_outcomes(table, used, used.head(0), UNTIL, 12)
    # Early in February the default is known and the others are not: it waits, where the lag is told.
    early = known_outcomes(table, used, used.head(0), pd.Timestamp("2026-02-10"), 12, lag=2)
    assert early.account.used == 0
    late = known_outcomes(table, used, used.head(0), UNTIL, 12, lag=2)
    assert late.loans["told_in"].astype("str").unique().tolist() == ["2026-03"]


def test_outcomes_that_cannot_be_true_are_set_aside_each_with_its_reason():
    used = scored(6)
    table = outcomes(used, ("a001", "a002"))
    table.loc[0, "window_ends_on"] = pd.Timestamp("2025-01-15")
    table.loc[1, "defaulted_on"] = pd.Timestamp("2024-12-31")
    table.loc[2, "defaulted"] = False
    table.loc[3, "application_id"] = "nobody"
    aside = used.head(0).assign(reason="")
    aside.loc[0, ["application_id", "reason"]] = ["a004", "other_model_version"]
    found = known_outcomes(table, used[used["application_id"] != "a004"], aside, UNTIL, 12)
    reasons = dict(found.sifted.aside[["application_id", "reason"]].to_numpy().tolist())
    assert reasons == {
        "a000": "before_the_decision",
        "a001": "before_the_decision",
        "a002": "contradicts_itself",
        "nobody": "unknown_application",
        "a004": "application_set_aside",
    }
    assert found.loans["application_id"].tolist() == ["a005"]
    assert found.lost_defaults == 1


def test_a_default_whose_day_nobody_knows_is_a_default():
    used = scored(2)
    table = outcomes(used, ("a001",)).assign(defaulted_on=pd.NaT)
    found = known_outcomes(table, used, used.head(0), UNTIL, 12)
    assert found.loans["defaulted"].tolist() == [False, True]
    assert found.account == Account("outcomes", 2, 2, 0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"defaulted": "maybe"}, "wanted defaulted as true or false; got 'maybe'"),
        ({"window_months": 24.0}, "wanted windows of 12 months, over which the PDs are; got 24 months for 6 loans"),
        ({"weight": 3.0}, "wanted every loan of the book with weight 1; got weights from 3 to 3"),
        ({"known_on": "31/31/2025"}, "known_on: wanted days as YYYY-MM-DD; got '31/31/2025'"),
        ({"application_id": None}, "wanted the application_id of every row; 6 have none"),
        ({"application_id": "a000"}, "wanted every application once; 1 are there again"),
    ],
)
def test_a_table_of_outcomes_that_cannot_be_used_is_refused(change: dict[str, object], message: str):
    used = scored(6)
    table = outcomes(used, ("a001",)).assign(**change)
    with pytest.raises(MonitorError, match=message):
        known_outcomes(table, used, used.head(0), UNTIL, 12)


def test_approved_applications_whose_outcome_never_came_are_counted():
    used = scored(6)
    told = outcomes(used).iloc[[0]]
    assert without_outcome(used, told, 12, UNTIL) == 1
    assert without_outcome(used, None, 12, UNTIL) == 2
    assert without_outcome(used, None, 12, pd.Timestamp("2025-12-31")) == 0


def test_only_a_decision_against_the_system_is_an_override():
    used = scored(6)
    rows = decisions(
        ("a002", "approve", "2025-02-01"),
        ("a000", "decline", "2025-02-01"),
        ("a003", "refer", "2025-02-01"),
        ("a001", "approve", "2025-02-01"),
        ("a005", "decline", "2025-02-01"),
    )
    found = overrides(rows, used, used.head(0), UNTIL)
    assert dict(found.rows[["application_id", "direction"]].to_numpy().tolist()) == {
        "a000": "declined_against_approve",
        "a001": "",
        "a002": "approved_against_decline",
        "a003": "referred_against_system",
        "a005": "",
    }
    assert found.account == Account("decisions of persons", 5, 5, 0)


def test_decisions_of_persons_that_cannot_be_used_are_set_aside():
    used = scored(6)
    rows = decisions(
        ("a000", "decline", "2025-01-14"),
        ("a001", "approve", "2026-07-01"),
        ("a002", "perhaps", "2025-02-01"),
        ("a003", "decline", ""),
        ("x", "approve", "2025-02-01"),
    )
    found = overrides(rows, used, used.head(0), UNTIL)
    assert found.rows.empty
    assert dict(found.sifted.aside[["application_id", "reason"]].to_numpy().tolist()) == {
        "a000": "before_the_decision",
        "a001": "after_until",
        "a002": "not_a_decision",
        "a003": "not_a_decision",
        "x": "unknown_application",
    }


def test_an_override_without_a_reason_is_an_override_and_is_told():
    used = scored(6)
    rows = decisions(
        ("a000", "decline", "2025-02-01"), ("a002", "approve", "2025-02-01"), ("a003", "approve", "2025-02-01")
    )
    rows["reason"], rows["by"] = [" ", "knows the owner", None], ["Committee", None, None]
    found = overrides(rows, used, used.head(0), UNTIL)
    assert found.account == Account("decisions of persons", 3, 3, 0)
    assert (found.rows["direction"] != "").sum() == found.unexplained == 2


def test_a_month_whose_rows_are_set_aside_is_named_though_the_whole_is_within_the_limit():
    rows = pd.DataFrame({"on": pd.to_datetime(["2025-01-15"] * 100 + ["2025-02-10"] * 4 + ["2025-03-01"] * 3 + [None])})
    place = pd.Series(rows.index)
    found = sifted(rows, {"without_pd": place.isin([0, 1, 100, 101, 104, 107]), "after_until": place.isin([105, 106])})
    assert account("applications", 108, 0, found).faulty == 6 / 106
    assert faulty_months(found, "on", 0.05) == {"2025-02": 0.5}, "2 of 100 are within, one row alone is no month"
    assert faulty_months(found, "on", 0.01) == {"2025-01": 0.02, "2025-02": 0.5}


def test_rows_of_other_days_are_no_fault():
    aside = {"after_until": 50, "before_the_watch": 20, "other_model_version": 3, "without_pd": 1}
    assert Account("applications", 120, 36, 10, aside).faulty == 4 / 40
    assert Account("outcomes", 7, 0, 0, {"window_open": 7}).faulty == 0
    assert Account("outcomes", 7, 0, 0, {"unknown_application": 7}).faulty == 1


def test_counts_that_do_not_add_up_are_a_fault_of_the_program():
    with pytest.raises(RuntimeError, match="rows of outcomes do not add up"):
        Account("outcomes", 3, 1, 0, {"window_open": 1})
