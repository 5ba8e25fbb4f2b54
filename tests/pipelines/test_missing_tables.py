"""A finished run without one of its tables: PDs near the mean risk, and no decision that improves to an approval."""

from pathlib import Path

import pandas as pd
import pytest

from benchmarks.missing_tables import COMPLETE, measured, without_each
from decisions.decide import decide
from features.blanking import blankable
from pipelines.ruled import ruled
from scoring.bundle import open_bundle

pytestmark = pytest.mark.pipeline

LIMITS = {"statements": (0.5, 1.7)}
"""Lowest and highest mean PD without a table over that with it, per table where not `OTHERS`; from measurement."""
OTHERS = (0.6, 1.6)


@pytest.fixture(scope="module", params=["simulated", "sba"])
def folder(request: pytest.FixtureRequest) -> Path:
    """Folder of a finished run of a source."""
    run: Path = request.getfixturevalue(f"{request.param}_run")
    return run / "data" / str(request.param)


def test_without_any_one_table_the_mean_pd_stays_within_limits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parents[1])
    table = measured(folder)
    complete = table[table["without"] == COMPLETE].set_index("stage")["mean_over_rate"]
    ratio = table["mean_over_rate"] / table["stage"].map(complete)
    for name, of_one in ratio.groupby(table["without"]):
        low, high = LIMITS.get(str(name), OTHERS)
        assert of_one.between(low, high).all(), (name, of_one.tolist())


def test_without_any_one_table_no_decision_improves_to_an_approval(folder: Path) -> None:
    bundle = open_bundle(folder)
    scores = pd.read_parquet(folder / "evaluation" / "scores.parquet")
    known = ruled(scores, folder / "features", folder / "acceptance").set_index("application_id")
    ids = pd.Series(known.index[known["part"] == "out_of_time"])
    found = without_each(folder, ids)
    for name, pds in found.items():
        rows = known.loc[pds.index].assign(pd=pds["pd"])
        rows = rows if name == COMPLETE else rows.assign(data_gaps=rows["data_gaps"] + 1)
        made = decide(rows, bundle.procedure).rows
        if name == COMPLETE:
            assert (made["decision"] == "approve").any()
        else:
            assert (made["decision"] != "approve").all(), name


def test_every_table_that_a_source_has_was_taught(folder: Path) -> None:
    delivered = {name for name in blankable() if (folder / "valid" / f"{name}.parquet").exists()}
    assert open_bundle(folder).taught == delivered
