"""`techcredit monitor` on a finished run: planted drift is told with its day; the same input gives the same bytes."""

import json
import re
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from models.monitoring.looks import MonitorError
from pipelines.commands.monitor import Asked, LimitExceededError, monitor_model
from pipelines.registry.record import writing
from pipelines.registry.versions import UNLABELLED, registered
from policy.digests import sha256
from scoring.assemble import decided
from scoring.bundle import open_bundle
from scoring.manifest import MANIFEST
from tests.conftest import ROOT, run_cli

UNTIL = datetime.fromisoformat("2026-12-31")
FILES = ("monitor.json", "monitor.html", "set_aside.csv")


@pytest.fixture(scope="module")
def scored(finished: Path) -> pd.DataFrame:
    """Scores of the out-of-time applications of the run."""
    table = pd.read_parquet(finished / "features" / "features.parquet")
    return decided(table[table["as_of"] >= "2024-01-01"].reset_index(drop=True), open_bundle(finished))


def batches(table: pd.DataFrame, folder: Path) -> tuple[Path, ...]:
    """One file of scores per half-year, with no application rejected."""
    folder.mkdir(exist_ok=True)
    found = []
    for half, rows in table.groupby(table["as_of"].dt.year * 10 + table["as_of"].dt.month.gt(6)):
        path = folder / f"{half}.parquet"
        rows.to_parquet(path, index=False)
        rows.head(0)[["application_id", "as_of"]].to_parquet(folder / f"{half}.parquet.rejects.parquet")
        found.append(path)
    return tuple(found)


def outcomes(table: pd.DataFrame, path: Path, odds: float = 1.0, day: str = "2025-01-01") -> Path:
    """Outcomes drawn from the PDs, the odds of decisions from a day on `odds` times as high."""
    late = (table["as_of"] >= day).to_numpy()
    chance = expit(logit(table["pd"].to_numpy()) + np.where(late, np.log(odds), 0.0))
    bad = np.random.default_rng(4).random(len(table)) < chance
    ends = table["as_of"] + pd.DateOffset(months=12)
    defaulted_on = (table["as_of"] + pd.Timedelta(days=200)).where(bad)
    rows = {"window_months": 12.0, "window_ends_on": ends, "defaulted": bad, "defaulted_on": defaulted_on}
    known = table[["application_id"]].assign(**rows, known_on=defaulted_on.where(bad, ends), weight=1.0)
    known.to_csv(path, index=False)
    return path


def told(model: Path, asked: Asked, output: Path) -> dict[tuple[str, str], str]:
    """First day of every excess, by test and group."""
    with suppress(LimitExceededError):
        monitor_model(model, asked, output)
    found = json.loads((output / "monitor.json").read_text(encoding="utf8"))
    return {(record["test"], record["group"]): record["on"] for record in found["exceeded"]}


@pytest.fixture(scope="module")
def quiet(finished: Path, scored: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Asked]:
    """A monitor of the batches as they are, with outcomes as the PDs say and a decision of a person."""
    folder = tmp_path_factory.mktemp("monitor")
    row = scored[scored["decision"] == "approve"].iloc[0]
    person = {"application_id": [row["application_id"]], "decision": "decline", "reason": "lawsuit", "by": "Committee"}
    pd.DataFrame({**person, "on": f"{row['as_of']:%Y-%m-%d}"}).to_csv(folder / "decisions.csv", index=False)
    files = batches(scored, folder / "scores")
    asked = Asked(files, outcomes(scored, folder / "outcomes.csv"), folder / "decisions.csv", (), None, UNTIL)
    return folder, asked


def test_without_drift_nothing_but_the_mix_of_the_portfolio_is_told(finished: Path, quiet: tuple[Path, Asked]):
    folder, asked = quiet
    assert {test for test, _ in told(finished, asked, folder / "out")} <= {"stage_index"}


def test_the_same_input_gives_the_same_bytes_and_a_monitor_can_be_run_again(
    finished: Path, quiet: tuple[Path, Asked], capsys: pytest.CaptureFixture[str]
):
    folder, asked = quiet
    told(finished, asked, folder / "one")
    before = [(folder / "one" / name).read_bytes() for name in FILES]
    told(finished, asked, folder / "one")
    turned = Asked(asked.scores[::-1], asked.outcomes, asked.decisions, (), None, UNTIL)
    told(finished, turned, folder / "two")
    assert [(folder / "one" / name).read_bytes() for name in FILES] == before
    assert [(folder / "two" / name).read_bytes() for name in FILES] == before
    said = capsys.readouterr().out
    assert re.search(r"applications: rows in (\d+) = used \1 \+ identical duplicates 0\n", said)
    assert "decisions of persons: rows in 1 = used 1 + identical duplicates 0" in said


