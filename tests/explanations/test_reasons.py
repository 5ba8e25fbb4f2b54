"""Reasons by hand: families, peers, bounds, directions, missing values; and as properties of drawn contributions."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explanations.leanings import leanings
from explanations.reasons import COLUMNS, MOST, reasons
from features.catalogue import CATALOGUE, COMPUTED

BASE = -3.0
PEERS = {
    **{"leverage": 0.5, "recent_leverage": 0.5, "sales_growth": 0.10, "staff_growth": 0.0, "receivable_days": 90.0},
    **{"rd_confirmed_by_tax": 0.9, "is_hitech": 0.4, "valid_invention_count": 0.0, "overdue_count_1y": 0.0},
    **{"loan_amount": 1e6, "rd_intensity": 0.08, "current_ratio": 1.5, "asset_growth": 0.05},
}


def quantiles(centres: dict[str, float] = PEERS) -> pd.DataFrame:
    rows = [
        {"year": 2020, "stage": "startup", "division": "39", "feature": name, "n": 60, "mean": value, "q50": value}
        for name, value in centres.items()
    ]
    return pd.DataFrame(rows)


def told(parts: dict[str, float], values: dict[str, float], peers: pd.DataFrame | None = None) -> pd.DataFrame:
    """Reasons of one startup of 2021 with these contributions [log-odds] and values."""
    found = pd.DataFrame({"application_id": ["a"], **{name: [part] for name, part in parts.items()}})
    found = found.assign(base=BASE, logit=BASE + sum(parts.values()))
    known = {name: np.nan for name in (feature.name for feature in CATALOGUE)} | values
    table = pd.DataFrame({"application_id": ["a"], **{name: [value] for name, value in known.items()}})
    table = table.assign(as_of=pd.Timestamp("2021-06-30"), stage="startup", industry="3911")
    return reasons(found, table, quantiles() if peers is None else peers)


def sides(listed: pd.DataFrame) -> list[tuple[str, str, float]]:
    named = listed[listed["family"].notna()]
    return [(r.side, r.feature, round(r.contribution, 6)) for r in named.itertuples()]


def rest(listed: pd.DataFrame) -> dict[str, float]:
    return dict(listed.loc[listed["family"].isna(), ["side", "contribution"]].round(6).itertuples(index=False))


def test_a_family_speaks_once_by_its_most_telling_feature_and_with_the_sum_of_all() -> None:
    listed = told(
        {"leverage": 0.3, "recent_leverage": 0.5, "leverage_peer_rank": 0.1},
        {"leverage": 0.7, "recent_leverage": 0.8, "leverage_peer_rank": 0.9},
    )
    assert list(listed.columns) == list(COLUMNS)
    assert sides(listed) == [("against", "recent_leverage", 0.9)]
    row = listed.iloc[0]
    assert (row["value"], row["peers"], row["peer_year"], row["of_division"], row["rank"]) == (0.8, 0.5, 2020, True, 1)


def test_a_rank_speaks_by_the_feature_it_ranks() -> None:
    listed = told({"leverage_peer_rank": 0.4}, {"leverage": 0.7, "leverage_peer_rank": 0.9})
    assert sides(listed) == [("against", "leverage", 0.4)]


def test_members_of_a_family_with_opposite_signs_give_one_reason_of_their_sum() -> None:
    listed = told({"leverage": 0.3, "recent_leverage": -0.4}, {"leverage": 0.7, "recent_leverage": 0.4})
    assert sides(listed) == [("for", "recent_leverage", -0.1)]


def test_what_is_not_known_is_no_reason_and_stands_apart() -> None:
    listed = told({"leverage": 0.3, "sales_growth": 0.8, "receivable_days": -0.2}, {"leverage": 0.7})
    assert sides(listed) == [("against", "leverage", 0.3)]
    assert rest(listed) == {"unknown": 0.6, "other": 0.0}


@pytest.mark.parametrize(
    ("feature", "part", "value", "side"),
    [
        ("leverage", -0.2, 0.4, "for"),
        ("leverage", 0.2, 0.6, "against"),
        # What a model is held to is never told the other way: it is left to the other parts.
        ("leverage", 0.2, 0.4, None),
        ("leverage", -0.2, 0.6, None),
        # Shrinking is no strength, whatever the peers do; slow growth may be a weakness.
        ("sales_growth", -0.2, -0.3, None),
        ("sales_growth", 0.2, 0.05, "against"),
        ("staff_growth", -0.2, -0.56, None),
        ("rd_confirmed_by_tax", 0.2, 0.8, "against"),
        ("rd_confirmed_by_tax", 0.2, 1.0, None),
        ("rd_confirmed_by_tax", -0.2, 0.95, None),
        ("rd_confirmed_by_tax", -0.2, 1.0, "for"),
        # What the peers have too is no reason.
        ("overdue_count_1y", -0.2, 0.0, None),
        ("valid_invention_count", 0.2, 0.0, None),
        ("valid_invention_count", -0.2, 0.0, None),
        ("current_ratio", -0.2, 1.5, None),
        ("is_hitech", -0.2, 1.0, "for"),
        ("is_hitech", 0.2, 1.0, "unexpected"),
        ("is_hitech", 0.2, 0.0, "against"),
        ("rd_intensity", 0.2, 0.15, "unexpected"),
        ("asset_growth", -0.2, -0.1, "unexpected"),
        ("loan_amount", 0.2, 1.0, "against"),
        ("loan_amount", -0.2, 1.0, "for"),
    ],
)
def test_a_value_speaks_as_a_lender_would_read_it(feature: str, part: float, value: float, side: str | None) -> None:
    listed = told({feature: part}, {feature: value})
    assert sides(listed) == ([(side, feature, part)] if side else [])
    assert rest(listed) == {"unknown": 0.0, "other": 0.0 if side else part}


def test_what_hardly_moves_the_odds_is_no_reason_and_a_code_has_no_peers() -> None:
    listed = told(
        {"leverage": 0.019, "sales_growth": -0.02, "industry_group": 0.1},
        {"leverage": 0.9, "sales_growth": 0.5, "industry_group": 3911.0},
        quantiles({**PEERS, "industry_group": 3911.0}),
    )
    assert sides(listed) == [("for", "sales_growth", -0.02), ("against", "industry_group", 0.1)]
    assert np.isnan(listed.loc[listed["feature"] == "industry_group", "peers"]).all()
    assert rest(listed) == {"unknown": 0.0, "other": 0.019}


def test_a_value_without_direction_that_the_peers_have_too_is_no_reason() -> None:
    assert sides(told({"loan_amount": 0.2}, {"loan_amount": PEERS["loan_amount"]})) == []


def test_without_peers_the_bounds_alone_count() -> None:
    nobody = quantiles({"turnover": 1.0})
    assert sides(told({"sales_growth": -0.2}, {"sales_growth": 0.01}, nobody)) == [("for", "sales_growth", -0.2)]
    listed = told({"sales_growth": -0.2}, {"sales_growth": -0.01}, nobody)
    assert sides(listed) == []
    assert rest(listed)["other"] == -0.2


def test_at_most_four_reasons_stand_on_a_side_and_weak_unexpected_ones_do_not_displace_them() -> None:
    strong = {"leverage": 0.9, "receivable_days": 0.8, "sales_growth": 0.7, "current_ratio": 0.6, "loan_amount": 0.5}
    values = {
        **{"leverage": 0.9, "receivable_days": 200.0, "sales_growth": -0.1, "current_ratio": 0.5, "loan_amount": 1.0},
        **{"is_hitech": 1.0, "rd_intensity": 0.2},
    }
    listed = told({**strong, "is_hitech": 0.65, "rd_intensity": 0.1}, values)
    assert sides(listed) == [
        ("against", "leverage", 0.9),
        ("against", "receivable_days", 0.8),
        ("against", "sales_growth", 0.7),
        ("against", "current_ratio", 0.6),
        ("unexpected", "is_hitech", 0.65),
    ]
    assert rest(listed) == {"unknown": 0.0, "other": 0.6}


@given(st.integers(0, 2**32 - 1))
def test_reasons_keep_their_promises_on_drawn_contributions(seed: int) -> None:
    draw = np.random.default_rng(seed)
    names = [feature.name for feature in CATALOGUE]
    ids = [f"a{i}" for i in range(8)]
    parts = draw.normal(size=(8, len(names))) * (draw.random((8, len(names))) < 0.3)
    values = np.where(
        draw.random(parts.shape) < 0.2, np.nan, draw.choice([-1.0, -0.1, 0.0, 0.4, 1.0, 50.0], parts.shape)
    )
    found = pd.DataFrame(parts, columns=names).assign(application_id=ids, base=BASE, province_effect=0.1)
    found = found.assign(logit=BASE + 0.1 + parts.sum(axis=1))
    table = pd.DataFrame(values, columns=names).assign(
        application_id=ids, as_of=pd.Timestamp("2021-06-30"), stage="startup", industry="3911"
    )
    listed = reasons(found, table.iloc[::-1], quantiles())
    total = listed.groupby("application_id")["contribution"].sum()
    assert np.abs(total[ids].to_numpy() - (found["logit"] - found["base"]).to_numpy()).max() < 1e-6
    named = listed[listed["family"].notna()]
    assert not named["value"].isna().any()
    assert not named.duplicated(["application_id", "family"]).any()
    assert named.groupby(["application_id", "side"]).size().max() <= MOST
    growth = named[named["feature"].isin(["sales_growth", "staff_growth", "rd_staff_growth"]) & (named["value"] < 0)]
    assert not (growth["side"] == "for").any()
    held = {feature.name for feature in COMPUTED if feature.risk is not None}
    assert not named[named["side"] == "unexpected"]["feature"].isin(held).any()
    alone = reasons(found.iloc[[3]], table.iloc[[3]], quantiles())
    same = listed[listed["application_id"] == "a3"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, same)


def test_a_feature_that_the_model_reads_the_other_way_is_named_with_its_size() -> None:
    rows = np.arange(60.0)
    ids = [f"a{i}" for i in range(60)]
    found = pd.DataFrame(
        {"application_id": ids, "rd_intensity": rows / 100, "leverage": rows / 50, "loan_amount": rows}
    )
    table = pd.DataFrame(
        {"application_id": ids, "stage": "startup", "rd_intensity": rows, "leverage": rows, "loan_amount": rows}
    )
    told_ = leanings(found, table).set_index("feature")
    assert list(told_.index) == ["rd_intensity", "leverage"]
    assert told_["against"].tolist() == [True, False]
    assert told_["held"].tolist() == [False, True]
    assert told_["rank_correlation"].tolist() == [1.0, 1.0]
    assert told_.loc["rd_intensity", "size"] == pytest.approx(rows.mean() / 100)


def test_too_few_values_tell_no_direction() -> None:
    rows = np.arange(40.0)
    ids = [f"a{i}" for i in range(40)]
    found = pd.DataFrame({"application_id": ids, "leverage": rows})
    assert leanings(found, pd.DataFrame({"application_id": ids, "stage": "startup", "leverage": rows})).empty
