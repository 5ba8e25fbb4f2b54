"""The smallest change of one or two levers: hand-worked, and against every value that a person could be told."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explanations.leaves import Pieces, pieces
from explanations.levers import Known, amount_lever, levers
from explanations.places import STEPS, Spread, between, place, shown
from explanations.plans import SAVING, Found, Plan, headroom, plans
from features.catalogue import by_name
from features.peers import PeerGrids, peer_grids, peer_ranks
from models.fitting.blend import Blend, Member, alone
from models.fitting.booster import Rows, Shape, fit_booster
from models.fitting.calibration import Curve, line
from models.fitting.stage_model import StageModel
from models.fitting.steps import StepFunction, Steps
from tests.parameters import SMALL

EVEN = Spread(0.1, 0.25, 0.5, 0.75, 0.9)
"""Peers that are spread evenly between 0 and 1."""


def stepped(base: float = -3.0, **functions: tuple[tuple[float, ...], tuple[float, ...]]) -> Pieces:
    """A model of step functions, thresholds and values each, without calibration."""
    found = {name: StepFunction(at, values, 0.0, 0.0) for name, (at, values) in functions.items()}
    steps = Steps(tuple(functions), found, base)
    return pieces(StageModel("growth", Blend((Member("steps", 1.0, steps),)), 1.0, line(0.0, 1.0), (), {}))


def ask(of: Pieces, target: float, peers: Mapping[str, Spread], **values: float) -> Found:
    return plans(pd.DataFrame([values]), of, Known(values, peers, {}), target)


def told(plan: Plan) -> dict[str, float]:
    return {change.feature: change.after for change in plan.told}


def test_the_first_value_in_readable_digits_beyond_the_threshold_is_told() -> None:
    of = stepped(leverage=((0.3, 0.6234, 0.8), (-2.0, -1.0, 0.0, 1.0)))
    found = ask(of, -3.5, {"leverage": EVEN}, leverage=0.71)
    (plan,) = found.one
    (change,) = plan.told
    # 62.4 % lies above the threshold, 62.3 % does not; at 0.6234 and below the step is worth -1.
    assert (change.feature, change.before, change.after, change.unit) == ("leverage", 0.71, 0.623, "fraction")
    assert (plan.kind, plan.before, plan.after) == ("one", -3.0, -4.0)
    assert plan.cost == pytest.approx(0.71 - 0.623)
    assert (found.best, found.levers) == (-5.0, 1)


def test_a_feature_that_lowers_the_risk_is_raised_above_its_threshold() -> None:
    of = stepped(current_ratio=((1.0, 1.5), (0.0, -1.0, -2.0)))
    peers = {"current_ratio": Spread(0.5, 1.0, 1.2, 2.0, 3.0)}
    assert told(ask(of, -4.5, peers, current_ratio=0.6).one[0]) == {"current_ratio": 1.51}
    assert told(ask(of, -3.5, peers, current_ratio=0.6).one[0]) == {"current_ratio": 1.01}


def test_a_target_that_is_met_exactly_is_met() -> None:
    of = stepped(leverage=((0.5,), (-1.0, 0.0)))
    assert told(ask(of, -4.0, {"leverage": EVEN}, leverage=0.7).one[0]) == {"leverage": 0.5}


def test_two_levers_are_told_where_neither_alone_reaches_the_target() -> None:
    of = stepped(
        inventory_days=((30.0, 60.0), (-2.0, -1.0, 0.0)),
        runway_months=((6.0, 12.0), (0.0, -1.0, -2.0)),
    )
    peers = {"inventory_days": Spread(20, 40, 60, 80, 100), "runway_months": Spread(2, 4, 6, 20, 24)}
    found = ask(of, -6.0, peers, inventory_days=80.0, runway_months=5.0)
    assert not found.one
    (plan,) = found.two
    # All of one lever and half of the other: which of the two is cheaper is a matter of the peers.
    by_hand = {
        (30.0, 7.0): 0.75 - (0.10 + 0.15 / 2) + (0.5 + 0.25 / 14) - 0.375,
        (60.0, 13.0): 0.75 - 0.5 + (0.5 + 0.25 * 7 / 14) - 0.375,
    }
    cheapest = min(by_hand, key=lambda pair: by_hand[pair])
    assert told(plan) == {"inventory_days": cheapest[0], "runway_months": cheapest[1]}
    assert plan.cost == pytest.approx(by_hand[cheapest])
    assert plan.after == -6.0


def test_without_a_lever_or_within_no_plausible_change_there_is_no_plan() -> None:
    of = stepped(leverage=((0.3, 0.5), (-2.0, -1.0, 0.0)))
    for values, peers in (
        ({"leverage": np.nan}, {"leverage": EVEN}),  # not known: never changed
        ({"leverage": 0.05}, {"leverage": EVEN}),  # better than the best tenth
        ({"leverage": 0.7}, {}),  # peers not known
        ({"leverage": 0.7}, {"leverage": Spread(*[np.nan] * 5)}),
    ):
        found = ask(of, -3.5, peers, **values)
        assert (found.one, found.two, found.levers) == ((), (), 0)
    short = ask(of, -9.0, {"leverage": EVEN}, leverage=0.7)
    assert (short.one, short.best, short.levers) == ((), -5.0, 1)


def test_a_feature_without_a_direction_or_that_cannot_be_changed_is_no_lever() -> None:
    of = stepped(rd_intensity=((0.1,), (0.0, -1.0)), total_assets=((1e6,), (0.0, -1.0)))
    peers = {name: Spread(0, 0, 0, 1e7, 1e8) for name in of.features}
    assert ask(of, -3.5, peers, rd_intensity=0.0, total_assets=0.0).levers == 0


def test_values_stay_within_the_best_tenth_and_the_bounds_of_the_catalogue() -> None:
    of = stepped(leverage=((0.05, 0.15, 0.4), (-4.0, -3.0, -1.0, 0.0)))
    assert told(ask(of, -6.0, {"leverage": EVEN}, leverage=0.7).one[0]) == {"leverage": 0.15}
    assert ask(of, -6.5, {"leverage": EVEN}, leverage=0.7).one == ()
    of = stepped(runway_months=((59.5, 62.0), (0.0, -1.0, -2.0)))
    peers = {"runway_months": Spread(1, 2, 3, 60, 90)}
    assert told(ask(of, -3.5, peers, runway_months=3.0).one[0]) == {"runway_months": 60.0}
    assert ask(of, -4.5, peers, runway_months=3.0).one == ()


def test_thresholds_and_values_without_measure_propose_nothing() -> None:
    # A split at the largest number holds missing values apart.
    most = float(np.finfo("float64").max)
    of = stepped(current_ratio=((1.0, most), (0.0, -1.0, -1.0)), amount_over_revenue=((0.1, most), (-1.0, 0.0, 0.0)))
    peers = {"current_ratio": Spread(0.5, 1.0, 1.2, 2.0, 3.0)}
    values = {"current_ratio": 0.6, "loan_amount": 1e6, "amount_over_revenue": 0.2}
    found = ask(of, -3.5, peers, **values)
    assert [told(plan) for plan in found.one] == [{"current_ratio": 1.01}, {"loan_amount": 500_000.0}]
    assert ask(of, -3.5, peers, current_ratio=-1e300, amount_over_revenue=np.nan).levers == 0
    wide = {"current_ratio": Spread(0.5, 1.0, 1.2, 2.0, 1e300)}
    assert ask(of, -3.5, wide, current_ratio=0.6, amount_over_revenue=np.nan).levers == 0


def test_what_stands_for_one_quantity_moves_to_the_same_value_and_what_is_better_stays() -> None:
    of = stepped(leverage=((0.5,), (-1.0, 0.0)), recent_leverage=((0.55,), (-1.0, 0.0)))
    peers = {"leverage": EVEN, "recent_leverage": EVEN}
    found = ask(of, -5.0, peers, leverage=0.7, recent_leverage=0.8)
    assert told(found.one[0]) == {"leverage": 0.5, "recent_leverage": 0.5}
    assert found.one[0].cost == pytest.approx(0.3)
    found = ask(of, -4.5, peers, leverage=0.52, recent_leverage=0.8)
    assert told(found.one[0]) == {"leverage": 0.5, "recent_leverage": 0.5}
    found = ask(of, -4.0, peers, leverage=0.52, recent_leverage=0.8)
    assert told(found.one[0]) == {"recent_leverage": 0.55}


def test_a_rank_among_peers_moves_with_its_feature() -> None:
    draw = np.random.default_rng(3)
    table = pd.DataFrame(
        {
            "as_of": pd.date_range("2023-01-01", periods=400, freq="D"),
            "stage": "growth",
            "industry": "6510",
            "receivable_days": draw.gamma(3, 30, 400).round(1),
        }
    )
    grids = peer_grids(table, ["receivable_days"])
    row = pd.DataFrame({"as_of": [pd.Timestamp("2024-01-15")], "stage": ["growth"], "industry": ["6510"]})
    row["receivable_days"] = 140.0
    grid = PeerGrids(grids, ["receivable_days"]).quantiles(row, "receivable_days")[0]

    def rank_of(days: float) -> float:
        wide = pd.DataFrame({**dict.fromkeys(by_name(), np.nan), **row.iloc[0].to_dict(), "receivable_days": days}, [0])
        return float(peer_ranks(wide, grids)["receivable_days_peer_rank"].iloc[0])

    of = stepped(receivable_days_peer_rank=((0.35, 0.6), (-2.0, -1.0, 0.0)))
    values = {"receivable_days": 140.0, "receivable_days_peer_rank": rank_of(140.0)}
    known = Known(values, {"receivable_days": Spread(20, 50, 80, 110, 150)}, {"receivable_days": grid})
    (plan,) = plans(pd.DataFrame([values]), of, known, -5.0).one
    days = told(plan)["receivable_days"]
    assert rank_of(days) <= 0.35 < rank_of(days + 1)
    assert plan.values == {"receivable_days": days, "receivable_days_peer_rank": rank_of(days)}


def test_asking_for_less_scales_all_that_the_amount_is_in_to_whole_ten_thousands() -> None:
    # Between 1.2 and 2 million the score is worse than above: it has no direction, and all intervals are looked at.
    of = stepped(
        loan_amount=((1_204_999.0, 2e6), (0.0, 2.0, 0.0)),
        amount_over_revenue=((0.1, 0.2), (-2.0, -1.0, 0.0)),
    )
    values = {"loan_amount": 3e6, "amount_over_revenue": 0.5, "amount_per_staff": 1e5, "amount_over_assets": np.nan}
    found = plans(pd.DataFrame([values]), of, Known(values, {}, {}), -4.0)
    (plan,) = found.one
    assert told(plan) == {"loan_amount": 1_200_000.0}
    assert plan.values["amount_over_revenue"] == pytest.approx(0.2)
    assert plan.values["amount_per_staff"] == pytest.approx(4e4)
    assert "amount_over_assets" not in plan.values
    assert plan.cost == pytest.approx(1 - 0.4)
    # A tenth of the amount is the least: 0.1 of revenue needs 600,000, 0.02 would need 120,000.
    assert told(plans(pd.DataFrame([values]), of, Known(values, {}, {}), -5.0).one[0]) == {"loan_amount": 600_000.0}
    little = stepped(amount_over_revenue=((0.02,), (-1.0, 0.0)))
    assert amount_lever(Known(values, {}, {}), little.thresholds) is None


def test_where_rules_allow_less_every_plan_asks_for_no_more() -> None:
    of = stepped(
        amount_over_revenue=((0.2, 0.4), (-1.0, 0.0, 0.5)),
        leverage=((0.3, 0.5), (-2.0, -1.0, 0.0)),
    )
    values = {"loan_amount": 1e6, "amount_over_revenue": 0.5, "leverage": 0.7}
    known = Known(values, {"leverage": EVEN}, {})
    row = pd.DataFrame([values])
    assert told(plans(row, of, known, -2.5, amount_at_most=730_000.0).one[0]) == {"loan_amount": 730_000.0}
    found = plans(row, of, known, -3.5, amount_at_most=730_000.0)
    assert [told(plan) for plan in found.one] == [{"loan_amount": 400_000.0}]
    assert all(told(plan)["loan_amount"] <= 730_000 for plan in (*found.one, *found.two))
    assert told(found.two[0]) == {"leverage": 0.5, "loan_amount": 730_000.0}


def test_headroom_is_the_smallest_change_for_the_worse_above_the_target() -> None:
    of = stepped(
        leverage=((0.5, 0.6), (0.0, 1.0, 3.0)),
        current_ratio=((0.9, 1.4), (2.0, 1.0, 0.0)),
    )
    peers = {"leverage": EVEN, "current_ratio": Spread(0.8, 1.0, 1.5, 2.0, 3.0)}
    values = {"leverage": 0.4, "current_ratio": 1.6}
    found = headroom(pd.DataFrame([values]), of, Known(values, peers, {}), -1.5)
    assert [told(plan) for plan in found.one] == [{"leverage": 0.601}, {"current_ratio": 0.9}]
    assert [plan.after for plan in found.one] == [0.0, -1.0]
    assert (found.one[0].kind, found.best) == ("headroom", 0.0)
    assert headroom(pd.DataFrame([values]), of, Known(values, peers, {}), 0.5).one == ()


FEATURES = ("inventory_days", "runway_months", "overdue_days_1y", "penalty_count_2y", "total_assets")
"""Levers with few readable values, and one feature that is no lever."""
RANGES = {"inventory_days": 60, "runway_months": 30, "overdue_days_1y": 40, "penalty_count_2y": 8, "total_assets": 50}


@cache
def random_case(seed: int) -> tuple[Pieces, pd.DataFrame, dict[str, Spread]]:
    """A blend of two boosters and step functions with directions, fitted on noise with missing values; applicants."""
    draw = np.random.default_rng(seed)
    directions = {n: {"rises": 1, "falls": -1, None: 0}[by_name()[n].risk] for n in FEATURES}
    x = pd.DataFrame({n: draw.integers(0, RANGES[n] + 1, 1500).astype("float64") for n in FEATURES})
    x = x.mask(draw.random(x.shape) < 0.1)
    filled = (x / pd.Series(RANGES)).fillna(0.5)
    slope = filled @ np.array([2.0, -2.0, 1.5, 1.0, -0.5]) + 2 * filled["inventory_days"] * filled["overdue_days_1y"]
    defaulted = (draw.random(len(x)) < 1 / (1 + np.exp(3 - slope))).astype(float)
    rows = Rows(x, None, defaulted, np.ones(len(x)))
    first, second = (
        fit_booster(rows, Shape(directions), replace(SMALL, seed=seed + n, num_leaves=15, max_depth=5), 25)
        for n in range(2)
    )
    steps = Steps(FEATURES, {"runway_months": StepFunction((4.5, 11.0), (0.5, 0.1, -0.4), 0.2, 0.0)}, 0.1)
    members = (Member("one", 0.5, first), Member("two", 0.3, second), Member("steps", 0.2, steps))
    curve = Curve((-4.0, -2.0, 0.0), (-4.5, -2.0, 0.3))
    peers = {n: Spread(*x[n].quantile([0.1, 0.25, 0.5, 0.75, 0.9])) for n in FEATURES}
    return pieces(StageModel("growth", Blend(members), 1.0, curve, (), {})), x.tail(4).reset_index(drop=True), peers


def values_of(row: pd.Series) -> dict[str, float]:
    return {name: float(row[name]) for name in FEATURES}


def every_value(name: str, own: float, peers: Mapping[str, Spread]) -> list[float]:
    """All readable values from the applicant's own on to the plausible limit."""
    feature, spread = by_name()[name], peers[name]
    if np.isnan(own) or not feature.actionable:
        return []
    end = spread.q90 if feature.risk == "falls" else spread.q10
    if (end - own) * (1 if feature.risk == "falls" else -1) <= 0:
        return []
    first, last = between(own, end, feature.unit)
    return shown(
        np.arange(first, last + (1 if last >= first else -1), 1 if last >= first else -1), feature.unit
    ).tolist()


