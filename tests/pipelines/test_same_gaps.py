"""A run and `score` on the same tables: the same data gaps, PDs and decisions, out of time and one at a time."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from features.table import known_of
from pipelines import validate
from pipelines.commands.explain import feature_row
from pipelines.commands.score import score_tables
from schemas.checks import Checks
from scoring import assemble
from scoring.batch import Counts, score_folder
from scoring.bundle import Bundle, open_bundle

DAY = pd.Timestamp("2026-12-31")
"""Day the simulated tables stand for, as in params.yaml."""
SHOWN = ["application_id", "stage", "size_class", "data_gap", "pd", "decision", "rule", "limit"]
SHOWN += ["grade", "tolerance", "fired", "compared"]


@pytest.fixture(scope="module")
def bundle(finished: Path) -> Bundle:
    return open_bundle(finished)


@pytest.fixture(scope="module")
def decided(finished: Path) -> pd.DataFrame:
    """The out-of-time decisions of the run, by application."""
    decisions = pd.read_parquet(finished / "thresholds" / "decisions.parquet")
    return decisions[SHOWN].set_index("application_id").sort_index()


@pytest.fixture(scope="module")
def misnamed(finished: Path, decided: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The tables with an old adverse record of one application in full width, and two records of nobody."""
    folder = tmp_path_factory.mktemp("misnamed") / "tables"
    shutil.copytree(finished / "tables", folder)
    chosen = decided.index[(decided["decision"] == "refer") & (decided["data_gap"] == "")][0]
    applied = pd.read_parquet(folder / "applications.parquet").set_index("application_id")
    wide = "".join(chr(ord(c) + 0xFEE0) for c in applied.loc[chosen, "enterprise_id"])
    conduct = pd.read_parquet(folder / "conduct.parquet")
    kept = conduct[conduct["known_on"] < applied.loc[chosen, "as_of"]]
    records = kept.head(3).assign(enterprise_id=[wide, None, "nobody"], record_id=["w", "n", "x"])
    pd.concat([conduct, records]).to_parquet(folder / "conduct.parquet", index=False)
    return folder, str(chosen)


def scored(bundle: Bundle, tables: Path, output: Path) -> tuple[pd.DataFrame, Counts]:
    counts = score_folder(bundle, tables, output, DAY)
    return pd.read_parquet(output)[SHOWN].set_index("application_id").sort_index(), counts


@pytest.mark.parametrize("tables", ["tables", "valid"])
def test_score_repeats_the_decisions_of_the_run(
    finished: Path, bundle: Bundle, decided: pd.DataFrame, tables: str, tmp_path: Path
) -> None:
    found, counts = scored(bundle, finished / tables, tmp_path / "scores.parquet")
    pd.testing.assert_frame_equal(found.loc[decided.index], decided)
    whole = pd.read_parquet(finished / "features" / "features.parquet", columns=["application_id", "data_gap", "stage"])
    staged = whole[whole["stage"].notna()].set_index("application_id").sort_index()
    pd.testing.assert_series_equal(found["data_gap"], staged["data_gap"])
    assert bool(counts.unknown["rejected_before"]) is (tables == "valid")


def test_no_applicant_without_accounts_is_approved_in_the_run(finished: Path, decided: pd.DataFrame) -> None:
    bare = decided[decided["data_gap"].str.contains("no_row")]
    assert len(bare) > 20
    assert set(bare["decision"]) <= {"refer", "decline"}
    assert set(bare.loc[bare["decision"] == "refer", "rule"]) <= {"data_gap", "unknown_size_class", "no_tolerance"}
    assert (decided["data_gap"] == "").mean() > 0.5
    statements = pd.read_parquet(finished / "valid" / "statements.parquet", columns=["enterprise_id"])
    applied = pd.read_parquet(finished / "valid" / "applications.parquet").set_index("application_id")
    never = ~applied["enterprise_id"].isin(statements["enterprise_id"]).loc[decided.index]
    assert never.any()
    assert decided.loc[never, "data_gap"].str.contains("statements").all()


def test_explain_decides_as_the_run_does_with_gaps_and_with_other_applications_of_the_enterprise(
    finished: Path, bundle: Bundle, decided: pd.DataFrame
) -> None:
    no_row, clean = decided["data_gap"].str.contains("no_row"), decided["data_gap"] == ""
    applied = pd.read_parquet(finished / "valid" / "applications.parquet").set_index("application_id")
    again = applied["enterprise_id"].duplicated(keep=False).loc[decided.index]
    kinds = [no_row, ~no_row & ~clean, clean & again, clean & (decided["decision"] == "approve")]
    for kind in kinds:
        application = str(decided.index[kind][0])
        row = feature_row(finished / "tables", application, bundle, DAY, Checks())
        alone = assemble.decided(row, bundle)[SHOWN].set_index("application_id")
        pd.testing.assert_frame_equal(alone, decided.loc[[application]])


def test_a_record_in_full_width_refers_its_applicant_in_the_run_and_in_score_alike(
    finished: Path, bundle: Bundle, decided: pd.DataFrame, misnamed: tuple[Path, str], tmp_path: Path
) -> None:
    tables, chosen = misnamed
    found, counts = scored(bundle, tables, tmp_path / "scores.parquet")
    assert found.loc[chosen, "data_gap"] == "conduct (enterprise_id_in_enterprises)"
    assert found.loc[chosen, "decision"] != "approve"
    applied = pd.read_parquet(tables / "applications.parquet").set_index("application_id")["enterprise_id"]
    others = decided.index[(applied.loc[decided.index] != applied[chosen]).to_numpy()]
    pd.testing.assert_frame_equal(found.loc[others], decided.loc[others])
    validate.check(tables, tmp_path / "valid", DAY, Checks())
    run = pd.concat(known_of(tmp_path / "valid", bundle.schemes)).set_index("application_id")["data_gap"]
    pd.testing.assert_series_equal(run.loc[found.index], found["data_gap"])
    row = feature_row(tables, chosen, bundle, DAY, Checks()).iloc[0]
    assert row["data_gap"] == found.loc[chosen, "data_gap"]
    told = json.loads((tmp_path / "valid" / "summary.json").read_text(encoding="utf8"))["unattributed"]
    assert told == counts.unknown["unattributed"]


def test_records_of_nobody_are_told_by_table(
    finished: Path, misnamed: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "scores.parquet"
    score_tables(finished, misnamed[0], output, DAY.to_pydatetime(), Checks())
    summary = json.loads((tmp_path / "scores.parquet.summary.json").read_text(encoding="utf8"))
    before = json.loads((finished / "valid" / "summary.json").read_text(encoding="utf8"))["unattributed"]
    more = before.get("conduct", 0) + 2
    assert summary["unattributed"] == {**before, "conduct": more}
    assert f"note: table conduct: records nobody can attribute: {more} (no identifier" in capsys.readouterr().out
