"""`techcredit ledger pipeline`: approved and not booked, at the bounds of the run's certificates."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from decisions.certificate import Certificate
from decisions.ledger.balance import balance
from decisions.ledger.bounds import npl_bound
from decisions.ledger.entries import Booked, Certification, Pipeline
from decisions.ledger.values import LedgerError
from decisions.procedure import Issued, procedure
from pipelines.commands import ledger_pipeline
from pipelines.commands.ledger_pipeline import record_pipeline
from pipelines.files import write_json
from pipelines.ledger import append, read
from schemas.conform import BadTableError, conform, write_table
from schemas.tables import TABLES

DAY, RECORDED = date(2025, 12, 31), date(2026, 1, 5)
SCORED = [
    ("a0", "2025-06-30", "micro", "approve", 1e6),
    ("a1", "2025-10-01", "micro", "approve", 2e6),
    ("a2", "2025-12-01", "micro", "approve", 4e6),
    ("a3", "2025-12-01", "micro", "refer", 8e6),
    ("a4", "2025-12-01", "small", "approve", 16e6),
    ("a5", "2026-01-01", "small", "approve", 32e6),
]
Record = Callable[..., str]


def conversion(tmp_path: Path, loans: str = "loans-1", **inputs: float | None) -> None:
    """What turns bounds into NPL ratios; without inputs they are compared as they are."""
    content = {
        "stock_flow": {"kappa": None, "rho": 0.0} | inputs,
        "levels": {"micro": {"years": 1.0}},
        "looks": {"loans": loans, "made": 1},
    }
    write_json(content, tmp_path / "run" / "thresholds" / "thresholds.json")


def certificate(name: str, bound: float, *, certified: bool = True) -> Certificate:
    reason, cut_off = ("certified", 0.05) if certified else ("start_failed", None)
    return Certificate(name, certified, cut_off, 0.045, 0.1, reason, upper_bound=bound)


@pytest.fixture
def bundle(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What a run leaves: micro certified at 3 %, from October 2025 at 2 %; small at 4 %; large failed."""
    first = {"micro": certificate("micro", 0.03), "small": certificate("small", 0.04)}
    second = first | {"micro": certificate("micro", 0.02), "large": certificate("large", 0.06, certified=False)}
    whole = procedure("twelve_months", DAY)
    issued = (Issued(date(2024, 1, 5), first), Issued(date(2025, 10, 1), second))
    whole = type(whole)(whole.measure, DAY, whole.rules, (), whole.zones, whole.scale, issued)
    found = SimpleNamespace(procedure=whole, policy_version="p1", models={"growth": SimpleNamespace(version="m1")})
    monkeypatch.setattr(ledger_pipeline, "open_bundle", lambda folder: found)
    return found


