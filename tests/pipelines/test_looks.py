import json
from pathlib import Path

import pandas as pd
import pytest

from pipelines.looks import REGISTER, counted
from policy.errors import MendableError


def scored(pds: list[float], defaulted: float = 0.0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "application_id": [f"a{number}" for number in range(len(pds))],
            "part": "certification",
            "exposure": 1.0,
            "weight": 1.0,
            "defaulted": defaulted,
            "pd": pds,
            "decidable": True,
        }
    )


def test_other_pds_of_the_same_loans_are_another_look_and_the_same_are_none(tmp_path: Path) -> None:
    assert counted(scored([0.1, 0.2]), "plan", tmp_path)["made"] == 1
    assert counted(scored([0.1, 0.2]), "plan", tmp_path)["made"] == 1
    assert counted(scored([0.1, 0.3]), "plan", tmp_path)["made"] == 2
    assert counted(scored([0.1, 0.3]), "another plan", tmp_path)["made"] == 3
    assert counted(scored([0.1, 0.3]).assign(decidable=False), "plan", tmp_path)["made"] == 4
    assert counted(scored([0.1, 0.2])[::-1], "plan", tmp_path)["made"] == 4  # the order of rows is nothing new


def test_fresh_loans_begin_anew(tmp_path: Path) -> None:
    counted(scored([0.1, 0.2]), "plan", tmp_path)
    fresh = counted(scored([0.1, 0.2], defaulted=1.0), "plan", tmp_path)
    assert fresh["made"] == 1
    assert len(json.loads((tmp_path / REGISTER).read_text(encoding="utf8"))) == 2


def test_a_damaged_register_is_told_and_not_begun_anew(tmp_path: Path) -> None:
    (tmp_path / REGISTER).write_text("{", encoding="utf8")
    with pytest.raises(MendableError, match="wanted the JSON register of certifications"):
        counted(scored([0.1]), "plan", tmp_path)
