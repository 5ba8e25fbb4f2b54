import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import promised, rolling
from benchmarks.promised_lines import WAYS, by_window, effects_before, known_on, later, lines, ratio
from benchmarks.rolling import MONTH_DAYS, WINDOW
from decisions.certificate import certify
from decisions.stock_flow import macro_margin
from decisions.year_effects import YearEffects
from features.catalogue import CATALOGUE

DAY = pd.Timestamp("2002-01-01")
PAID, BAD = 22.0, 5.0


def sba_table(loans: int = 9000) -> pd.DataFrame:
    """Loans of 1990 to 2002 drawn by final outcome, with one feature that tells; the population of 1997 on is worse."""
    draw = np.random.default_rng(5)
    x = draw.normal(size=loans)
    as_of = pd.Timestamp("1990-01-01") + pd.to_timedelta(np.sort(draw.integers(0, 4748, loans)), unit="D")
    worse = 0.5 * (as_of.year >= 1997)
    bad = draw.random(loans) < 1 / (1 + np.exp(1.5 - 1.5 * x - worse))
    day = pd.Series(as_of + pd.to_timedelta(draw.integers(30, 2500, loans), unit="D")).where(bad)
    ids = [f"a{number}" for number in range(loans)]
    month = (day - as_of).dt.days / MONTH_DAYS
    empty = pd.DataFrame({feature.name: np.nan for feature in CATALOGUE}, index=range(loans))
    return empty.assign(
        loan_amount=x,
        exposure=np.exp(draw.normal(size=loans)),
        application_id=ids,
        enterprise_id=ids,
        as_of=as_of,
        stage="growth",
        weight=np.where(bad, BAD, PAID),
        ever=bad.astype("float64"),
        defaulted=bad.astype("float64"),
        defaulted_on=day,
        month=month,
        in_window=(month < WINDOW).astype("float64"),
        window_ends_on=pd.Timestamp("2014-12-31"),
    )


TABLE = sba_table()


def test_every_window_of_the_loans_that_certify_had_closed_on_the_day_and_none_of_them_is_fitted_on():
    known = known_on(TABLE, DAY, 2)
    closed = known.certification["as_of"] + pd.to_timedelta(WINDOW * MONTH_DAYS, unit="D")
    assert closed.max() <= DAY + pd.Timedelta(days=1)
    assert set(known.certification["as_of"].dt.year) == {1996, 1997}
    assert not set(known.certification.index) & set(known.fitted.index)
    assert set(known.history.index) <= set(known.fitted.index)
    assert known.history["as_of"].max() < known.certification["as_of"].min()
    assert known.fitted["as_of"].max() < DAY


def test_a_sample_by_the_window_has_one_weight_per_outcome_and_the_ratio_of_the_population():
    drawn = by_window(TABLE, 7)
    weights = drawn.groupby("defaulted")["weight"].unique()
    assert weights[1.0].tolist() == [BAD]
    assert weights[0.0].tolist() == [PAID]
    assert drawn["defaulted"].sum() == TABLE["in_window"].sum()
    assert drawn["weight"].sum() == pytest.approx(TABLE["weight"].sum(), rel=0.01)
    assert ratio(drawn) == pytest.approx(ratio(TABLE), rel=0.02)


def test_what_a_line_did_is_counted_in_loans_and_amounts_of_the_population():
    rows = pd.DataFrame(
        {
            "exposure": [1.0, 2.0, 3.0],
            "weight": [20.0, 5.0, 20.0],
            "in_window": [0.0, 1.0, 0.0],
            "ever": [0.0, 1.0, 0.0],
        }
    )
    found = later(rows, np.array([0.1, 0.2, 0.3]), 0.2)
    assert (found.rows, found.loans, found.share_loans) == (2, 25.0, 25 / 45)
    assert found.share_amount == pytest.approx(30 / 90)
    assert found.realised == found.ever == pytest.approx(10 / 30)
    assert found.error == pytest.approx(np.sqrt((20 / 3) ** 2 + (10 * 2 / 3) ** 2) / 30)
    assert later(rows, np.array([0.1, 0.2, 0.3]), 0.1).error is None  # one outcome tells nothing of the error
    nothing = later(rows, np.array([0.1, 0.2, 0.3]), None)
    assert (nothing.rows, nothing.share_amount, nothing.realised) == (0, 0.0, None)


