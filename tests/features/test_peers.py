import numpy as np
import pandas as pd
import pytest

from features.catalogue import by_name, ranked
from features.peers import QUANTILES, SMALLEST_GROUP, _quantiles, peer_grids, peer_ranks, with_peer_ranks


def table(values, as_of="2020-01-15", stage="growth", industry="3562"):
    """A feature table whose ranked features all hold `values`."""
    frame = pd.DataFrame({name: np.asarray(values, dtype=float) for name in ranked()})
    day = pd.Series(pd.to_datetime(as_of), index=frame.index).astype("datetime64[us]")
    return frame.assign(
        as_of=day, stage=pd.Series(stage, frame.index, "str"), industry=pd.Series(industry, frame.index, "str")
    )


def rank(grids, value, as_of="2020-02-10", **more):
    return peer_ranks(table([value], as_of, **more), grids)["leverage_peer_rank"].iloc[0]


def test_the_grid_of_a_month_holds_quantiles_of_the_year_before():
    grids = peer_grids(table(np.arange(101)))
    one = grids[(grids["month"] == "2020-02-01") & (grids["feature"] == "leverage")]
    assert one["division"].tolist() == ["35", "all"]
    assert one[list(QUANTILES)].iloc[0].tolist() == [5.0 * n for n in range(21)]
    assert grids["month"].max() == pd.Timestamp("2020-02-01")


@pytest.mark.parametrize(("value", "expected"), [(-1, 0), (0, 0), (5, 0.05), (7, 0.07), (99, 0.99), (100, 1), (500, 1)])
def test_rank_is_the_place_in_the_grid_by_linear_interpolation(value, expected):
    assert rank(peer_grids(table(np.arange(101))), value) == pytest.approx(expected)


def test_equal_quantiles_share_the_middle_of_their_places():
    grids = peer_grids(table([0.0] * 60 + [1.0] * 41))
    assert rank(grids, 0.0) == pytest.approx((0 + 11) / 2 / 20)
    assert rank(grids, 1.0) == pytest.approx((12 + 20) / 2 / 20)


def test_applications_of_the_same_month_are_not_peers_yet():
    grids = peer_grids(table(np.arange(101), as_of="2020-01-15"))
    assert np.isnan(rank(grids, 5.0, as_of="2020-01-31"))
    assert rank(grids, 5.0, as_of="2020-02-01") == pytest.approx(0.05)


def test_peers_stay_twelve_months_and_the_latest_grid_serves_later_months():
    both = pd.concat([table(np.arange(101), "2019-01-31"), table(np.arange(101) * 10, "2020-02-10")], ignore_index=True)
    grids = peer_grids(both)
    first = grids[(grids["month"] == "2020-01-01") & (grids["feature"] == "leverage")]
    assert first["q20"].tolist() == [100, 100]
    assert not (grids["month"] == "2020-02-01").any()
    assert rank(grids, 50.0, as_of="2020-02-10") == pytest.approx(0.5)
    assert rank(grids, 500.0, as_of="2023-07-01") == pytest.approx(0.5)


def test_a_division_with_too_few_peers_falls_back_to_its_stage():
    few = table(np.arange(SMALLEST_GROUP - 1) + 1000, industry="6510")
    grids = peer_grids(pd.concat([table(np.arange(101)), few], ignore_index=True))
    assert "65" not in set(grids["division"])
    assert rank(grids, 5.0, industry="6510") == pytest.approx(rank(grids, 5.0, industry="7340"))
    assert rank(grids, 5.0, industry="6510") < rank(grids, 5.0, industry="C3562")


@pytest.mark.parametrize("more", [{"stage": "mature"}, {"stage": None}])
def test_without_peers_or_a_stage_there_is_no_rank(more):
    grids = peer_grids(table(np.arange(101)))
    assert np.isnan(rank(grids, 5.0, **more))


def test_a_missing_value_has_no_rank_and_too_few_values_give_no_grid():
    grids = peer_grids(table(np.arange(101)))
    assert np.isnan(rank(grids, np.nan))
    sparse = np.where(np.arange(101) < SMALLEST_GROUP - 1, 1.0, np.nan)
    assert len(peer_grids(table(sparse))) == 0
    assert np.isnan(rank(peer_grids(table(sparse)), 1.0))


def test_a_missing_industry_is_ranked_in_its_stage():
    assert rank(peer_grids(table(np.arange(101))), 5.0, industry=None) == pytest.approx(0.05)


@pytest.fixture(scope="module")
def book():
    draw = np.random.default_rng(3)
    rows = 3000
    frame = table(draw.normal(size=rows).round(1))
    days = pd.Timestamp("2018-01-01") + pd.to_timedelta(draw.integers(0, 1200, rows), unit="D")
    return frame.assign(
        as_of=pd.Series(days).astype("datetime64[us]"),
        stage=pd.Series(draw.choice(["startup", "growth"], rows), dtype="str"),
        industry=pd.Series(draw.choice(["3562", "6510", "C2700"], rows, p=[0.5, 0.45, 0.05]), dtype="str"),
    )


def test_an_application_scored_alone_gets_the_rank_it_gets_in_the_table(book):
    grids = peer_grids(book)
    ranks = peer_ranks(book, grids)
    assert ranks.notna().all(axis=1).mean() > 0.8
    for row in (0, 17, 2999):
        pd.testing.assert_frame_equal(peer_ranks(book.iloc[[row]], grids), ranks.iloc[[row]])


def test_a_rank_never_knows_an_application_of_its_month_or_later(book):
    cut = pd.Timestamp("2020-03-01")
    later = book["as_of"] >= cut
    changed = book.assign(**{name: book[name].mask(later, 1e6) for name in ranked()})
    ranks, again = peer_ranks(book, peer_grids(book)), peer_ranks(book, peer_grids(changed))
    rows = book["as_of"] < cut + pd.DateOffset(months=1)
    pd.testing.assert_frame_equal(ranks[rows], again[rows], check_exact=True)


def test_ranks_rise_with_the_value_and_stay_within_zero_and_one(book):
    grids = peer_grids(book)
    values = np.linspace(-4, 4, 400)
    ranks = peer_ranks(table(values, "2020-06-01"), grids)["leverage_peer_rank"]
    assert ranks.is_monotonic_increasing
    assert ranks.between(0, 1).all()


def test_the_table_gets_its_rank_columns_filled_and_nothing_else_changed(book):
    empty = book.assign(**{f"{name}_peer_rank": np.nan for name in ranked()})
    filled = with_peer_ranks(empty, peer_grids(book))
    assert list(filled.columns) == list(empty.columns)
    assert filled["leverage_peer_rank"].notna().any()
    pd.testing.assert_frame_equal(filled[book.columns], book)


def test_every_ranked_feature_has_its_entry_in_the_catalogue():
    entries = by_name()
    assert 8 <= len(ranked()) <= 12
    for name in ranked():
        entry = entries[f"{name}_peer_rank"]
        assert (entry.unit, entry.low, entry.high, entry.risk) == ("fraction", 0, 1, entries[name].risk)
        assert name in entry.definition


def test_a_quantile_at_a_whole_place_is_the_value_there_to_the_last_digit():
    for peers in range(50, 250):
        values = np.sqrt(np.arange(peers))
        found = _quantiles(values[:, None])[0]
        whole = [step for step in range(21) if step * (peers - 1) % 20 == 0]
        assert list(found[whole]) == [values[step * (peers - 1) // 20] for step in whole]
