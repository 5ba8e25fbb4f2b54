"""Names, controllers and purposes of the simulated portfolio: plainly made up, and drawn apart from all else."""

import pandas as pd
import pytest

from sources.simulated import firm, loans
from sources.simulated.portfolio import SimulatedParams, tables

PARAMS = SimulatedParams(applications=1_500, seed=3, rho=0.02)


@pytest.fixture(scope="module")
def made() -> dict[str, pd.DataFrame]:
    return tables(PARAMS)


def test_every_name_says_that_it_is_an_example_and_belongs_to_one_enterprise(made):
    names = made["enterprises"]["name"]
    assert names.str.fullmatch(r"示例\D+\d{5}号有限公司").all()
    assert names.is_unique


def test_a_controller_is_a_made_up_person_or_for_state_owners_an_enterprise_and_some_are_not_known(made):
    found = made["enterprises"]
    assert found["controller"].dropna().str.fullmatch(r"示例人 .某\d{5}|示例国有资本\d{5}号公司").all()
    state = found["controller"].str.contains("国有", na=False)
    assert (found.loc[state, "ownership"] == "state").all()
    assert 0 < found["controller"].isna().mean() < 0.1


def test_a_research_loan_is_for_research_and_a_pledge_loan_names_its_collateral(made):
    found = made["applications"]
    assert set(found["purpose"]) == set(loans.PURPOSES)
    assert set(found.loc[found["product"] == "rd_loan", "purpose"]) == {"research_and_development"}
    assert (found["collateral"].notna() == (found["product"] == "ip_pledge_loan")).all()


def test_other_purposes_and_names_change_no_other_drawn_number(made, monkeypatch):
    monkeypatch.setattr(loans, "PURPOSE_SHARES", ((1.0, 0.0, 0.0, 0.0),) * 4)
    monkeypatch.setattr(firm, "SURNAMES", ("甲", "乙"))
    monkeypatch.setattr(firm, "UNKNOWN_CONTROLLERS", 0.5)
    again = tables(PARAMS)
    shown = ["name", "controller", "purpose"]
    assert not again["applications"]["purpose"].equals(made["applications"]["purpose"])
    for name, frame in made.items():
        others = frame.drop(columns=shown, errors="ignore")
        pd.testing.assert_frame_equal(others, again[name].drop(columns=shown, errors="ignore"), check_exact=True)
