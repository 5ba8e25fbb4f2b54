"""Groups whose outcomes cannot be what they say: found when planted, not found by chance, never removed."""

import numpy as np
import pandas as pd
import pytest

from models.validation.impossible_groups import holm, impossible_groups, origination_facts

LEVEL = 0.001


def loans(rows: int = 4000, rate: float = 0.2, seed: int = 3) -> tuple[pd.DataFrame, pd.Series]:
    """Facts that say nothing of the outcome: two texts, a flag, a number with a heap at 1, and some not given."""
    rng = np.random.default_rng(seed)
    share = np.where(rng.random(rows) < 0.1, 1.0, rng.random(rows))
    facts = pd.DataFrame(
        {
            "product": rng.choice(["a", "b", "c"], rows),
            "lender": pd.Series(rng.choice([f"l{i}" for i in range(30)], rows)).mask(rng.random(rows) < 0.05),
            "revolving": pd.array(rng.random(rows) < 0.3, dtype="boolean"),
            "share": share,
        }
    )
    return facts, pd.Series((rng.random(rows) < rate).astype("float64"))


def named(facts: pd.DataFrame, defaulted: pd.Series, least: int = 50) -> dict[tuple[str, str], int]:
    found = impossible_groups(facts, defaulted, least, LEVEL).found
    return {(row.fact, row.group): row.defaults for row in found.itertuples()}


def test_outcomes_drawn_by_chance_name_no_group():
    false = sum(len(named(*loans(seed=seed))) for seed in range(20))
    assert false == 0


def test_a_lender_without_a_default_is_named_with_what_was_expected():
    facts, defaulted = loans()
    mine = facts["lender"] == "l7"
    found = impossible_groups(facts, defaulted.mask(mine, 0.0), 50, LEVEL).found
    assert list(found["group"]) == ["l7"]
    rate = defaulted.mask(mine, 0.0).mean()
    assert found.loc[0, "loans"] == mine.sum()
    assert found.loc[0, "expected"] == pytest.approx(rate * mine.sum())
    tests = impossible_groups(facts, defaulted.mask(mine, 0.0), 50, LEVEL).checked
    assert found.loc[0, "p_value"] == pytest.approx(tests * (1 - rate) ** mine.sum(), rel=1e-9)


def test_a_group_in_which_all_defaulted_is_named():
    facts, defaulted = loans()
    mine = facts["lender"] == "l7"
    assert named(facts, defaulted.mask(mine, 1.0)) == {("lender", "l7"): mine.sum()}


def test_loans_with_a_value_not_given_are_a_group():
    facts, defaulted = loans()
    assert named(facts, defaulted.mask(facts["lender"].isna(), 0.0)) == {("lender", "not given"): 0}


def test_a_single_value_that_many_loans_share_is_a_group_of_its_own():
    facts, defaulted = loans()
    assert named(facts, defaulted.mask(facts["share"] == 1.0, 0.0)) == {("share", "1"): 0}


def test_one_stray_default_among_many_loans_does_not_hide_the_group():
    facts, defaulted = loans()
    mine = facts.index[facts["share"] == 1.0]
    cleaned = defaulted.mask(facts.index.isin(mine), 0.0)
    cleaned[mine[0]] = 1.0
    assert named(facts, cleaned) == {("share", "1"): 1}


def test_a_bin_of_a_number_without_a_good_loan_is_named():
    facts, defaulted = loans()
    found = named(facts[["share"]], defaulted.mask(facts["share"] < 0.3, 1.0))
    assert len(found) == 2  # a third bin is cut by 0.3
    assert all(" to " in group for _, group in found)


def test_a_small_group_or_a_safe_one_is_not_named():
    facts, defaulted = loans()
    lender = facts["lender"] == "l7"
    assert named(facts, defaulted.mask(lender, 0.0), least=int(lender.sum()) + 1) == {}
    few = defaulted.mask(lender, 0.0)
    few[facts.index[lender][: round(0.06 * lender.sum())]] = 1.0
    assert named(facts, few) == {}


def test_without_a_default_nothing_can_be_said():
    facts, defaulted = loans()
    assert named(facts, defaulted * 0) == {}


def test_holm_is_bonferroni_for_the_smallest_and_never_falls():
    p = np.array([0.2, 0.001, 0.01, 0.3])
    assert holm(p)[1] == pytest.approx(0.004)
    assert holm(p).tolist() == pytest.approx([0.4, 0.004, 0.03, 0.4])


def test_facts_hold_no_id_and_no_decision_and_the_kinds_of_guarantor_of_a_loan_together():
    applications = pd.DataFrame(
        {
            "application_id": ["a", "b"],
            "enterprise_id": ["e", "f"],
            "as_of": pd.to_datetime(["2020-05-01", "2021-05-01"]),
            "accepted": [True, True],
            "exposure": [100.0, 0.0],
            "guaranteed": [80.0, 0.0],
            "lender": [None, None],
        }
    )
    enterprises = pd.DataFrame({"enterprise_id": ["e", "f"], "province": ["44", "32"], "credit_code": ["x", "y"]})
    guarantees = pd.DataFrame({"application_id": ["a", "a", "b"], "guarantor_kind": ["owner", "insurance", None]})
    facts = origination_facts({"applications": applications, "enterprises": enterprises, "guarantees": guarantees})
    assert set(facts) == {
        *("application_id", "exposure", "guaranteed", "year", "guaranteed_share", "province", "guarantor_kind"),
    }
    assert facts["year"].tolist() == ["2020", "2021"]
    assert facts["guaranteed_share"].tolist() == pytest.approx([0.8, np.nan], nan_ok=True)
    assert facts.loc[0, "guarantor_kind"] == "insurance+owner"
    assert pd.isna(facts.loc[1, "guarantor_kind"])
