import shutil
from datetime import date
from pathlib import Path

import pytest

from policy.loader import FLAGS, FOLDER, PolicyError
from policy.strict import DOUBTED, assumed, deciding, refuse_assumed

DAY = date(2025, 12, 31)
CHOSEN = (("tolerance", "overall_npl_commercial_banks"), ("zones", "twelve_months"), ("master_scale", "twelve_months"))


def test_the_figures_of_a_decision_are_those_of_every_document_it_compares_with() -> None:
    names = {figure.name for figure in deciding(DAY, CHOSEN)}
    assert {"tolerance.uplift_micro", "zones.twelve_months", "rules.open_overdue", "ip_protection.design"} <= names
    assert "tolerance.overall_npl_sba" not in names
    assert "zones.life_of_loan" not in names


def test_assumed_and_recalled_figures_are_named_with_their_flag_and_verified_ones_are_not() -> None:
    found = {figure["name"]: figure["flag"] for figure in assumed(DAY, CHOSEN)}
    assert set(found.values()) == {"A", "R"}
    assert found["rules.open_overdue"] == "A"
    assert found["rd_tax.income_tax"] == "R"
    assert not {"tolerance.uplift_micro", "tolerance.overall_npl_commercial_banks"} & set(found)
    assert set(FLAGS) - set(DOUBTED) == {"V", "V-", "D", "B"}


def test_a_figure_whose_source_was_looked_for_and_not_found_is_named_too(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "policy"))
    document = folder / "tolerance.yaml"
    text = document.read_text(encoding="utf8")
    start = text.index("uplift_micro:")
    document.write_text(text[:start] + text[start:].replace("flag: V", "flag: U", 1), encoding="utf8")
    found = {figure["name"]: figure["flag"] for figure in assumed(DAY, CHOSEN, folder)}
    assert found["tolerance.uplift_micro"] == "U"
    with pytest.raises(PolicyError, match=r"uplift_micro \(U\)"):
        refuse_assumed(assumed(DAY, CHOSEN, folder))


def test_strict_policy_refuses_them_by_name_and_passes_where_there_is_none() -> None:
    with pytest.raises(PolicyError, match=r"wants .* 1 are assumed \(A\), recalled \(R\) or .*: x \(A\)"):
        refuse_assumed([{"name": "x", "flag": "A", "approved_by": ""}])
    refuse_assumed([])