def test_lines_are_those_of_certify_and_no_line_of_ours_is_above_the_naive_one():
    known = known_on(TABLE, DAY, 2)
    pd_ = 1 / (1 + np.exp(3 - known.certification["loan_amount"].to_numpy()))
    tolerance, effects = ratio(known.certification) * 1.1, YearEffects({}, 0.001, 0.01)
    found = {line.way: line for line in lines(known, pd_, tolerance, effects, "robust", 7)}
    assert tuple(found) == WAYS
    drawn = by_window(known.certification.assign(pd=pd_), 7)
    for way, rho in (("certified", 0.0), ("stressed", 0.001), ("stressed, rho upper", 0.01)):
        tested = macro_margin(tolerance, rho, 2, 0.1)
        columns = (drawn[name] for name in ("pd", "exposure", "defaulted", "weight"))
        expected = certify(*columns, tested, 0.1, design="outcome", mode="robust").certificate
        assert (found[way].tested, found[way].cut_off) == (pytest.approx(tested), expected.cut_off)
    cut_offs = [found[way].cut_off for way in WAYS]
    assert None not in cut_offs
    assert cut_offs == sorted(cut_offs, reverse=True)
    assert found["naive"].seen <= tolerance


def test_without_enough_years_before_there_is_no_margin_and_where_nothing_is_within_no_line():
    known = known_on(TABLE, pd.Timestamp("1997-01-01"), 1)  # certified on 1992, two years before
    assert effects_before(known).rho is None
    pd_ = np.full(len(known.certification), 0.1)
    reasons = [line.reason for line in lines(known, pd_, 0.01, effects_before(known), "robust", 7)]
    assert reasons[0] == "no_line"
    assert reasons[2:] == ["no_margin", "no_margin"]


def test_what_happened_after_the_day_moves_no_line():
    later_known = TABLE["defaulted_on"] >= DAY
    moved = TABLE.assign(
        defaulted_on=TABLE["defaulted_on"].mask(later_known, TABLE["defaulted_on"] + pd.Timedelta(days=400)),
        month=TABLE["month"].mask(later_known, TABLE["month"] + 400 / MONTH_DAYS),
    )
    moved["in_window"] = (moved["month"] < WINDOW).astype("float64")
    first, second = (promised.study(table, [2002], 1, "robust", 7) for table in (TABLE, moved))
    for one, other in zip(first["rows"], second["rows"], strict=True):
        assert [one[name] for name in ("tolerance", "tested", "cut_off", "seen", "rows")] == [
            other[name] for name in ("tolerance", "tested", "cut_off", "seen", "rows")
        ]
    assert first["years"][0]["ratio_year"] > second["years"][0]["ratio_year"]


def test_the_study_prints_a_table_and_one_line_of_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(promised, "loans_with_outcomes", lambda folder: TABLE)
    monkeypatch.setattr(promised, "YEARS", (2001, 2002))
    promised.main(["--data", str(tmp_path), "--span", "2"])
    *shown, last = capsys.readouterr().out.splitlines()
    found = json.loads(last)
    assert len(found["rows"]) == 2 * 2 * len(WAYS)
    assert {fact["year"]: fact["certification_from"][:4] for fact in found["years"]} == {2001: "1995", 2002: "1996"}
    assert shown[0] == "Default within 48 months; certified on 2 year(s), mode robust"
    rows = [row for row in found["rows"] if row["rule"] == "points" and row["way"] == "naive"]
    above = sum(row["realised"] is not None and row["realised"] > row["tolerance"] for row in rows)
    assert f"naive: a line in 2 of 2 years, above the tolerance in {above};" in "\n".join(shown)
    for fact, row in zip(found["years"], rows, strict=True):
        assert row["tolerance"] == pytest.approx(fact["ratio_before"] + 0.03)
    assert found["window"] == rolling.WINDOW
