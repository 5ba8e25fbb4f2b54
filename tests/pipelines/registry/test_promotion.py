"""A promotion for real, on the run of a small portfolio: refused, forced, rolled back, and all of it visible."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from models.errors import ModelError
from pipelines import tracking
from pipelines.comparison.compare import compared
from pipelines.comparison.loans import decided_by, of_run, of_tables
from pipelines.comparison.sides import side
from pipelines.promotion.cover import promoted as promoted_by
from pipelines.promotion.promotion import Request, asked_gates, promote
from pipelines.registry.errors import RegistryError
from pipelines.registry.record import read
from pipelines.registry.told import registry_lines
from pipelines.registry.versions import pointed
from policy.segments import STAGES
from reports.comparison import comparison_page
from tests.pipelines.registry.life import REGISTRY, RUN, SOURCE, begun, copied, promoted, said, validated


def champions() -> list[str | None]:
    """Versions in MLflow that carry the alias champion, by stage."""
    client = tracking.open_store(Path())
    return [tracking.version_of(client, f"techcredit-{SOURCE}-{stage}", "champion") for stage in STAGES]


def test_a_worse_model_is_refused_and_one_that_is_forced_shows_it_for_ever(home: Path) -> None:
    code, told = promoted(RUN, "2027-01-10")
    assert (code, "champion is v1" in told) == (0, True), told
    assert "MLflow: champion is techcredit-simulated-startup 1" in told
    assert champions() == ["1", "1", "1"]

    code, told = promoted("backwards", "2027-01-11")
    assert code == 6
    assert "gates do not hold: auc_loss" in told
    assert "Pairs of models compared on loans of these days, this one included: 2" in " ".join(told.split())
    assert pointed(read(REGISTRY), "champion") == "v1"

    code, told = promoted("backwards", "2027-01-11", "--override", "drill of the committee")
    assert code == 0, told
    assert "champion is v2" in told
    assert "v2 was promoted by override of auc_loss" in told
    page = (REGISTRY / "pages" / "000005.html").read_text(encoding="utf8")
    assert "v2 was promoted by override of auc_loss" in page
    assert "强制发布理由：drill of the committee" in page
    assert "The second model ranks these loans worse" in page
    cover = promoted_by(REGISTRY, Path("backwards"))
    assert cover is not None
    assert cover.override
    assert "v2 was promoted by override of auc_loss" in cover.text.en
    lines = registry_lines(REGISTRY, RUN)
    assert lines[0] == "registry: the champion is v2, promoted on 2027-01-11 by Chen"
    assert "drill of the committee" in lines[1]
    assert "the run in this folder is not the champion (v1)" in lines[2]
    assert "holds no techcredit-simulated-startup of this run; its names were left as they are" in told
    assert champions() == ["1", "1", "1"]

    code, told = promoted("v1", "2027-01-12", "--override", "end of the drill")
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
    assert (found["entries"][4]["by"], found["entries"][4]["on"]) == ("Chen", "2027-01-11")
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
        "promoted_on": "2027-01-10",
        "promoted_by": "Chen",
        "override": None,
    }


def test_a_model_as_good_passes_and_the_names_in_mlflow_stay_with_one_run(home: Path) -> None:
    begun()
    found = asked_gates(REGISTRY, side("alike", SOURCE), of_run(RUN), date(2027, 1, 11))
    assert [g.gate for g in found.failed] == []
    assert found.champion is not None
    assert found.comparison["figures"]["total"]["auc_change"] == pytest.approx(0, abs=0.01)


def test_a_champion_is_promoted_no_second_time(home: Path) -> None:
    begun()
    code, told = promoted(RUN, "2027-01-11")
    assert (code, "v1 is the champion already; nothing was recorded" in told) == (0, True)
    assert len(read(REGISTRY)) == 2
    with pytest.raises(RegistryError, match="is the champion v1 already"):
        promote(REGISTRY, side(str(RUN), SOURCE), of_run(RUN), Request("Chen", date(2027, 1, 11), "again"))


def test_a_challenger_passes_no_gate_and_decides_nothing(home: Path) -> None:
    begun()
    code, told = promoted("backwards", "2027-01-11", "--to", "challenger")
    assert (code, "challenger is v2" in told) == (0, True), told
    assert pointed(read(REGISTRY), "champion") == "v1"
    code, told = said("compare", "champion", "challenger", "--source", SOURCE, "--json")
    found = json.loads(told)
    assert (found["first"]["name"], found["second"]["name"]) == ("champion", "challenger")
    assert found["figures"]["total"]["auc_change_high"] < -0.1
    lost = found["lines"]["micro"]
    lost["first"]["certified"], lost["second"]["certified"] = True, False
    page = comparison_page(found)
    assert "Under the second model no cut-off is certified for" in page
    assert "第二个模型对这些贷款的排序较差" in page
    lost["first"]["certified"], lost["second"]["certified"] = False, True
    assert "Under the second model a cut-off is certified for" in comparison_page(found)
    del found["figures"]
    empty = comparison_page({**found, "looks": None})
    assert "No loan with a known outcome was decided after" in empty


def test_without_a_champion_a_comparison_says_what_makes_the_first(home: Path) -> None:
    code, told = said("compare", "champion", str(RUN), "--source", SOURCE)
    assert code == 1
    assert "no champion yet in the registry registry/simulated (versions: none); `techcredit promote` makes" in told
    assert "`techcredit promote --to challenger` makes" in said("compare", str(RUN), "challenger")[1]
    assert "no champion yet" in said("thresholds", "--model", str(REGISTRY / "champion"))[1]


def test_a_registry_elsewhere_moves_no_name_in_mlflow(home: Path, tmp_path: Path) -> None:
    before = champions()
    code, told = promoted("alike", "2027-01-11", "--registry", str(tmp_path / "other"), "--override", "a drill")
    assert (code, "champion is v1" in told) == (0, True), told
    assert "MLflow: its names follow registry, not" in told
    assert champions() == before
    assert not REGISTRY.exists()


def test_findings_of_a_version_are_shown_and_set_in_its_run_alone(home: Path) -> None:
    begun()
    version = REGISTRY / "v1"
    register = (version / "findings.json").read_bytes()
    code, told = said("findings", "show", "--model", str(REGISTRY / "champion"), "--json")
    assert (code, json.loads(told)) == (0, [])
    code, told = said("findings", "set", "--model", str(REGISTRY / "champion"), "--finding", "x", "--owner", "Li")
    assert code == 1
    assert "v1 is a sealed copy in a registry: wanted the folder of the run, such as data/simulated" in told
    assert (version / "findings.json").read_bytes() == register


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
        code, told = promoted("backwards", "2027-01-11")
    finally:
        validated(Path("backwards"))
    assert code == 6
    assert "findings (findings not settled: 1, level.startup)" in told
    assert "validation (stages whose validation is of another model: 3, growth, mature, startup)" in told


def test_a_run_with_the_model_of_another_run_in_it_is_not_promoted(home: Path, tmp_path: Path) -> None:
    mixed = validated(copied(RUN, tmp_path / "mixed"))
    shutil.copytree("backwards/models/growth", mixed / "models" / "growth", dirs_exist_ok=True)
    code, told = promoted(mixed, "2027-01-11", "--override", "a mixture")
    assert code == 1
    assert "models/growth/model.json was changed after the run" in told
    assert read(REGISTRY) == ()


def test_a_champion_whose_copy_was_changed_is_refused_and_can_be_replaced(home: Path) -> None:
    begun()
    (REGISTRY / "v1" / "acceptance" / "acceptance.json").write_text("{}", encoding="utf8")
    code, told = said("thresholds", "--model", str(REGISTRY / "champion"))
    assert (code, "acceptance.json was changed after the run" in told) == (1, True)
    assert "was changed after the run" in said("registry", "show", "--source", SOURCE)[1]
    code, told = promoted("alike", "2027-01-11")
    assert code == 6
    assert "the champion v1 cannot be opened" in told
    assert promoted("alike", "2027-01-11", "--override", "the copy of v1 is damaged")[0] == 0