@pytest.fixture
def record(tmp_path: Path, bundle: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> Record:
    """The command on SCORED, its tables and its run; gives what it printed."""
    scores = pd.DataFrame(SCORED, columns=["application_id", "as_of", "size_class", "decision", "exposure"])
    scores = scores.assign(
        as_of=pd.to_datetime(scores["as_of"]), stage="growth", model_version="m1", policy_version="p1"
    )
    scores.drop(columns="exposure").to_parquet(tmp_path / "scores.parquet")
    applications = scores.assign(enterprise_id="e1", amount=scores["exposure"])
    write_table(conform(applications, TABLES["applications"]), "applications", tmp_path / "tables")
    conversion(tmp_path)

    def called(
        booked: Path | None = None,
        size_class: str | None = None,
        corrects: int | None = None,
        day: date = DAY,
        scores: int = 1,
    ) -> str:
        run = ([tmp_path / "scores.parquet"] * scores, [tmp_path / "tables"], tmp_path / "run")
        record_pipeline(str(tmp_path / "l.sqlite"), run, day, RECORDED, booked, size_class, corrects)
        return capsys.readouterr().out

    return called


def stated(tmp_path: Path) -> dict[str, Pipeline]:
    entries = read(str(tmp_path / "l.sqlite")).entries
    return {e.content.size_class: e.content for e in entries if isinstance(e.content, Pipeline)}


def changed(path: Path, **columns: object) -> None:
    pd.read_parquet(path).assign(**columns).to_parquet(path)


def test_all_that_is_approved_by_the_day_counts_at_the_highest_bound_it_stands_under(
    record: Record, tmp_path: Path
) -> None:
    record()
    found = stated(tmp_path)
    # a0 was approved under the certificate of 3 %, a1 and a2 under that of 2 %; a3 is referred, a5 decided later.
    assert (found["micro"].amount, found["micro"].bound) == (7e6, 0.03)
    assert (found["small"].amount, found["small"].bound) == (16e6, 0.04)
    assert (found["large"].amount, found["large"].bound) == (0.0, None)
    assert found["micro"].certificate.policy == "p1"


def test_what_was_decided_by_the_last_booking_is_taken_as_booked_and_said(record: Record, tmp_path: Path) -> None:
    append(str(tmp_path / "l.sqlite"), lambda _: [Booked("micro", date(2025, 10, 1), 5e6, 0.0, 3)], DAY)
    out = record()
    assert (
        "note: 2 applications of micro, 3,000,000.00, decided on 2025-10-01 or earlier, are taken to be in the booking"
        in out
    )
    found = stated(tmp_path)
    assert (found["micro"].amount, found["micro"].bound) == (4e6, 0.02)
    assert found["small"].amount == 16e6


def test_a_table_of_booked_loans_names_them_exactly(record: Record, tmp_path: Path) -> None:
    append(str(tmp_path / "l.sqlite"), lambda _: [Booked("micro", DAY, 5e6, 0.0, 3)], RECORDED)
    path = tmp_path / "booked.csv"
    path.write_text("size_class,balance,is_npl,application_id\nmicro,2e6,no,a1\nmicro,3e6,no,other\n")
    assert "1 of 4 approved applications are booked" in record(booked=path)
    assert stated(tmp_path)["micro"].amount == 5e6


def test_a_table_of_booked_loans_without_applications_is_refused(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "booked.csv"
    path.write_text("size_class,balance,is_npl\nmicro,2e6,no\n")
    with pytest.raises(BadTableError, match="wanted application_id in the table of booked loans"):
        record(booked=path)


def test_a_certification_is_recorded_once_and_again_when_it_is_another(
    record: Record, tmp_path: Path, bundle: SimpleNamespace
) -> None:
    record(day=date(2025, 12, 30))
    record()
    made = [e.content for e in read(str(tmp_path / "l.sqlite")).entries if isinstance(e.content, Certification)]
    assert [(c.size_class, c.bound) for c in made] == [("micro", 0.02), ("small", 0.04), ("large", None)]
    bundle.models = {"growth": SimpleNamespace(version="m2")}
    changed(tmp_path / "scores.parquet", model_version="m2")
    record(day=date(2026, 1, 1))
    found = balance(read(str(tmp_path / "l.sqlite")).entries, RECORDED)
    assert found["micro"].looks == 2


def test_certifications_on_other_loans_are_looks_at_those(record: Record, tmp_path: Path) -> None:
    record(day=date(2025, 12, 30))
    conversion(tmp_path, "loans-2")
    record()
    found = balance(read(str(tmp_path / "l.sqlite")).entries, RECORDED)["micro"]
    assert (found.certificate.loans, found.looks) == ("loans-2", 1)


def test_the_bound_of_a_yearly_default_ratio_becomes_one_of_the_npl_ratio(record: Record, tmp_path: Path) -> None:
    conversion(tmp_path, kappa=2.0, rho=0.05)
    record()
    found = stated(tmp_path)["micro"]
    assert found.bound == npl_bound(0.03, 2.0, 0.05, 1.0, 0.1)
    assert found.bound > 2 * 0.03


def test_one_size_class_of_the_pipeline_is_corrected(record: Record, tmp_path: Path) -> None:
    record()
    entries = read(str(tmp_path / "l.sqlite")).entries
    number = next(e.number for e in entries if isinstance(e.content, Pipeline) and e.content.size_class == "micro")
    path = tmp_path / "booked.csv"
    path.write_text("size_class,balance,is_npl,application_id\nmicro,2e6,no,a0\n")
    assert f"in place of entry {number}" in record(booked=path, size_class="micro", corrects=number)
    assert stated(tmp_path)["micro"].amount == 6e6


def test_the_same_day_twice_is_refused_and_leaves_nothing(record: Record, tmp_path: Path) -> None:
    record()
    before = read(str(tmp_path / "l.sqlite")).digests
    with pytest.raises(LedgerError, match="pipeline of micro: its day must come after 2025-12-31"):
        record()
    assert read(str(tmp_path / "l.sqlite")).digests == before


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"policy_version": "p0"}, "wanted scores under the run's policy p1; got p0"),
        ({"model_version": "m0"}, "application a0 was scored by model m0 of stage growth, the run has m1"),
        ({"stage": "mature"}, "was scored by model m1 of stage mature, the run has none"),
        (
            {"application_id": "a1"},
            "wanted every approved application once in scores and tables; a1 stands",
        ),
        (
            {"application_id": [f"b{n}" for n in range(6)]},
            "wanted the exposure of every approved application in the tables; 4 have none, b0 for one",
        ),
        ({"size_class": "large"}, "an application of large was approved on 2025-06-30, when the run has no certified"),
        ({"size_class": None}, "wanted the size class of every approved application; a0 has none"),
    ],
)
def test_scores_that_do_not_belong_to_the_run_or_the_tables_are_refused(
    record: Record, tmp_path: Path, columns: dict[str, object], sentence: str
) -> None:
    changed(tmp_path / "scores.parquet", **columns)
    with pytest.raises(LedgerError, match=sentence):
        record()


def test_the_same_scores_twice_are_refused(record: Record) -> None:
    with pytest.raises(LedgerError, match=r"wanted every approved application once.*a0 stands there twice"):
        record(scores=2)


def test_a_file_that_holds_no_scores_and_a_run_without_conversion_are_named(record: Record, tmp_path: Path) -> None:
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "scores.parquet")
    with pytest.raises(LedgerError, match="wanted a Parquet file as `techcredit score` leaves it"):
        record()
    write_json({"stock_flow": {}}, tmp_path / "run" / "thresholds" / "thresholds.json")
    with pytest.raises(LedgerError, match="wanted stock_flow, levels and looks, as a finished run leaves them"):
        record()
