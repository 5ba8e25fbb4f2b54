"""A finished run without one of its tables: PDs near the mean risk, and no decision that improves to an approval."""

from pathlib import Path

import pandas as pd
import pytest

from decisions.decide import decide
from models.validation.blanked import COMPLETE, blanked_figures
from pipelines.blanked import BlankedParams, pds_of_run
from pipelines.loans import part_table
from pipelines.params import section
from pipelines.ruled import ruled
from scoring.blanked import delivered
from scoring.bundle import open_bundle

pytestmark = pytest.mark.pipeline


@pytest.fixture(scope="module", params=["simulated", "sba"])
def folder(request: pytest.FixtureRequest) -> Path:
    """Folder of a finished run of a source."""
    run: Path = request.getfixturevalue(f"{request.param}_run")
    return run / "data" / str(request.param)


@pytest.fixture(scope="module")
def loans(folder: Path) -> pd.DataFrame:
    return part_table(folder / "features", folder / "split", "out_of_time")


@pytest.fixture(scope="module")
def found(folder: Path, loans: pd.DataFrame) -> dict[str, pd.Series]:
    """PDs of the out-of-time loans, complete and with each table blanked."""
    return pds_of_run(folder / "valid", folder / "features", folder / "models", loans["application_id"])


def test_without_any_one_table_level_and_group_effects_stay_within_the_limits_of_the_source(
    folder: Path, loans: pd.DataFrame, found: dict[str, pd.Series]
) -> None:
    params = section("blanked", BlankedParams, folder.name)
    rows = blanked_figures(loans, found, params.limits, params.offset_limit)
    assert len(rows) == loans["stage"].nunique() * len(found) > 3
    for row in rows:
        assert row["table"] == COMPLETE or (row["met"] and row["offsets_met"]), row


def test_without_any_one_table_no_decision_improves_to_an_approval(
    folder: Path, loans: pd.DataFrame, found: dict[str, pd.Series]
) -> None:
    bundle = open_bundle(folder)
    scores = pd.read_parquet(folder / "evaluation" / "scores.parquet")
    known = ruled(scores, folder / "features", folder / "acceptance").set_index("application_id")
    for name, pds in found.items():
        rows = known.loc[pds.index].assign(pd=pds)
        rows = rows if name == COMPLETE else rows.assign(data_gaps=rows["data_gaps"] + 1)
        made = decide(rows, bundle.procedure).rows
        if name == COMPLETE:
            certified = [c for issue in bundle.procedure.issued for c in issue.certificates.values() if c.certified]
            assert (made["decision"] == "approve").any() == bool(certified)
            assert certified or folder.name == "sba"  # with its margin nothing is certified there
        else:
            assert (made["decision"] != "approve").all(), name


def test_every_table_that_a_source_has_was_taught(folder: Path) -> None:
    assert open_bundle(folder).taught == set(delivered(folder / "valid"))