def test_the_page_is_whole_in_both_languages_and_fetches_nothing(finished: Path, quiet: tuple[Path, Asked]):
    folder, asked = quiet
    told(finished, asked, folder / "page")
    page = (folder / "page" / "monitor.html").read_text(encoding="utf8")
    assert "<script" not in page
    assert re.findall(r"""(?:src|href)=["'](?!#)[^"']*""", page) == []
    shown = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert re.findall(r"\b(?:nan|NaN|None|inf|NaT)\b", shown) == []
    assert "模型运行监测" in page
    assert page.count("<svg") >= 4
    assert "system approved" in page
    assert "Roll rates are absent" in page


def test_defaults_twice_as_many_are_told_with_their_day(
    finished: Path, scored: pd.DataFrame, quiet: tuple[Path, Asked], tmp_path: Path
):
    _, asked = quiet
    worse = Asked(asked.scores, outcomes(scored, tmp_path / "o.csv", 3.0), None, (), None, UNTIL)
    found = told(finished, worse, tmp_path / "out")
    assert "2026-01-31" <= found[("level", "total")] <= "2026-12-31"
    then = Asked(asked.scores, worse.outcomes, None, (), None, datetime.fromisoformat(found[("level", "total")]))
    assert told(finished, then, tmp_path / "then")[("level", "total")] == found[("level", "total")]


def test_applicants_of_higher_risk_are_told_with_their_day(finished: Path, scored: pd.DataFrame, tmp_path: Path):
    late, middle = scored["as_of"] >= "2025-01-01", scored.groupby("stage")["pd"].transform("median")
    higher = scored[late & (scored["pd"] > middle)]
    # So few applications would be looked at once a year: four of each.
    more = [higher.assign(application_id=higher["application_id"] + f"-{copy}") for copy in range(4)]
    moved = pd.concat([scored[~late], *more])
    found = told(finished, Asked(batches(moved, tmp_path / "scores"), None, None, (), None, UNTIL), tmp_path / "out")
    days = [day for (test, _), day in found.items() if test == "pd_index"]
    assert days
    assert min(days) >= "2025-01-31"


def test_a_past_that_was_changed_is_refused_and_nothing_is_written(
    finished: Path, scored: pd.DataFrame, tmp_path: Path
):
    files = batches(scored, tmp_path / "scores")
    told(finished, Asked(files, None, None, (), None, datetime.fromisoformat("2025-06-30")), tmp_path / "out")
    before = (tmp_path / "out" / "monitor.json").read_bytes()
    with pytest.raises(MonitorError, match="batches, outcomes or limits of the past were changed or left out"):
        monitor_model(finished, Asked(files[1:], None, None, (), None, UNTIL), tmp_path / "out")
    assert (tmp_path / "out" / "monitor.json").read_bytes() == before


def test_a_batch_of_score_is_monitored_with_its_features_and_roll_rates(finished: Path, tmp_path: Path):
    tables = tmp_path / "tables"
    tables.mkdir()
    applications = pd.read_parquet(finished / "tables" / "applications.parquet")
    late = applications[applications["as_of"].between("2024-01-01", "2024-06-30")]
    for path in (finished / "tables").glob("*.parquet"):
        table = pd.read_parquet(path)
        key = "application_id" if "application_id" in table else "enterprise_id"
        table[table[key].isin(late[key])].to_parquet(tables / path.name, index=False)
    given = ("--model", str(finished), "--input", str(tables), "--output", str(tmp_path / "scores/"))
    done = run_cli(ROOT, "score", *given[:-1], f"{tmp_path / 'scores'}/")
    assert done.returncode == 0, done.stderr
    asked = ("--scores", str(tmp_path / "scores"), "--tables", str(tables), "--until", "2025-12-31")
    done = run_cli(ROOT, "monitor", "--model", str(finished), *asked, "--output", str(tmp_path / "out"))
    assert done.returncode in (0, 5), done.stderr
    found = json.loads((tmp_path / "out" / "monitor.json").read_text(encoding="utf8"))
    assert found["applications_with_features"] == found["accounts"][0]["used"] > 200
    tested = {record["group"] for record in found["records"] if record["test"] == "feature_index"}
    assert {"leverage", "rd_intensity"} <= tested
    assert sum(map(sum, found["roll_rates"]["counts"])) > 100
    assert (done.returncode == 5) == bool(found["exceeded"])
    with pytest.raises(MonitorError, match=r"no.parquet; there is no such file"):
        monitor_model(finished, Asked((tmp_path / "no.parquet",), None, None, (), None, UNTIL), tmp_path / "none")
    assert not (tmp_path / "none").exists()
    assert LimitExceededError.exit_code == 5


