"""Outcomes of booked loans as a watch reads them: hazards, periods, what changed, and the file of the state."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from decisions.alarm import AlarmError
from decisions.alarm_state import Renewal, State, links, renewed
from scoring.alarm_book import Curves, at_risk, check_outcomes, curves, ended_periods
from scoring.alarm_file import HOLDS, open_state, state_path, write_state
from scoring.alarm_update import Promise, booked, updated

DAY = date(2025, 12, 31)
MODELS = {
    "growth": SimpleNamespace(
        facts={"period_months": 6, "window_periods": 2},
        version="v",
        blend=SimpleNamespace(baseline=lambda periods: np.array([0.0, 1.0][:periods])),
    )
}
CERTIFICATE = {"size_class": "small", "cut_off": 0.05, "tolerance": 0.045}
PROMISES = {"small": Promise(CERTIFICATE, pd.DataFrame({"exposure": [1.0, 2.0, 3.0] * 100, "pd": 0.02, "weight": 1.0}))}


def table(loans: int = 40, **columns: object) -> pd.DataFrame:
    """Loans granted on the first days of 2025, of exposure 2; none is closed or in default."""
    found = pd.DataFrame({"application_id": [f"a{i:02d}" for i in range(loans)], "exposure": 2.0})
    found["granted_on"] = pd.Timestamp("2025-01-01")
    found["defaulted_on"] = pd.Series(pd.NaT, index=found.index, dtype="datetime64[s]")
    found["closed_on"] = pd.Series(pd.NaT, index=found.index, dtype="datetime64[s]")
    return found.assign(**columns)


def scores(loans: int = 40) -> pd.DataFrame:
    found = pd.DataFrame({"application_id": [f"a{i:02d}" for i in range(loans)], "stage": "growth"})
    return found.assign(size_class="small", pd=0.02, decision="approve", model_version="v")


def fed_until(until: date, outcomes: pd.DataFrame, state: State | None = None) -> State:
    loans = booked(check_outcomes(outcomes), scores(len(outcomes)))
    return updated(state or State(), loans, PROMISES, MODELS, until, DAY)[0]


def bad(day: str, loans: int) -> pd.DataFrame:
    found = table()
    found.loc[: loans - 1, "defaulted_on"] = pd.Timestamp(day)
    return found


def test_the_hazards_of_a_window_come_to_the_pd_of_the_loan():
    known = curves(pd.Series(["growth", "growth"]), pd.Series([0.02, 0.3]), MODELS)
    assert known.window == 12
    assert 1 - np.exp(-known.cumulative[:, -1]) == pytest.approx([0.02, 0.3])
    # the second half-year is riskier: its baseline is higher
    assert (np.diff(known.cumulative, axis=1)[:, 0] > known.cumulative[:, 0]).all()
    assert known.at(np.array([3.0, 24.0])) == pytest.approx([known.cumulative[0, 0] / 2, known.cumulative[1, 1]])


def test_stages_of_different_windows_are_refused():
    other = SimpleNamespace(facts={"period_months": 12, "window_periods": 1})
    with pytest.raises(AlarmError, match="wanted stages with the same periods"):
        curves(pd.Series(["growth"]), pd.Series([0.02]), {**MODELS, "mature": other})


def test_a_loan_is_watched_from_the_first_period_after_it_was_granted_until_it_ends():
    loans = table(5)
    loans["granted_on"] = pd.to_datetime(["2025-01-02", "2025-02-01", "2025-01-01", "2025-01-01", "2023-01-01"])
    loans.loc[2, "closed_on"] = pd.Timestamp("2025-01-31")
    loans.loc[3, "defaulted_on"] = pd.Timestamp("2025-02-28")
    known = Curves(np.tile([0.06, 0.12], (5, 1)), 6)
    found = at_risk(loans, known, date(2025, 2, 1), date(2025, 2, 28))
    # a02 was closed before; a04 is beyond its window
    assert found["application_id"].tolist() == ["a00", "a01", "a03"]
    assert found["defaulted"].tolist() == [False, False, True]
    assert found["hazard"].to_numpy() == pytest.approx(1 - np.exp(-0.01 * 28 / 30.4375), rel=1e-6)


def test_a_default_after_the_window_does_not_count():
    loans = table(1, granted_on=pd.Timestamp("2024-01-15"), defaulted_on=pd.Timestamp("2025-01-25"))
    found = at_risk(loans, Curves(np.array([[0.06, 0.12]]), 6), date(2025, 1, 1), date(2025, 1, 31))
    assert found["defaulted"].tolist() == [False]


def test_periods_are_whole_ones_that_have_ended():
    assert list(ended_periods(date(2025, 1, 2), date(2025, 9, 29), 3)) == [(date(2025, 4, 1), date(2025, 6, 30))]
    assert [end for _, end in ended_periods(date(2024, 1, 1), date(2024, 3, 31), 1)] == [
        date(2024, 1, 31),
        date(2024, 2, 29),
        date(2024, 3, 31),
    ]


def test_the_tolerance_factor_is_the_tolerance_over_the_pd_of_the_loans_tested():
    (watch,) = fed_until(date(2025, 3, 31), table()).watches
    assert watch.terms.tolerance_factor == pytest.approx(0.045 / 0.02)
    assert watch.terms.exposure_cap == 40.0
    assert [p.end.month for p in watch.periods] == [1, 2, 3]


def test_step_by_step_and_all_at_once_are_the_same_bytes(tmp_path: Path):
    outcomes = bad("2025-04-10", 4)
    state = State()
    for month in (1, 2, 4, 6):
        state = fed_until(date(2025, month, 28), outcomes, state)
        write_state(state, tmp_path / "steps")
        state = open_state(tmp_path / "steps")
    write_state(fed_until(date(2025, 6, 28), outcomes.iloc[::-1]), tmp_path / "once")
    assert state_path(tmp_path / "steps").read_bytes() == state_path(tmp_path / "once").read_bytes()
    assert fed_until(date(2025, 6, 29), outcomes, state) == state


def test_a_period_changed_afterwards_is_refused():
    state = fed_until(date(2025, 4, 30), table())
    with pytest.raises(AlarmError, match="2025-02-01 to 2025-02-28: this period was fed with 40 loans and 0 defaults"):
        fed_until(date(2025, 5, 31), bad("2025-02-10", 1), state)
    with pytest.raises(AlarmError, match="has changed since: the table now gives 39 and 0"):
        fed_until(date(2025, 5, 31), table(39), state)
    with pytest.raises(AlarmError, match="wanted a table that reaches at least so far, got one until 2025-02-28"):
        fed_until(date(2025, 2, 28), table(), state)


def test_an_alarm_suspends_and_the_next_watch_is_of_loans_granted_after_the_renewal():
    state = fed_until(date(2025, 4, 30), bad("2025-03-10", 30))
    assert [s.size_class for s in state.suspensions()] == ["small"]
    assert state.watches[0].fired_on == date(2025, 3, 31)
    ended = renewed(state, "small", Renewal(date(2025, 6, 15), "Committee", "minute 9"))
    later = pd.concat([bad("2025-03-10", 30), table(60, granted_on=pd.Timestamp("2025-06-20")).iloc[40:]])
    found = fed_until(date(2025, 8, 31), later, ended)
    old, new = found.watches
    assert old == ended.watches[0]
    assert (new.opened_on, [p.loans for p in new.periods]) == (date(2025, 6, 15), [20, 20])
    assert found.standing() == ()


def test_another_certificate_model_or_class_is_refused():
    state = fed_until(date(2025, 2, 28), table())
    loans = booked(check_outcomes(table()), scores())
    other = {"small": replace(PROMISES["small"], certificate={**CERTIFICATE, "tolerance": 0.03})}
    with pytest.raises(AlarmError, match="certificate of small is not the one watched since 2025-01-01"):
        updated(state, loans, other, MODELS, date(2025, 3, 31), DAY)
    with pytest.raises(AlarmError, match="small is watched since 2025-01-01, and the run no longer certifies it"):
        updated(state, loans, {}, MODELS, date(2025, 3, 31), DAY)
    with pytest.raises(AlarmError, match="40 were scored by others, first a00 by w"):
        updated(State(), loans.assign(model_version="w"), PROMISES, MODELS, date(2025, 3, 31), DAY)


def test_every_loan_of_the_table_is_accounted_for():
    known = scores(10)
    known.loc[:2, "decision"] = "refer"
    known.loc[3:4, "size_class"] = "large"
    loans = booked(check_outcomes(table(10)), known)
    _, rows = updated(State(), loans, PROMISES, MODELS, date(2025, 3, 31), DAY)
    assert (rows.all, rows.watched, rows.not_approved, rows.not_certified) == (10, 5, 3, 2)
    with pytest.raises(AlarmError, match="1 have none, first a10"):
        booked(check_outcomes(table(11)), known)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"application_id": "a"}, "wanted every loan once"),
        ({"granted_on": pd.NaT}, "wanted the day every loan was granted"),
        ({"exposure": 0.0}, "wanted an exposure above 0 of every loan"),
        ({"exposure": "much"}, "wanted an exposure above 0 of every loan"),
        ({"defaulted_on": pd.Timestamp("2024-12-31")}, "wanted no default and no closing before a loan was granted"),
        ({"closed_on": "31/31/2025"}, "closed_on: wanted days as YYYY-MM-DD; got '31/31/2025'"),
    ],
)
def test_a_table_of_outcomes_that_cannot_be_true_is_refused(change: dict, message: str):
    with pytest.raises(AlarmError, match=message):
        check_outcomes(table(2, **change))
    with pytest.raises(AlarmError, match="exposure is not there"):
        check_outcomes(table().drop(columns="exposure"))


def test_days_given_as_text_are_read():
    found = check_outcomes(table(2, granted_on="2025-01-05", closed_on=["", None]))
    assert found["granted_on"].tolist() == [pd.Timestamp("2025-01-05")] * 2
    assert found["closed_on"].isna().all()


def test_a_run_without_a_state_has_no_watch_and_a_damaged_one_is_refused(tmp_path: Path):
    assert open_state(tmp_path) == State()
    path = write_state(fed_until(date(2025, 3, 31), bad("2025-03-10", 30)), tmp_path)
    assert len(open_state(tmp_path).suspensions()) == 1
    whole = path.read_text(encoding="utf8")
    path.write_text(whole[: len(whole) // 2], encoding="utf8")
    with pytest.raises(AlarmError, match=r"state\.json: .*Restore it, or move the folder .* away and replay"):
        open_state(tmp_path)
    path.write_text(whole.replace('"alpha": 0.05', '"alpha": 0.5'), encoding="utf8")
    with pytest.raises(AlarmError, match="its fingerprint does not fit"):
        open_state(tmp_path)
    path.rename(path.with_name("alarm.html"))
    with pytest.raises(AlarmError, match="its folder holds other files, yet not the state"):
        open_state(tmp_path)


def test_a_state_taken_away_or_put_back_is_refused_where_a_digest_of_it_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    outcomes = bad("2025-03-10", 30)
    older = fed_until(date(2025, 2, 28), outcomes)
    state = fed_until(date(2025, 3, 31), outcomes, older)
    chain = links(state.watches[0])
    assert chain[:-1] == links(older.watches[0])
    assert len({*chain}) == 4  # the terms and three months
    ended = renewed(state, "small", Renewal(date(2025, 4, 10), "committee", "minute 3"))
    assert links(ended.watches[0])[:-1] == chain
    write_state(state, tmp_path)
    for held in (chain[-1], chain[1][:12], f"{chain[0]}, {chain[-1]}", chain[-1].upper()):
        monkeypatch.setenv(HOLDS, held)
        assert open_state(tmp_path) == state
    write_state(ended, tmp_path)
    monkeypatch.setenv(HOLDS, chain[-1])
    assert open_state(tmp_path) == ended
    wrong = rf"state\.json: wanted a watch with digest {chain[-1]} \(12 digits or more\).*none has it"
    write_state(older, tmp_path)
    with pytest.raises(AlarmError, match=wrong):
        open_state(tmp_path)
    other = fed_until(date(2025, 3, 31), bad("2025-03-10", 29))
    write_state(other, tmp_path)
    with pytest.raises(AlarmError, match=wrong):
        open_state(tmp_path)
    with pytest.raises(AlarmError, match=wrong):
        open_state(tmp_path / "nothing watched here")
    write_state(state, tmp_path)
    for held in (chain[-1][:11], f"{chain[-1]},{'0' * 64}", "", " , ", f"{chain[-1]},"):
        monkeypatch.setenv(HOLDS, held)
        with pytest.raises(AlarmError, match="as TECHCREDIT_ALARM_HOLDS asks"):
            open_state(tmp_path)


def test_a_default_after_the_closing_of_a_loan_is_refused():
    gone = table(defaulted_on=pd.Timestamp("2025-04-10"), closed_on=pd.Timestamp("2025-03-01"))
    with pytest.raises(AlarmError, match="wanted no default after a loan was closed; 40 rows break that"):
        check_outcomes(gone)


def test_exposures_in_another_unit_are_refused():
    with pytest.raises(AlarmError, match=r"whose median is 2; the median of the table is 0.0002"):
        fed_until(date(2025, 3, 31), table(exposure=0.0002))


def test_a_day_long_after_the_last_word_of_the_table_is_refused():
    with pytest.raises(AlarmError, match="wanted outcomes until 2062-01-31; the table says nothing after 2025-01-01"):
        fed_until(date(2062, 1, 31), table())


def test_loans_granted_before_a_first_watch_are_refused_and_before_a_renewed_one_counted():
    late = table(granted_on=pd.Timestamp("2025-02-01"))
    state = fed_until(date(2025, 3, 31), late)
    with pytest.raises(AlarmError, match="small is watched since 2025-02-01; 40 loans were granted before"):
        fed_until(date(2025, 4, 30), table(), state)
    again = renewed(state, "small", Renewal(date(2025, 4, 15), "committee", "new certificate"))
    _, rows = updated(again, booked(check_outcomes(late), scores()), PROMISES, MODELS, date(2025, 5, 31), DAY)
    assert (rows.watched, rows.earlier) == (0, 40)


def test_a_renewal_far_ahead_is_refused():
    state = fed_until(date(2025, 3, 31), table())
    with pytest.raises(AlarmError, match="wanted a day of renewal within 366 days of 2025-03-31"):
        renewed(state, "small", Renewal(date(2099, 1, 1), "committee", "why not"))