def cheapest(
    of: Pieces, row: pd.Series, choices: list[dict[str, float]], peers: dict[str, Spread], target: float
) -> float:
    """Lowest cost of the choices that reach the target by the model itself; infinite where none does."""
    if not choices:
        return np.inf
    moved = pd.DataFrame([{**values_of(row), **choice} for choice in choices])
    cost = [
        sum(abs(float(np.diff(place(np.array([row[n], v]), peers[n]))[0])) for n, v in choice.items())
        for choice in choices
    ]
    return min((c for c, logit in zip(cost, of.model.logit(moved), strict=True) if logit <= target), default=np.inf)


@pytest.mark.parametrize("seed", range(5))
def test_no_readable_value_alone_or_in_pairs_is_cheaper_than_the_plans(seed: int) -> None:
    of, applicants, peers = random_case(seed)
    for _, row in applicants.iterrows():
        known, one_row = Known(values_of(row), peers, {}), row.to_frame().T
        before = float(of.model.logit(one_row)[0])
        values = {name: every_value(name, row[name], peers) for name in FEATURES}
        for target in (before - 0.2, before - 0.8, before - 1.6):
            found = plans(one_row, of, known, target)
            alone_ = {n: cheapest(of, row, [{n: v} for v in vs], peers, target) for n, vs in values.items()}
            expected = sorted(cost for cost in alone_.values() if np.isfinite(cost))
            assert [plan.cost for plan in found.one] == pytest.approx(expected)
            pairs = []
            for a, b in combinations(FEATURES, 2):
                both = [{a: v, b: w} for v in values[a] for w in values[b]]
                cost = cheapest(of, row, both, peers, target)
                if np.isfinite(cost) and cost <= (1 - SAVING) * min(alone_[a], alone_[b]):
                    pairs.append(cost)
            assert [plan.cost for plan in found.two] == pytest.approx(sorted(pairs))
            ends = {n: vs[-1] for n, vs in values.items() if vs}
            lowest = of.model.logit(pd.DataFrame([{**values_of(row), **ends}]))[0]
            assert found.best == pytest.approx(min(lowest, before))