def test_a_book_mostly_scored_by_another_model_is_told_and_so_is_a_month_left_out(
    finished: Path, scored: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    whole = scored[scored["as_of"].dt.strftime("%Y-%m") != "2024-09"]
    rare, end = int(len(whole) * 0.04), datetime.fromisoformat("2025-12-31")
    for share, count in (("few", rare), ("many", 3 * rare)):
        rows = whole.copy()
        rows.loc[rows.index[:count], "model_version"] = "another"
        asked = Asked(batches(rows, tmp_path / share), None, None, (), None, end)
        told(finished, asked, tmp_path / f"{share}-out")
        found = json.loads((tmp_path / f"{share}-out" / "monitor.json").read_text(encoding="utf8"))
        assert found["months_without_applications"] == ["2024-09"]
        assert list(found["set_aside_exceeded"]) == (["applications"] if share == "many" else [])
        assert "note: no application in 2024-09: is a batch left out?" in capsys.readouterr().out
        page = (tmp_path / f"{share}-out" / "monitor.html").read_text(encoding="utf8")
        assert "No application in 2024-09" in page
        assert ("of the rows of scored applications are set aside for a fault" in page) == (share == "many")
    with pytest.raises(LimitExceededError, match=r"11\.9% of the rows of applications are set aside for a fault"):
        monitor_model(finished, asked, tmp_path / "many-out")


def test_a_monitor_that_looks_at_nothing_does_not_end_well(finished: Path, scored: pd.DataFrame, tmp_path: Path):
    few = batches(scored.iloc[:1], tmp_path / "few")
    with pytest.raises(LimitExceededError, match="no look with a limit was made"):
        monitor_model(finished, Asked(few, None, None, (), None, UNTIL), tmp_path / "out")


def test_rejected_applications_that_the_manifest_counts_have_to_be_there(
    finished: Path, scored: pd.DataFrame, tmp_path: Path
):
    (path,) = batches(scored[scored["as_of"] < "2024-07-01"], tmp_path / "scores")
    files = {path.name: {"sha256": sha256(path)}}
    manifest = path.with_name(f"{path.name}.manifest.json")
    manifest.write_text(json.dumps({"files": files, "applications": {"rejected": 186}}), encoding="utf8")
    asked = Asked((path,), None, None, (), None, UNTIL)
    with pytest.raises(MonitorError, match=r"wanted the rejected applications of the batch, 186 rows .*; got 0 rows"):
        monitor_model(finished, asked, tmp_path / "out")
    path.with_name(f"{path.name}.rejects.parquet").unlink()
    with pytest.raises(MonitorError, match=r"wanted the 186 rejected applications of the batch in .*; it is not there"):
        monitor_model(finished, asked, tmp_path / "out")


def test_a_version_of_a_registry_is_monitored_with_the_run_it_was_registered_from(
    finished: Path, quiet: tuple[Path, Asked], tmp_path: Path
):
    folder, asked = quiet
    with writing(tmp_path / "registry"):
        version = registered(tmp_path / "registry", finished, {"on": "2026-01-10"}).folder
    one = told(finished, asked, tmp_path / "run")
    assert told(version, asked, tmp_path / "version") == one
    with pytest.raises(MonitorError, match=r"wanted .*features.parquet, .*give --reference"):
        monitor_model(version, replace(asked, tables=(folder,)), tmp_path / "none")
    (version / UNLABELLED).unlink()
    with pytest.raises(MonitorError, match=r"wanted .*unlabelled.parquet, .*give --reference"):
        monitor_model(version, asked, tmp_path / "none")
    assert told(version, replace(asked, reference=finished), tmp_path / "beside") == one
    other = tmp_path / "other"
    (other / MANIFEST).parent.mkdir(parents=True)
    (other / MANIFEST).write_text("{}", encoding="utf8")
    with pytest.raises(MonitorError, match=r"other is another run \(its manifest is not the same\)"):
        monitor_model(version, replace(asked, reference=other), tmp_path / "none")
    assert not (tmp_path / "none").exists()
