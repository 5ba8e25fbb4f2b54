"""The simulated portfolio: reproducible, clean but for the planted faults, and true to its truth."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata

from schemas.conform import conform
from schemas.credit_code import is_valid
from schemas.tables import TABLES
from sources.simulated.faults import TYPO_RATE
from sources.simulated.portfolio import Portfolio, SimulatedParams, simulate, tables
from sources.simulated.statements import owed_share
from sources.simulated.world import EXTRACTED_ON

PARAMS = SimulatedParams(applications=20_000, seed=20240105, rho=0.02)


@pytest.fixture(scope="module")
def portfolio() -> Portfolio:
    return simulate(PARAMS)


def auc(default, score) -> float:
    """Mann-Whitney probability that a default has the higher score."""
    ranks, bad = rankdata(score), np.asarray(default, dtype=bool)
    return (ranks[bad].sum() - bad.sum() * (bad.sum() + 1) / 2) / (bad.sum() * (~bad).sum())


def expected_auc(score, probability) -> float:
    """AUC of a score over all draws of the defaults, which have these probabilities."""
    bad = probability.to_numpy()[np.argsort(score.to_numpy())]
    good = 1 - bad
    return float((bad * (good.cumsum() - good / 2)).sum() / (bad.sum() * good.sum()))


def observed(portfolio: Portfolio) -> pd.DataFrame:
    """Granted loans with their truth and what became of them."""
    rows = portfolio.truth.merge(portfolio.tables["outcomes"], on="application_id")
    return rows.assign(defaulted=rows["defaulted"].astype(bool))


def test_the_same_seed_gives_the_same_tables_and_another_seed_others():
    small = SimulatedParams(applications=500, seed=7, rho=0.02)
    first, again, other = tables(small), tables(small), tables(SimulatedParams(500, 8, 0.02))
    for name, table in first.items():
        pd.testing.assert_frame_equal(table, again[name])
        assert not table.equals(other[name])


def test_there_are_as_many_applications_as_asked_and_every_table_of_the_schema(portfolio):
    assert list(portfolio.tables) == list(TABLES)
    assert len(portfolio.tables["applications"]) == 20_000
    assert portfolio.tables["applications"]["application_id"].is_unique
    assert len(simulate(SimulatedParams(1, 3, 0.0)).tables["applications"]) == 1


def test_an_application_comes_with_about_twenty_events(portfolio):
    beside = {"enterprises", "applications", "outcomes"}
    events = sum(len(table) for name, table in portfolio.tables.items() if name not in beside)
    assert 16 <= events / 20_000 <= 24


def test_tables_conform_to_their_declarations_as_they_are(portfolio):
    for name, frame in portfolio.tables.items():
        pd.testing.assert_frame_equal(frame, conform(frame, TABLES[name]))


def test_no_truth_is_in_the_tables(portfolio):
    hidden = {"pd_true", "pd_in_year", "pd_attainable", "stage_true", "frailty", "linear_visible"}
    assert not any(hidden & set(frame.columns) for frame in portfolio.tables.values())


def test_applications_fall_in_2017_to_2025_and_come_at_least_a_year_apart(portfolio):
    rows = portfolio.tables["applications"].sort_values(["enterprise_id", "as_of"])
    assert rows["as_of"].between("2017-01-01", "2025-12-31").all()
    gap = rows.groupby("enterprise_id")["as_of"].diff().dropna()
    assert gap.min() > pd.Timedelta(days=366)
    assert len(gap) > 5_000


def test_no_event_comes_before_the_enterprise_was_founded(portfolio):
    founded = portfolio.tables["enterprises"].set_index("enterprise_id")["founded_on"]
    days = {
        "statements": "period_end",
        "headcount": "period_end",
        "patents": "applied_on",
        "technology_contracts": "signed_on",
        "qualifications": "granted_on",
        "equity_rounds": "closed_on",
        "equity_pledges": "pledged_on",
        "borrowings": "reported_on",
        "conduct": "happened_on",
        "applications": "as_of",
    }
    for name, column in days.items():
        frame = portfolio.tables[name]
        assert not (frame[column] < frame["enterprise_id"].map(founded)).any(), name


def test_nothing_is_known_before_it_happened_nor_after_the_extraction(portfolio):
    for name, table in TABLES.items():
        frame = portfolio.tables[name]
        if "known_on" not in frame:
            continue
        assert frame["known_on"].notna().all(), name
        assert frame["known_on"].max() <= pd.Timestamp(EXTRACTED_ON), name
        if table.lag is not None:
            early = (frame["known_on"] < frame[table.lag.after]).mean()
            assert early <= 2 * TYPO_RATE, name


def test_annual_statements_are_known_between_a_month_and_six_months_after_the_year_but_for_a_few(portfolio):
    annual = portfolio.tables["statements"].query("period == 'annual'").sort_values("known_on")
    annual = annual.drop_duplicates(["enterprise_id", "period_end"])
    months = (annual["known_on"] - annual["period_end"]).dt.days / 30.44
    assert months.between(0.8, 6.0).mean() > 0.98
    assert months.median() == pytest.approx(3.3, abs=0.3)


def test_two_of_a_hundred_statements_are_restated_later(portfolio):
    statements = portfolio.tables["statements"]
    again = statements.duplicated(["enterprise_id", "period_end", "period"]).mean()
    assert again == pytest.approx(0.02, abs=0.005)
    assert not statements.duplicated(list(TABLES["statements"].key)).any()


def test_keys_are_unique_in_every_table(portfolio):
    for name, table in TABLES.items():
        frame = portfolio.tables[name]
        known = frame[~frame["enterprise_id"].eq("E99999999")] if "enterprise_id" in frame else frame
        assert known.duplicated(list(table.key)).mean() < 0.0005, name


def test_planted_typing_errors_are_few_and_there(portfolio):
    codes = portfolio.tables["enterprises"]["credit_code"]
    assert 0 < (~is_valid(codes)).mean() < 3 * TYPO_RATE
    patents = portfolio.tables["patents"]
    assert 0 < (patents["granted_on"] < patents["applied_on"]).mean() < 2 * TYPO_RATE
    assert 0 < (portfolio.tables["statements"]["revenue"] < 0).mean() < 2 * TYPO_RATE
    assert 0 < (~patents["kind"].isin(TABLES["patents"].column("kind").values)).mean() < TYPO_RATE


def test_only_granted_loans_have_an_outcome_and_each_has_one(portfolio):
    applications, outcomes = portfolio.tables["applications"], portfolio.tables["outcomes"]
    granted = applications.loc[applications["accepted"].astype(bool), "application_id"]
    assert outcomes["application_id"].is_unique
    assert set(outcomes["application_id"]) == set(granted)
    assert (outcomes["weight"] == 1).all()


def test_windows_are_twelve_months_and_known_at_the_default_or_the_close(portfolio):
    rows = portfolio.tables["outcomes"].merge(portfolio.tables["applications"], on="application_id")
    assert (rows["window_months"] == 12).all()
    assert (rows["window_ends_on"] == rows["as_of"] + pd.DateOffset(months=12)).all()
    failed = rows[rows["defaulted"].astype(bool)]
    assert (failed["defaulted_on"] > failed["as_of"]).all()
    assert (failed["defaulted_on"] <= failed["window_ends_on"]).all()
    assert (failed["known_on"] == failed["defaulted_on"]).all()
    good = rows[~rows["defaulted"].astype(bool)]
    assert good["defaulted_on"].isna().all()
    assert (good["known_on"] == good["window_ends_on"]).all()


def test_an_enterprise_that_defaulted_does_not_apply_again(portfolio):
    applications = portfolio.tables["applications"]
    failed = portfolio.tables["outcomes"].merge(applications[["application_id", "enterprise_id"]], on="application_id")
    day = failed.groupby("enterprise_id")["defaulted_on"].min()
    assert not (applications["as_of"] > applications["enterprise_id"].map(day)).any()


@pytest.mark.parametrize("column", ["pd_true", "pd_in_year", "pd_attainable"])
def test_true_probabilities_are_calibrated_in_every_tenth(portfolio, column):
    rows = observed(portfolio)
    tenth = pd.qcut(rows[column], 10, labels=False)
    by = rows.groupby(tenth).agg(expected=(column, "sum"), seen=("defaulted", "sum"), size=("defaulted", "size"))
    # Year effects are shared by all loans of a year, so the PDs that do not know them are allowed a wider error.
    spread = 0.0 if column != "pd_attainable" else 0.15
    error = np.sqrt(by["expected"] * (1 - by["expected"] / by["size"]) + (spread * by["expected"]) ** 2)
    assert (((by["seen"] - by["expected"]) / error).abs() < 3.5).all()


def test_knowing_more_discriminates_better_and_the_attainable_auc_is_realistic(portfolio):
    rows = observed(portfolio)
    attainable, true = (
        expected_auc(rows["pd_attainable"], rows["pd_true"]),
        expected_auc(rows["pd_true"], rows["pd_true"]),
    )
    assert 0.78 <= attainable <= 0.82
    assert attainable < true - 0.01


def test_the_defaults_drawn_show_the_expected_auc(portfolio):
    rows = observed(portfolio)
    drawn, expected = (
        auc(rows["defaulted"], rows["pd_attainable"]),
        expected_auc(rows["pd_attainable"], rows["pd_true"]),
    )
    error = np.sqrt(expected * (1 - expected) / rows["defaulted"].sum())  # an upper bound (Mann and Whitney 1947)
    assert abs(drawn - expected) < 3 * error


def test_contributions_add_up_to_the_visible_predictor_but_for_the_intercept_of_the_stage(portfolio):
    parts = portfolio.contributions.drop(columns="application_id").sum(axis=1)
    intercept = portfolio.truth["linear_visible"] - parts
    assert intercept.groupby(portfolio.truth["stage_true"]).std().max() < 1e-6


def test_shares_of_the_drivers_add_up_to_one_and_each_stage_has_its_own(portfolio):
    assert portfolio.drivers.groupby("stage")["share"].sum().to_list() == pytest.approx([1.0, 1.0, 1.0])
    top = {stage: set(rows["driver"].head(3)) for stage, rows in portfolio.drivers.groupby("stage")}
    assert "runway_months" in top["startup"]
    assert "contract_turnover_share" in top["growth"]
    assert "leverage" in top["mature"]
    assert portfolio.drivers["domain"].notna().all()


def test_risk_is_lowest_at_a_middling_research_intensity_as_the_statements_show_it(portfolio):
    annual = portfolio.tables["statements"].query("period == 'annual' and revenue > 0").sort_values("known_on")
    spent = annual["rd_expensed"] + annual["rd_capitalised"].fillna(annual["rd_expensed"] * 12 / 88)
    annual = annual.assign(intensity=spent / annual["revenue"])[["enterprise_id", "known_on", "intensity"]]
    rows = portfolio.tables["applications"].sort_values("as_of")
    rows = pd.merge_asof(rows, annual, left_on="as_of", right_on="known_on", by="enterprise_id")
    rows = rows.merge(portfolio.contributions, on="application_id")
    risk = rows.groupby(pd.qcut(rows["intensity"], 5, labels=False))["rd_intensity"].mean()
    assert risk.idxmin() in (2, 3)
    assert risk.min() < risk.loc[0] - 0.1
    assert risk.min() < risk.loc[4] - 0.1


def test_leverage_above_one_is_negative_equity_and_rises_with_the_state():
    state = np.linspace(-3, 3, 61)
    owed = owed_share(state)
    assert (np.diff(owed) > 0).all()
    assert owed[state <= 1.6].max() < 1 < owed.max()


def test_more_enterprises_make_a_loss_in_the_bad_year(portfolio):
    annual = portfolio.tables["statements"].query("period == 'annual'")
    loss = (annual["profit"] < 0).groupby(annual["period_end"].dt.year).mean()
    assert loss[2020] > max(loss[2019], loss[2021]) + 0.05


def test_stages_share_drivers_less_and_less_as_the_contrast_grows():
    def foreign(stage_contrast: float) -> float:
        drivers = simulate(SimulatedParams(3_000, 7, 0.02, stage_contrast)).drivers
        mature = drivers[drivers["stage"] == "mature"].set_index("driver")["share"]
        return float(mature.get("core_team_turnover", 0.0) + mature.get("buyer_concentration", 0.0))

    none, half, full = (foreign(contrast) for contrast in (0.0, 0.5, 1.0))
    assert none > half > full
    assert full < 0.005


def test_exposure_and_risk_are_mildly_correlated(portfolio):
    rows = portfolio.truth.merge(portfolio.tables["applications"], on="application_id")
    assert 0.05 < np.corrcoef(rows["exposure"], rows["pd_true"])[0, 1] < 0.2


def test_the_old_policy_accepts_the_safer_applications(portfolio):
    rows = portfolio.truth.merge(portfolio.tables["applications"], on="application_id")
    mean = rows.groupby(rows["accepted"].astype(bool))["pd_attainable"].mean()
    assert mean[False] > 1.2 * mean[True]


@pytest.mark.parametrize(
    ("params", "words"),
    [
        (SimulatedParams(0, 1, 0.02), "wanted at least 1 application; got 0"),
        (SimulatedParams(10, 1, 1.0), r"rho must be in \[0, 1\); got 1.0"),
        (SimulatedParams(10, 1, 0.0, 1.5), r"stage_contrast must be in \[0, 1\]; got 1.5"),
    ],
)
def test_impossible_parameters_are_refused(params, words):
    with pytest.raises(ValueError, match=words):
        simulate(params)