@pytest.mark.parametrize("seed", range(5))
def test_every_plan_is_scored_by_the_model_and_changes_only_known_values_within_limits(seed: int) -> None:
    of, applicants, peers = random_case(seed)
    seen = 0
    for _, row in applicants.iterrows():
        one_row, known = row.to_frame().T, Known(values_of(row), peers, {})
        target = float(of.model.logit(one_row)[0]) - 0.4
        found = plans(one_row, of, known, target)
        for plan in (*found.one, *found.two):
            seen += 1
            assert plan.after == pytest.approx(of.model.logit(one_row.assign(**plan.values))[0])
            assert plan.after <= target + 1e-9 < plan.before
            for change in plan.told:
                spread, falls = peers[change.feature], by_name()[change.feature].risk == "falls"
                assert np.isfinite(change.before)
                assert (
                    change.before < change.after <= spread.q90 if falls else spread.q10 <= change.after < change.before
                )
                up, down = STEPS.get(change.unit, (1, 1))
                assert change.after * down / up == pytest.approx(round(change.after * down / up))
    assert seen


@pytest.mark.parametrize("seed", range(3))
def test_headroom_is_what_every_readable_value_says(seed: int) -> None:
    of, applicants, peers = random_case(seed)
    for _, row in applicants.iterrows():
        one_row = row.to_frame().T
        target = float(of.model.logit(one_row)[0]) + 0.3
        found = headroom(one_row, of, Known(values_of(row), peers, {}), target)
        expected = []
        for name in FEATURES:
            feature, own = by_name()[name], row[name]
            end = peers[name].q10 if feature.risk == "falls" else peers[name].q90
            sign = -1 if feature.risk == "falls" else 1
            if np.isnan(own) or not feature.actionable or sign * (end - own) <= 0:
                continue
            for value in np.arange(own + sign, end + sign / 2, sign):
                if of.model.logit(one_row.assign(**{name: value}))[0] > target:
                    expected.append((name, value))
                    break
        assert {(p.told[0].feature, p.told[0].after) for p in found.one} == set(expected)


