"""The rolling study of SBA ranks by what was known on the day built."""

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import rolling
from features.catalogue import CATALOGUE


def sba_folder(folder: Path, loans: int = 4000) -> Path:
    """Loans of 2000 to 2006 with one feature that tells; half of the defaults come after the year 2006."""
    draw = np.random.default_rng(5)
    x = draw.normal(size=loans)
    as_of = pd.Timestamp("2000-01-01") + pd.to_timedelta(np.sort(draw.integers(0, 2556, loans)), unit="D")
    bad = draw.random(loans) < 1 / (1 + np.exp(1 - 2 * x))
    day = pd.Series(as_of + pd.to_timedelta(draw.integers(30, 2000, loans), unit="D")).where(bad)
    ids = [f"a{number}" for number in range(loans)]
    table = pd.DataFrame({f.name: np.nan for f in CATALOGUE}, index=range(loans))
    table = table.assign(loan_amount=x, application_id=ids, enterprise_id=ids, as_of=as_of, stage="growth")
    outcomes = pd.DataFrame(
        {
            "application_id": ids,
            "defaulted": bad,
            "defaulted_on": day,
            "window_ends_on": pd.Timestamp("2014-12-31"),
            "weight": 1.0,
        }
    )
    (folder / "features").mkdir(parents=True)
    (folder / "valid").mkdir()
    table.to_parquet(folder / "features" / "features.parquet")
    outcomes.to_parquet(folder / "valid" / "outcomes.parquet")
    return folder


def test_the_rolling_study_ranks_by_a_feature_that_tells_and_shows_every_way(tmp_path: Path) -> None:
    study = rolling.rolling_study(sba_folder(tmp_path), {2005: 2006})
    assert list(study["way"]) == list(rolling.WAYS)
    assert (study["auc_48"] > 0.75).all()
    shown = rolling.rolling_text(study)
    assert "2005-01-01  2005-2006" in shown
    assert shown.splitlines()[-1].startswith("mean")


def test_a_default_after_the_day_built_is_not_known(tmp_path: Path) -> None:
    table = rolling.loans_with_outcomes(sba_folder(tmp_path))
    built_on = pd.Timestamp("2005-01-01")
    past = table[table["as_of"] < built_on]
    known = rolling.as_known(past, built_on, ["loan_amount"])
    assert np.isnan(known.default_month[(past["defaulted_on"] >= built_on).to_numpy()]).all()
    assert (known.default_month[(past["defaulted_on"] < built_on).to_numpy()] <= 60).all()
    assert known.observed_months.max() <= 60.1
