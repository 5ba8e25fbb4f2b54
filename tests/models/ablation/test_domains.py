import numpy as np
import pandas as pd
import pytest

from models.ablation.domains import Book, Parameters, ablated, comparisons
from models.errors import ModelError
from models.fitting.booster import Shape
from models.fitting.loans import loans
from tests.parameters import SMALL

PARAMS = SMALL
SETTINGS = Parameters(folds=3, trees=40, resamples=100, tolerances={"micro": 0.045, "small": 0.045})
DOMAINS = {"loan_amount": "financing", "staff_count": "talent", "noise_a": "patents", "noise_b": "patents"}


def book(table: pd.DataFrame) -> Book:
    columns = (table[name].to_numpy() for name in ("stage", "size_class", "exposure"))
    return Book(loans(table, list(DOMAINS)), *columns)


@pytest.fixture(scope="module")
def table(loan_book: pd.DataFrame) -> pd.DataFrame:
    """The book, whose financing and talent columns drive default, with two columns of noise."""
    draw = np.random.default_rng(3)
    return loan_book.assign(noise_a=draw.normal(size=len(loan_book)), noise_b=draw.normal(size=len(loan_book)))


@pytest.fixture(scope="module")
def found(table: pd.DataFrame) -> dict:
    return ablated(book(table), DOMAINS, Shape({}), PARAMS, SETTINGS)


@pytest.mark.parametrize("domain", ["financing", "talent"])
def test_a_domain_that_matters_is_found(found: dict, domain: str) -> None:
    added = found["total"].added[domain]
    assert added["auc"].low > 0
    assert added["log_loss"].high < 0
    assert added["approved"].value > 0


def test_a_domain_of_noise_adds_nothing_that_stands_out(found: dict) -> None:
    added = found["total"].added["patents"]
    assert added["auc"].low <= 0
    assert added["log_loss"].high >= 0
    assert added["approved"].low <= 0 <= added["approved"].high


def test_what_lies_beyond_finance_is_compared_with_finance_alone(found: dict) -> None:
    assert found["total"].added["beyond_finance"]["auc"].low > 0


def test_every_stage_and_the_total_are_told(found: dict, table: pd.DataFrame) -> None:
    assert set(found) == {"startup", "growth", "mature", "total"}
    assert found["total"].loans == len(table) == sum(found[s].loans for s in ("startup", "growth", "mature"))
    assert found["total"].defaults == table["defaulted"].sum()
    for group in found.values():
        for effects in group.added.values():
            for effect in effects.values():
                assert effect.low <= effect.high


def test_the_same_seed_gives_the_same_figures(found: dict, table: pd.DataFrame) -> None:
    assert ablated(book(table), DOMAINS, Shape({}), PARAMS, SETTINGS) == found


def test_a_comparison_that_leaves_nothing_or_everything_is_left_out() -> None:
    assert comparisons({"leverage": "finance", "loan_amount": "financing"}) == {
        "finance": ["loan_amount"],
        "financing": ["leverage"],
    }
    assert comparisons({"leverage": "finance"}) == {}
    assert comparisons({"leverage": "finance", "rd_people": "rd"})["beyond_finance"] == ["leverage"]


def test_a_stage_with_one_outcome_has_no_auc(table: pd.DataFrame) -> None:
    quiet = table.assign(defaulted=table["defaulted"].where(table["stage"] != "mature", 0.0))
    some = quiet.groupby("stage").head(300)
    found = ablated(book(some), DOMAINS, Shape({}), PARAMS, Parameters(2, 5, 5, SETTINGS.tolerances))
    assert found["mature"].with_all["auc"] is None
    assert found["mature"].added["talent"]["auc"].low is None
    assert found["mature"].with_all["approved"] == pytest.approx(1.0)


def test_one_outcome_outside_a_fold_is_refused(table: pd.DataFrame) -> None:
    paid = table.assign(defaulted=0.0)
    with pytest.raises(ModelError, match="wanted both outcomes outside every fold; without fold 0 there is one only"):
        ablated(book(paid), DOMAINS, Shape({}), PARAMS, SETTINGS)
