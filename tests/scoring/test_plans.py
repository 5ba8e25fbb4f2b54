"""Plans of applications through the whole procedure, what holds them, and asking for less."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from decisions.certificate import Certificate
from decisions.procedure import Issued
from decisions.procedure import procedure as whole_procedure
from decisions.rules import read_rules, rule_states
from features.catalogue import by_name
from features.declarations import IDENTITY
from features.peer_quantiles import PreparedPeers
from features.peers import QUANTILES
from features.rule_quantities import RULE_QUANTITIES, names
from features.table import FeatureParams
from models.fitting.acceptance import AcceptanceModel
from models.fitting.blend import Blend, Member
from models.fitting.calibration import line
from models.fitting.stage_model import StageModel
from models.fitting.steps import StepFunction, Steps
from policy.segments import STAGES
from scoring.amounts import BASES, allowed, scaled
from scoring.assemble import decided_at
from scoring.bundle import Bundle
from scoring.held import better, held
from scoring.peer_spreads import spreads
from scoring.plans import Plans, plans, plans_of

DAY = date(2024, 6, 30)
RULES = {rule.code: rule for rule in read_rules(DAY)}
ANSWERED = ("data_gap", "out_of_accepted_region", "rd_loan_above_rd", "new_lenders", "abnormal_listing")
"""Rules that the small bank can answer."""
NO_GRIDS = pd.DataFrame(columns=["month", "stage", "division", "feature", *QUANTILES]).astype(
    {"month": "datetime64[us]", **dict.fromkeys(QUANTILES, "float64")}
)
PEERS = pd.DataFrame(
    {
        "year": 2023,
        "stage": "growth",
        "division": "all",
        "feature": ["leverage", "current_ratio", "loan_amount"],
        "mean": [0.5, 1.5, 2e6],
        "q10": [0.3, 0.5, 1e5],
        "q25": [0.4, 1.0, 1e6],
        "q50": [0.5, 1.5, 2e6],
        "q75": [0.6, 2.0, 3e6],
        "q90": [0.8, 3.0, 5e6],
    }
)


def at_pd(*pds: float) -> tuple[float, ...]:
    return tuple(float(np.log(pd_ / (1 - pd_))) for pd_ in pds)


@pytest.fixture
def bundle() -> Bundle:
    """PD 30 % above a leverage of 0.7, 10 % above 0.5, 3 % above 0.35, else 1 %; half the odds at a ratio above 1.2."""
    leverage = StepFunction((0.35, 0.5, 0.7), at_pd(0.01, 0.03, 0.10, 0.30), 0.0, 0.0)
    current = StepFunction((1.2,), (0.0, float(-np.log(2))), 0.0, 0.0)
    features = ("leverage", "current_ratio", "amount_over_revenue")
    steps = Steps(features, {"leverage": leverage, "current_ratio": current}, 0.0)
    facts = {"data": "d", "catalogue": "c"}
    models = {s: StageModel(s, Blend((Member("steps", 1.0, steps),)), 1.0, line(0.0, 1.0), (), facts) for s in STAGES}
    certificates = {c: Certificate(c, True, 0.05, 0.045, 0.1, "certified") for c in ("small", "micro", "medium")}
    certificates["medium"] = Certificate("medium", False, None, 0.02, 0.1, "too few loans")
    not_checked = tuple(code for code in RULES if code not in ANSWERED)
    procedure = replace(
        whole_procedure("twelve_months", DAY, not_checked), issued=(Issued(date(2024, 1, 5), certificates),)
    )
    params = FeatureParams("default", "statistical_2017", str(DAY), "500MB")
    return Bundle(models, procedure, params, NO_GRIDS, AcceptanceModel(None, 0.5, 0, 0), PEERS, "policy")


def application(**values: float | str) -> pd.DataFrame:
    """One application: a small enterprise that grows, nothing against it but what is given."""
    row: dict[str, object] = {
        **dict.fromkeys((*IDENTITY, *by_name(), *names()), np.nan),
        **dict.fromkeys(("data_gaps", "new_lenders_12m", "abnormal_listing"), 0.0),
        "application_id": "a",
        "as_of": pd.Timestamp("2024-06-01"),
        "stage": "growth",
        "size_class": "small",
        "province": "A",
        "industry": "6510",
        "product": "loan",
        "loan_amount": 2e6,
        "exposure": 2e6,
        "turnover": 1e7,
        "amount_over_revenue": 0.2,
    }
    return pd.DataFrame([{**row, **values}])


def answer(table: pd.DataFrame, bundle: Bundle, decision: str) -> Plans:
    return plans(table, bundle, pd.Series({"application_id": "a", "decision": decision}))


def test_a_refer_by_the_pd_is_told_what_approves_it(bundle: Bundle) -> None:
    found = answer(application(leverage=0.66, current_ratio=0.8), bundle, "refer")
    assert (found.decision, found.limit, found.held_by, found.why) == ("refer", 0.05, (), "found")
    (one,) = found.one
    assert [(c.feature, c.before, c.after, c.unit) for c in one.changes] == [("leverage", 0.66, 0.5, "fraction")]
    assert (one.decision_before, one.decision_after, one.rule_after) == ("refer", "approve", "within_cut_off")
    assert (one.pd_before, one.pd_after) == pytest.approx((0.1, 0.03))
    # The current ratio alone halves the odds, to 5.3 %; with leverage it would save nothing.
    assert found.two == ()
    assert found.headroom == ()
    assert found.best_pd == pytest.approx(0.01 / (0.01 + 2 * 0.99))


def test_a_decline_by_the_pd_is_told_what_refers_it_and_what_still_holds_it(bundle: Bundle) -> None:
    table = application(leverage=0.9, current_ratio=0.8, data_gaps=1.0, size_class="medium")
    found = answer(table, bundle, "decline")
    # Medium: declined above 16 %. A current ratio above 1.2 makes 17.6 %, leverage of at most 0.7 makes 10 %.
    assert (found.limit, found.held_by, found.why) == (0.16, ("data_gap", "not_certified"), "found")
    assert [(p.changes[0].after, p.decision_after, p.rule_after) for p in found.one] == [(0.7, "refer", "data_gap")]


def test_what_holds_whatever_the_pd_is_named_and_no_plan_is_given(bundle: Bundle) -> None:
    for values, codes in (
        ({"data_gaps": 2.0}, ("data_gap",)),
        ({"size_class": "medium"}, ("not_certified",)),
        ({"abnormal_listing": 1.0, "size_class": "medium"}, ("abnormal_listing", "not_certified")),
        ({"new_lenders_12m": np.nan}, ("unknown_new_lenders",)),
        ({"as_of": pd.Timestamp("2023-12-31")}, ("no_tolerance",)),
    ):
        found = answer(application(leverage=0.66, current_ratio=0.8, **values), bundle, "refer")
        assert (found.held_by, found.why, found.limit) == (codes, "held", None)
        assert found.one == found.two == found.headroom == ()
        assert found.best_pd is None


def test_a_rule_that_lowers_the_ceiling_sets_the_pd_to_come_to(bundle: Bundle) -> None:
    found = answer(application(leverage=0.45, current_ratio=1.5, new_lenders_12m=3.0), bundle, "approve")
    assert found.limit == 0.02
    found = answer(application(leverage=0.45, current_ratio=0.8, new_lenders_12m=3.0), bundle, "refer")
    assert (found.limit, found.held_by) == (0.02, ())
    assert sorted(p.changes[0].feature for p in found.one) == ["current_ratio", "leverage"]
    assert {p.rule_after for p in found.one} == {"within_cut_off"}


def test_a_loan_that_a_rule_finds_too_large_is_told_to_ask_for_less(bundle: Bundle) -> None:
    large = {"product": "rd_loan", "amount_over_rd": 2.5, "deduction_implied_rd": 0.08}
    found = answer(application(leverage=0.45, current_ratio=0.8, **large), bundle, "refer")
    assert (found.held_by, found.why, found.limit) == (("rd_loan_above_rd",), "found", 0.05)
    # R&D is 800,000; exactly as much would do, the next 10,000 below is told, which no rounding makes too large.
    assert [(c.feature, c.after) for c in found.one[0].changes] == [("loan_amount", 790_000.0)]
    assert found.one[0].decision_after == "approve"
    both = answer(application(leverage=0.55, current_ratio=0.8, **large), bundle, "refer")
    assert (both.one, both.why) == ((), "found")
    assert {c.feature: c.after for c in both.two[0].changes} == {"leverage": 0.5, "loan_amount": 790_000.0}
    held_too = answer(application(leverage=0.45, current_ratio=0.8, data_gaps=1.0, **large), bundle, "refer")
    assert (held_too.why, held_too.held_by) == ("held", ("data_gap", "rd_loan_above_rd"))


def test_an_approval_is_told_its_headroom(bundle: Bundle) -> None:
    found = answer(application(leverage=0.45, current_ratio=1.5), bundle, "approve")
    (plan,) = found.headroom
    assert (found.why, found.limit, plan.kind) == ("found", 0.05, "headroom")
    assert [(c.feature, c.after) for c in plan.changes] == [("leverage", 0.501)]
    assert (plan.decision_before, plan.decision_after, plan.rule_after) == ("approve", "refer", "above_cut_off")
    near = replace(bundle, peer_quantiles=PEERS.assign(q90=[0.48, 3.0, 5e6]))
    verdict = pd.Series({"application_id": "a", "decision": "approve"})
    robust = plans(application(leverage=0.45, current_ratio=1.5), near, verdict)
    assert (robust.why, robust.headroom) == ("out_of_reach", ())
    assert robust.best_pd == pytest.approx(0.03)


def test_no_plan_is_given_with_its_reason(bundle: Bundle) -> None:
    found = answer(application(leverage=np.nan, current_ratio=np.nan, loan_amount=np.nan), bundle, "decline")
    assert (found.why, found.best_pd) == ("no_lever", None)
    near = replace(bundle, peer_quantiles=PEERS.assign(q10=[0.55, 0.5, 1e5]))
    verdict = pd.Series({"application_id": "a", "decision": "refer"})
    short = plans(application(leverage=0.66, current_ratio=0.8), near, verdict)
    # Leverage cannot fall below 0.55, and a current ratio above 1.2 alone leaves 5.3 %.
    assert (short.why, short.one, short.two) == ("out_of_reach", (), ())
    assert short.best_pd == pytest.approx(1 / 19)


@dataclass(frozen=True)
class Cautious(AcceptanceModel):
    """Accepts a leverage of at least 0.55 only."""

    def in_accepted_region(self, table: pd.DataFrame) -> pd.Series:
        return table["leverage"] >= 0.55


def test_a_plan_that_leaves_the_accepted_region_is_not_given(bundle: Bundle) -> None:
    cautious = replace(bundle, acceptance=Cautious(None, 0.5, 0, 0))
    found = answer(application(leverage=0.66, current_ratio=0.8), cautious, "refer")
    assert (found.why, found.one, found.two) == ("not_confirmed", (), ())


def test_a_decision_of_another_run_is_refused(bundle: Bundle) -> None:
    with pytest.raises(
        ValueError, match=r"wanted the decision on a by this run, refer; got approve on a\. Plans for an"
    ):
        answer(application(leverage=0.66, current_ratio=0.8), bundle, "approve")


def test_many_applications_have_the_plans_they_have_alone(bundle: Bundle) -> None:
    parts = [
        application(application_id="a", leverage=0.66, current_ratio=0.8),
        application(application_id="b", leverage=0.45, current_ratio=1.5),
        application(application_id="c", leverage=0.9, current_ratio=0.8, data_gaps=1.0),
        application(application_id="d", leverage=0.66, current_ratio=0.8, data_gaps=1.0),
    ]
    verdicts = pd.DataFrame(
        {"application_id": ["a", "b", "c", "d"], "decision": ["refer", "approve", "decline", "refer"]}
    )
    together = plans_of(pd.concat(parts), bundle, verdicts)
    assert together == tuple(
        plans(part, bundle, row) for part, (_, row) in zip(parts, verdicts.iterrows(), strict=True)
    )
    assert plans_of(parts[0].head(0), bundle, verdicts.head(0)) == ()


@pytest.mark.parametrize("size", ["small", "medium"])
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("new_lenders", [0.0, 3.0])
def test_the_decision_changes_at_the_limit_and_nowhere_else(
    bundle: Bundle, size: str, stage: str, new_lenders: float
) -> None:
    table = application(size_class=size, stage=stage, new_lenders_12m=new_lenders)
    (hold,) = held(table, pd.Series([0.9]), bundle)
    grid = pd.Series(np.round(np.linspace(0.0005, 0.9995, 1000), 4))
    rows = pd.concat([table] * len(grid), ignore_index=True)
    made = decided_at(rows, grid, bundle).rows["decision"]
    for decision, highest in hold.highest.items():
        at_least = ~made.map(lambda each, than=decision: better(than, each))
        assert (at_least == (grid <= highest)).all() or decision == "decline"
    assert set(made) == {"decline", *hold.highest}
    assert hold.limit == hold.highest["refer"]


def test_peers_are_those_of_the_year_before_of_the_division_where_it_has_enough() -> None:
    quantiles = pd.concat(
        [
            PEERS,
            PEERS.head(1).assign(division="65", q50=0.55),
            PEERS.assign(year=2024, q50=9.0),
            PEERS.assign(year=2021, q50=7.0),
        ],
        ignore_index=True,
    )
    table = pd.concat(
        [
            application(),
            application(industry="3911"),
            application(industry=np.nan),
            application(as_of=pd.Timestamp("2022-05-01")),
            application(as_of=pd.Timestamp("2021-05-01")),
            application(stage="mature"),
        ]
    )
    found = spreads(table, PreparedPeers(quantiles))
    assert [each["leverage"].q50 for each in found[:4]] == [0.55, 0.5, 0.5, 7.0]
    assert found[0]["current_ratio"].q50 == 1.5
    assert found[4:] == [{}, {}]


def quantities(seed: int) -> pd.DataFrame:
    """As-of quantities of applications of every kind that the amount is in."""
    draw, n = np.random.default_rng(seed), 200
    amount = draw.integers(10, 500, n) * 1e4
    return pd.DataFrame(
        {
            "amount": amount,
            "exposure": amount * draw.choice([0.8, 1.0, 1.1], n),
            "staff": draw.integers(1, 50, n).astype("float64"),
            "revenue": draw.choice([np.nan, -1.0, 5e6, 2e7], n),
            "assets": draw.choice([np.nan, 1e6, 3e7], n),
            "borrowed": draw.choice([0.0, 1e6], n),
            "other_debt": draw.choice([0.0, 5e5], n),
            "other_amount_of_product": draw.choice([0.0, 4e5], n),
            "rd_deduction_tax": draw.choice([np.nan, 0.0, 5e4, 5e5], n),
            "statement_on": pd.Timestamp("2023-12-31"),
            "hitech_of_year": draw.choice([0.0, 1.0], n),
            "contract_turnover_1y": draw.choice([0.0, 1e6, 4e6], n),
        }
    )


def as_row(known: pd.DataFrame) -> pd.DataFrame:
    """What of the feature table the amount is in, or its quantities are divided by, computed as features are."""
    catalogue = by_name()
    wanted = (
        "loan_amount",
        "amount_per_staff",
        "amount_over_revenue",
        "amount_over_assets",
        "turnover",
        "total_assets",
    )
    features = {n: catalogue[n].values(known) for n in (*wanted, "deduction_implied_rd", "contract_turnover_share")}
    ruled = {q.name: q.values(known) for q in RULE_QUANTITIES if q.name in BASES}
    return pd.DataFrame({**features, **ruled, "exposure": known["exposure"]})


@pytest.mark.parametrize("seed", range(3))
def test_what_scales_with_the_amount_is_what_is_computed_from_a_smaller_amount(seed: int) -> None:
    known = quantities(seed)
    rows = as_row(known)
    again = as_row(known.assign(amount=known["amount"] * 0.4, exposure=known["exposure"] * 0.4))
    moved = 0
    for at in range(len(rows)):
        found = scaled(rows.iloc[at], float(rows["loan_amount"].iloc[at]) * 0.4)
        for name, value in again.iloc[at].items():
            if name in found:
                assert found[str(name)] == pytest.approx(value, rel=1e-8)
                assert name not in BASES or found[str(name)] >= value
                moved += name in BASES
            elif name in BASES and np.isfinite(value):
                # What it is divided by is not among the features: it stays, too high.
                assert rows.iloc[at][str(name)] >= value
    assert moved > 100


@pytest.mark.parametrize("code", ["rd_loan_above_rd", "contract_loan_above_contracts", "debt_over_assets"])
def test_the_amount_a_rule_allows_is_the_largest_it_does_not_hold_for(code: str) -> None:
    known, rule = quantities(7), RULES[code]
    product = {"rd_loan_above_rd": "rd_loan", "contract_loan_above_contracts": "contract_loan"}.get(code, "loan")

    def holds(amounts: pd.Series) -> pd.Series:
        share = amounts / known["amount"]
        now = as_row(known.assign(amount=amounts, exposure=known["exposure"] * share))
        return rule_states(now.assign(product=product, lenders_after_loan=3.0), (rule,))[code] == 1

    rows, before = as_row(known), holds(known["amount"])
    most = pd.Series([allowed(rows.iloc[at], (rule,)) for at in range(len(rows))], dtype="float64")
    told = before & most.notna()
    assert told.sum() > 10
    assert not holds(most)[told].any()
    # Two steps up, since an amount at which the quantity is its bound is left to the side of caution.
    assert holds(most + 2e4)[told & (most + 2e4 < known["amount"])].all()
    assert (most[told] >= 0.1 * known["amount"][told]).all()


def test_every_rule_with_the_amount_in_it_has_its_base() -> None:
    compared = {name for rule in RULES.values() for name in rule.when}
    with_amount = {q.name for q in RULE_QUANTITIES if "amount" in q.inputs}
    assert with_amount & compared <= set(BASES)
    assert set(BASES) <= with_amount
