import pandas as pd
import pytest

from models.fitting.split import SplitError, SplitParams, left_out, split, undated_defaults

PARAMS = SplitParams(
    built_on="2024-12-31",
    development=["2020-01-01", "2020-12-31"],
    calibration=["2021-01-01", "2021-12-31"],
    certification=["2022-01-01", "2022-12-31"],
    out_of_time=["2023-01-01", "2023-12-31"],
)


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """One application a half-year 2019-07 .. 2024-07; outcomes with a window of twelve months."""
    as_of = pd.date_range("2019-07-01", "2024-07-01", freq="6MS")
    ids = [f"a{i}" for i in range(len(as_of))]
    features = pd.DataFrame(
        {"application_id": ids, "as_of": as_of, "stage": pd.Series("growth", index=range(len(ids)), dtype="str")}
    )
    ends = as_of + pd.DateOffset(months=12)
    outcomes = pd.DataFrame(
        {
            "application_id": ids,
            "window_ends_on": ends,
            "known_on": ends,
            "defaulted": pd.array([False] * len(ids), "boolean"),
            "defaulted_on": pd.NaT,
            "weight": 1.0,
        }
    )
    return features, outcomes


def parts(found: pd.DataFrame) -> dict[str, str]:
    return dict(zip(found["application_id"], found["part"].fillna(found["reason"]), strict=True))


def test_parts_follow_the_day_of_decision() -> None:
    assert parts(split(*tables(), PARAMS)) == {
        "a0": "not_in_any_part",
        "a1": "development",
        "a2": "development",
        "a3": "calibration",
        "a4": "calibration",
        "a5": "certification",
        "a6": "certification",
        "a7": "out_of_time",
        "a8": "out_of_time",
        "a9": "not_in_any_part",
        "a10": "not_in_any_part",
    }


def test_an_outcome_whose_window_closes_after_built_on_is_left_out_even_when_the_default_is_known() -> None:
    features, outcomes = tables()
    outcomes.loc[8, "known_on"] = pd.Timestamp("2023-09-01")
    outcomes.loc[8, "defaulted"] = True
    found = split(features, outcomes, SplitParams(**{**PARAMS.__dict__, "built_on": "2024-06-30"}))
    assert parts(found)["a7"] == "out_of_time"
    assert parts(found)["a8"] == "outcome_unknown"
    assert left_out(found)["outcome_unknown"] == 1


def test_an_undated_default_counts_for_its_window_and_for_nothing_while_it_is_open() -> None:
    features, outcomes = tables()
    outcomes.loc[[1, 2], "defaulted"] = True
    outcomes.loc[2, "window_ends_on"] = pd.Timestamp("2026-07-01")
    found = split(features, outcomes, PARAMS).set_index("application_id")
    assert (found.loc["a1", "part"], found.loc["a1", "defaulted"]) == ("development", 1.0)
    assert found.loc["a2", "reason"] == "outcome_unknown"
    assert found["used_in_fitting"].loc[["a1", "a2"]].tolist() == [True, False]
    counted = undated_defaults(found.reset_index(), outcomes)
    assert counted == {"development": 1, "calibration": 0, "certification": 0, "out_of_time": 0, "left_out": 1}


def test_rejected_applications_and_those_without_stage_are_counted() -> None:
    features, outcomes = tables()
    features.loc[1, "stage"] = None
    found = split(features, outcomes.drop(index=3), PARAMS)
    assert left_out(found) == {"not_in_any_part": 3, "no_stage": 1, "no_outcome": 1, "outcome_unknown": 0}
    assert found["part"].notna().sum() + sum(left_out(found).values()) == len(features)


def test_a_part_emptied_by_built_on_is_an_error_that_says_why() -> None:
    with pytest.raises(
        SplitError,
        match=r"part certification \(2022-01-01 to 2022-12-31\) wanted loans whose outcome was known on built_on "
        r"2022-12-31; got none \(2 outcome_unknown\)",
    ):
        split(*tables(), SplitParams(**{**PARAMS.__dict__, "built_on": "2022-12-31"}))


def test_parts_out_of_order_are_refused() -> None:
    with pytest.raises(SplitError, match="wanted parts in order without overlap; calibration runs from 2020-12-31"):
        split(*tables(), SplitParams(**{**PARAMS.__dict__, "calibration": ["2020-12-31", "2021-12-31"]}))
