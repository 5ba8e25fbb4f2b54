"""A promotion for real, on the run of a small portfolio: refused, forced, rolled back, and all of it visible."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from models.errors import ModelError
from pipelines import tracking
from pipelines.cli import app
from pipelines.comparison.compare import compared
from pipelines.comparison.loans import decided_by, of_run, of_tables
from pipelines.comparison.sides import side
from pipelines.registry import promotion
from pipelines.registry.errors import PromotionError, RegistryError
from pipelines.registry.promotion import Decided, Request, asked_gates, challenge, promote
from pipelines.registry.record import append, read, writing
from pipelines.registry.versions import pointed, registered
from policy.errors import MendableError
from policy.segments import STAGES
from tests.pipelines.registry.life import copied, validated, with_slope

SOURCE = "simulated"
RUN, REGISTRY = Path("data") / SOURCE, Path("registry") / SOURCE
WHO = ("--by", "Chen", "--reason", "yearly retrain", "--source", SOURCE)


def said(*arguments: str) -> tuple[int, str]:
    """Exit code and output of the command line, the message of an error a person can mend among it."""
    done = CliRunner().invoke(app, list(arguments))
    if isinstance(done.exception, MendableError):
        return done.exception.exit_code, f"{done.output} {done.exception}"
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def promoted(model: Path | str, on: str, *more: str) -> tuple[int, str]:
    return said("promote", "--model", str(model), "--on", on, *WHO, *more)


def begun() -> None:
    """The run made champion, without its gates."""
    with writing(REGISTRY):
        made = registered(REGISTRY, RUN, {"on": "2026-01-10", "by": "Chen", "reason": "first", "run": str(RUN)})
        told = {
            "version": made.name,
            "on": "2026-01-10",
            "by": "Chen",
            "reason": "first",
            "override": None,
            "failed": [],
        }
        append(REGISTRY, "champion", told)


def champions() -> list[str | None]:
    """Versions in MLflow that carry the alias champion, by stage."""
    client = tracking.open_store(Path())
    return [tracking.version_of(client, f"techcredit-{SOURCE}-{stage}", "champion") for stage in STAGES]


@pytest.fixture(scope="module")
def home(simulated_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the finished run and the MLflow store of that run, and beside it two other runs."""
    folder = tmp_path_factory.mktemp("home")
    validated(copied(simulated_run / RUN, folder / RUN))
    validated(with_slope(copied(simulated_run / RUN, folder / "backwards"), -1.0))
    validated(with_slope(copied(simulated_run / RUN, folder / "alike"), 1.05))
    shutil.copyfile(simulated_run / "params.yaml", folder / "params.yaml")
    shutil.copyfile(simulated_run / "mlflow.db", folder / "mlflow.db")
    return folder


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Inside that folder, without a registry."""
    monkeypatch.chdir(home)
    yield
    shutil.rmtree("registry", ignore_errors=True)


def test_a_worse_model_is_refused_and_one_that_is_forced_shows_it_for_ever(home: Path) -> None:
    code, told = promoted(RUN, "2026-01-10")
    assert (code, "champion is v1" in told) == (0, True), told
    assert "MLflow: champion is techcredit-simulated-startup 1" in told
    assert champions() == ["1", "1", "1"]

    code, told = promoted("backwards", "2026-01-11")
    assert code == 5
    assert "gates do not hold: auc_loss" in told
    assert "Comparisons made on loans of these days, this one included: 2" in " ".join(told.split())
    assert pointed(read(REGISTRY), "champion") == "v1"

    code, told = promoted("backwards", "2026-01-11", "--override", "drill of the committee")
    assert code == 0, told
    assert "champion is v2" in told
    assert "v2 was promoted by override of auc_loss" in told
    assert "holds no techcredit-simulated-startup of this run; its names were left as they are" in told
    assert champions() == ["1", "1", "1"]

    code, told = promoted("v1", "2026-01-12", "--override", "end of the drill")
    assert (code, "champion is v1" in told) == (0, True), told

    code, shown = said("registry", "show", "--source", SOURCE, "--json")
    found = json.loads(shown)
    assert (code, found["champion"], [v["state"] for v in found["versions"]]) == (0, "v1", ["intact", "intact"])
    told_of = [(e["kind"], e.get("version"), e.get("override")) for e in found["entries"]]
    assert told_of == [
        ("registered", "v1", None),
        ("champion", "v1", None),
        ("refused", None, None),
        ("registered", "v2", None),
        ("champion", "v2", "drill of the committee"),
        ("champion", "v1", None),
    ]
    assert found["entries"][4]["failed"][:2] == ["auc_loss", "auc_margin"]
    assert (found["entries"][4]["by"], found["entries"][4]["on"]) == ("Chen", "2026-01-11")
    _, screen = said("registry", "show", "--source", SOURCE)
    assert "promotion refused" in screen
    assert "drill of the committee" in screen


def test_the_champion_decides_as_its_run_did(home: Path, tmp_path: Path) -> None:
    begun()
    champion = side("champion", SOURCE)
    loans = of_run(RUN).newer((champion,))
    (found,) = decided_by(RUN / "valid", loans, (champion,))
    own = pd.read_parquet(RUN / "thresholds" / "decisions.parquet").set_index("application_id")
    own = own.loc[loans["application_id"]]
    assert len(loans) > 500
    assert (found["pd"].to_numpy() == own["pd"].to_numpy()).all()
    assert (found["decision"].to_numpy() == own["decision"].to_numpy()).all()
    output = tmp_path / "scored.parquet"
    arguments = ("--input", str(RUN / "valid"), "--output", str(output))
    code, told = said("score", "--model", str(REGISTRY / "champion"), *arguments)
    assert code == 0, told
    scored = pd.read_parquet(output).set_index("application_id").loc[own.index]
    assert (scored["pd"] == own["pd"]).all()
    summary = json.loads(Path(f"{output}.summary.json").read_text(encoding="utf8"))
    assert summary["registered_as"] == {
        "version": "v1",
        "champion": True,
        "promoted_on": "2026-01-10",
        "promoted_by": "Chen",
        "override": None,
    }


def test_a_model_as_good_passes_and_the_names_in_mlflow_stay_with_one_run(home: Path) -> None:
    begun()
    found = asked_gates(REGISTRY, side("alike", SOURCE), of_run(RUN), date(2026, 1, 11))
    assert [g.gate for g in found.failed] == []
    assert found.champion is not None
    assert found.comparison["figures"]["total"]["auc_change"] == pytest.approx(0, abs=0.01)


def test_a_champion_is_promoted_no_second_time(home: Path) -> None:
    begun()
    code, told = promoted(RUN, "2026-01-11")
    assert (code, "v1 is the champion already; nothing was recorded" in told) == (0, True)
    assert len(read(REGISTRY)) == 2
    with pytest.raises(RegistryError, match="is the champion v1 already"):
        promote(REGISTRY, side(str(RUN), SOURCE), of_run(RUN), Request("Chen", date(2026, 1, 11), "again"))


def test_a_challenger_passes_no_gate_and_decides_nothing(home: Path) -> None:
    begun()
    code, told = promoted("backwards", "2026-01-11", "--to", "challenger")
    assert (code, "challenger is v2" in told) == (0, True), told
    assert pointed(read(REGISTRY), "champion") == "v1"
    code, told = said("compare", "champion", "challenger", "--source", SOURCE, "--json")
    found = json.loads(told)
    assert (found["first"]["name"], found["second"]["name"]) == ("champion", "challenger")
    assert found["figures"]["total"]["auc_change_high"] < -0.1


def test_loans_of_delivered_tables_are_those_whose_outcome_was_known_on_the_day(home: Path) -> None:
    sides = (side(str(RUN), SOURCE),)
    own = of_run(RUN).newer(sides)
    with of_tables(RUN / "valid", pd.Timestamp("2026-06-30")) as found:
        assert any(line.startswith("applications") for line in found.accounts)
        assert (found.tables / "statements.parquet").is_file()
        kept = own[own["as_of"] <= "2025-06-30"].reset_index(drop=True)
        assert 0 < len(kept) < len(own)
        pd.testing.assert_frame_equal(found.newer(sides), kept)
    assert "give one of them" in said("compare", "v1", "v2", "--loans", "x", "--input", "y")[1]


def test_models_of_different_pds_are_not_compared(home: Path) -> None:
    first = side(str(RUN), SOURCE)
    other = replace(
        first, name="other", bundle=replace(first.bundle, procedure=replace(first.bundle.procedure, measure="x"))
    )
    with pytest.raises(ModelError, match="wanted two models of the same PD; that of data/simulated is twelve_months"):
        compared(first, other, of_run(RUN))


def test_an_open_finding_or_a_validation_of_another_model_is_refused(home: Path) -> None:
    findings = [{"id": "level.startup", "severity": "high", "status": "open"}]
    validated(Path("backwards"), findings)
    shutil.copyfile(RUN / "model_validation/validation.json", "backwards/model_validation/validation.json")
    try:
        code, told = promoted("backwards", "2026-01-11")
    finally:
        validated(Path("backwards"))
    assert code == 5
    assert "findings (1, limit ['high'], level.startup)" in told
    assert "validation (3, limit True, growth, mature, startup)" in told


def test_a_run_with_the_model_of_another_run_in_it_is_not_promoted(home: Path, tmp_path: Path) -> None:
    mixed = validated(copied(RUN, tmp_path / "mixed"))
    shutil.copytree("backwards/models/growth", mixed / "models" / "growth", dirs_exist_ok=True)
    code, told = promoted(mixed, "2026-01-11", "--override", "a mixture")
    assert code == 1
    assert "models/growth/model.json was changed after the run" in told
    assert read(REGISTRY) == ()


def test_a_champion_whose_copy_was_changed_is_refused_and_can_be_replaced(home: Path) -> None:
    begun()
    (REGISTRY / "v1" / "acceptance" / "acceptance.json").write_text("{}", encoding="utf8")
    code, told = said("thresholds", "--model", str(REGISTRY / "champion"))
    assert (code, "acceptance.json was changed after the run" in told) == (1, True)
    assert "was changed after the run" in said("registry", "show", "--source", SOURCE)[1]
    code, told = promoted("alike", "2026-01-11")
    assert code == 5
    assert "the champion v1 cannot be opened" in told
    assert promoted("alike", "2026-01-11", "--override", "the copy of v1 is damaged")[0] == 0


def _promoted_meanwhile(monkeypatch: pytest.MonkeyPatch, candidate: Any) -> None:
    """Gates that hold, while another process promotes `candidate`."""

    def gates(registry: Path, *_: Any) -> Decided:
        with writing(registry):
            made = registered(registry, candidate.folder, {"on": "2026-01-01"})
            append(registry, "champion", {"version": made.name, "on": "2026-01-01"})
        nothing = dict.fromkeys(("loans", "defaults", "newer_than", "from", "to"))
        return Decided(None, (), nothing, None)

    monkeypatch.setattr(promotion, "asked_gates", gates)


def test_a_promotion_that_was_compared_with_an_older_champion_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _promoted_meanwhile(monkeypatch, side("alike", SOURCE))
    with pytest.raises(RegistryError, match="wanted the champion that was compared, None; meanwhile it is v1"):
        promote(REGISTRY, side(str(RUN), SOURCE), of_run(RUN), Request("Chen", date(2026, 1, 11), "first"))
    assert pointed(read(REGISTRY), "champion") == "v1"
    assert len(read(REGISTRY)) == 2


def test_days_go_forward_and_names_and_reasons_have_words(home: Path) -> None:
    challenge(REGISTRY, side(str(RUN), SOURCE), Request("Chen", date(2026, 1, 11), "new"))
    with pytest.raises(RegistryError, match="wanted a day not before 2026-01-11, that of the last entry"):
        challenge(REGISTRY, side(str(RUN), SOURCE), Request("Chen", date(2026, 1, 10), "new"))
    for words in ({"by": " "}, {"reason": ""}, {"override": " "}):
        with pytest.raises(RegistryError, match="wanted words in --"):
            Request(**{"by": "Chen", "on": date(2026, 1, 1), "reason": "new", **words})  # type: ignore[arg-type]


def test_a_refusal_is_recorded(home: Path) -> None:
    with pytest.raises(PromotionError, match="not promoted: 1 of 9 gates do not hold: alarm"):
        _refused_by_alarm()
    (entry,) = read(REGISTRY)
    assert (entry.kind, entry.content["failed"], entry.content["by"]) == ("refused", ["alarm"], "Chen")


def _refused_by_alarm() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(promotion, "open_state", lambda _: Standing())
        promote(REGISTRY, side(str(RUN), SOURCE), of_run(RUN), Request("Chen", date(2026, 1, 11), "first"))


class Standing:
    """A state in which the alarm of one size class stands."""

    size_class = "micro"

    def standing(self) -> tuple["Standing", ...]:
        return (self,)