def test_a_booster_that_counts_periods_is_taken_in_its_first() -> None:
    draw = np.random.default_rng(0)
    x = pd.DataFrame({"inventory_days": draw.integers(0, 60, 2000).astype("float64")})
    period = draw.integers(0, 3, 2000)
    defaulted = (draw.random(2000) < 0.05 + 0.004 * x["inventory_days"] + 0.1 * period).astype(float)
    booster = fit_booster(Rows(x, period, defaulted.to_numpy(), np.ones(2000)), Shape({"inventory_days": 1}), SMALL, 30)
    of = pieces(StageModel("growth", alone("one", booster), 1.0, line(0.0, 1.0), (), {}))
    row = pd.DataFrame({"inventory_days": [55.0]})
    target = float(of.model.logit(row)[0]) - 0.3
    known = Known({"inventory_days": 55.0}, {"inventory_days": Spread(5, 15, 30, 45, 56)}, {})
    (plan,) = plans(row, of, known, target).one
    assert of.model.logit(row.assign(inventory_days=plan.told[0].after))[0] <= target
    assert of.model.logit(row.assign(inventory_days=plan.told[0].after + 1))[0] > target


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=5, max_size=5).map(sorted),
    st.lists(st.floats(-2e6, 2e6), min_size=2, max_size=2, unique=True).map(sorted),
)
def test_the_place_among_peers_is_a_share_that_rises_with_the_value(spread: list[float], values: list[float]) -> None:
    low, high = place(np.array(values), Spread(*spread))
    assert 0 <= low <= high <= 1


def test_flags_and_counts_that_no_peer_has_still_cost_something() -> None:
    none = Spread(0, 0, 0, 0, 0)
    places = place(np.array([0.0, 1.0, 2.0]), none)
    # Half of what is left for one unit, two thirds for two.
    assert places.tolist() == pytest.approx([0.5, 0.75, 0.5 + 0.5 * 2 / 3])


def test_levers_come_in_the_order_of_the_catalogue_and_the_amount_is_none_of_them() -> None:
    of = stepped(
        receivable_days=((60.0,), (-1.0, 0.0)),
        leverage=((0.5,), (-1.0, 0.0)),
        amount_over_revenue=((0.1,), (-1.0, 0.0)),
    )
    values = {"receivable_days": 90.0, "leverage": 0.7, "amount_over_revenue": 0.5}
    peers = {"receivable_days": Spread(10, 30, 60, 80, 100), "leverage": EVEN, "amount_over_revenue": EVEN}
    found = levers(Known(values, peers, {}), of.thresholds)
    assert [lever.name for lever in found] == ["leverage", "receivable_days"]
