"""What the library's other parts give is what the product gives; importing it loads nothing."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import techcredit
from decisions.certificate import certify as certify_class
from features.catalogue import CATALOGUE
from policy.errors import MendableError
from schemas.check import validated
from schemas.checks import last_known
from schemas.conform import conform
from schemas.tables import TABLES
from sources.simulated.portfolio import SimulatedParams, tables
from techcredit import AsOfFeatures, certify

ROOT = Path(__file__).parents[2]


def test_importing_it_loads_no_other_package_and_starts_no_thread() -> None:
    code = (
        "import techcredit, sys, threading\n"
        "ours = {'schemas', 'policy', 'sources', 'features', 'models', 'explanations', 'decisions', 'scoring'}\n"
        "heavy = {'mlflow', 'duckdb', 'pandas', 'numpy', 'lightgbm', 'sklearn', 'great_expectations'}\n"
        "print(sorted((ours | heavy) & set(sys.modules)), threading.active_count())\n"
        "from techcredit import StageSegmentedClassifier, certify, reasons\n"
        "print(sorted({'mlflow', 'duckdb', 'great_expectations', 'shap'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[] 1", "[]"]


def test_every_public_name_is_there_and_is_no_module() -> None:
    assert set(techcredit.__all__) <= set(dir(techcredit))
    assert all(callable(getattr(techcredit, name)) for name in techcredit.__all__)


def test_an_unknown_name_is_an_attribute_error_that_lists_the_names() -> None:
    with pytest.raises(AttributeError, match=r"techcredit has AsOfFeatures, .*; got 'certified'"):
        techcredit.certified  # noqa: B018


@pytest.fixture(scope="module")
def drawn() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """PDs, outcomes by them, and amounts."""
    draw = np.random.default_rng(5)
    pds = draw.beta(1.2, 30, 3000)
    return pds, draw.random(3000) < pds, np.exp(draw.normal(13, 1, 3000))


def test_a_cut_off_is_that_of_the_certificate(drawn: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    pds, default, amounts = drawn
    found = certify(pds, default, amounts, 0.03, delta=0.05)
    expected = certify_class(pds, amounts, default, np.ones(3000), 0.03, 0.05, design="inclusion").certificate
    assert found.certificate == expected
    assert found.certified
    assert found.cut_off == expected.cut_off
    told = float(str(found).split("up to ")[1].split()[0])
    assert found.cut_off is not None
    assert found.cut_off * (1 - 1e-7) < told <= found.cut_off
    assert "at or below 3.00%, wrong with probability at most 5%" in str(found)


def test_no_figure_of_the_sentence_promises_more_than_the_certificate(
    drawn: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    found = certify(*drawn, 0.03)
    steep = replace(found, cut_off=0.0123456789, tolerance=0.029996, delta=0.05001, approved_share=0.999)
    assert str(steep).startswith("Approving a PD up to 0.012345678 keeps")
    assert "at or below 2.9996%, wrong with probability at most 5.01%" in str(steep)
    assert "it approves 99% of the exposure" in str(steep)
    assert "at a tolerance of 0.004%:" in str(replace(found, cut_off=None, tolerance=0.00004))


def test_series_of_unlike_indexes_are_refused(drawn: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    pds, default, amounts = map(pd.Series, drawn)
    assert certify(pds, default, drawn[2], 0.03).certificate == certify(*drawn, 0.03).certificate
    for turned in (default[::-1], default.set_axis(range(1, 3001))):
        with pytest.raises(ValueError, match=r"wanted pd and default with the same index in the same order"):
            certify(pds, turned, amounts, 0.03)
    with pytest.raises(ValueError, match=r"wanted pd and weight with the same index"):
        certify(pds, default, amounts, 0.03, weight=pd.Series(1.0, index=pds.index[::-1]))


@pytest.mark.parametrize(
    ("loans", "tolerance", "why"), [(20, 0.01, "too few loans"), (3000, 0.0005, "Not certifiable"), (0, 0.1, "no loan")]
)
def test_what_is_not_certifiable_says_why(
    loans: int, tolerance: float, why: str, drawn: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> None:
    found = certify(*(part[:loans] for part in drawn), tolerance)
    assert not found.certified
    assert str(found).startswith("Not certifiable")
    assert why in str(found)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"pd": [0.1, np.nan]}, r"pd|PD"),
        ({"default": [0, 2]}, r"defaulted must be 0 or 1; got 2.0"),
        ({"exposure": [1.0, -1.0]}, r"exposure must be a positive number; got -1.0"),
        ({"exposure": [1.0]}, r"wanted one exposure and one default flag a loan"),
        ({"tolerance": 1.5}, "tolerance"),
        ({"delta": 0.0}, "delta"),
    ],
)
def test_arrays_that_are_no_loans_are_refused(changed: dict[str, object], message: str) -> None:
    given = {"pd": [0.1, 0.2], "default": [0, 1], "exposure": [1.0, 2.0], "tolerance": 0.1, **changed}
    with pytest.raises(ValueError, match=message):
        certify(**given)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def portfolio() -> dict[str, pd.DataFrame]:
    """Tables of a small portfolio without the rows that break a rule."""
    made = tables(SimulatedParams(400, 3, 0.1))
    fit = validated({name: conform(made[name], TABLES[name]) for name in made}, last_known(made), direct=True).tables
    return {name: frame for name, frame in fit.items() if name != "outcomes"}


def test_nothing_that_became_known_after_the_day_enters(portfolio: dict[str, pd.DataFrame]) -> None:
    day = pd.Timestamp("2022-06-30")
    early = portfolio["applications"][portfolio["applications"]["as_of"] <= day]
    assert len(early) > 50
    guarantees = portfolio["guarantees"]
    portfolio = {**portfolio, "guarantees": guarantees[guarantees["application_id"].isin(early["application_id"])]}
    known = {
        name: frame[~(frame["known_on"] > day)] if "known_on" in frame.columns else frame
        for name, frame in portfolio.items()
    }
    whole, before = AsOfFeatures("2026-01-01"), AsOfFeatures("2026-01-01", extracted_on="2026-01-01")
    later = whole.fit_transform({**portfolio, "applications": early})
    sooner = before.fit_transform({**known, "applications": early})
    names = ["application_id", *(f.name for f in CATALOGUE)]
    assert later[names].notna().sum().sum() > 1000
    pd.testing.assert_frame_equal(later[names], sooner[names])


def test_rows_that_break_a_rule_are_said_and_kept(portfolio: dict[str, pd.DataFrame]) -> None:
    applications = portfolio["applications"].head(40).copy()
    applications.loc[applications.index[0], "amount"] = -1.0
    maker = AsOfFeatures("2026-01-01", extracted_on="2026-12-31")
    with pytest.warns(UserWarning, match=r"left out \(rejected_\): 1 of applications"):
        table = maker.fit_transform({"enterprises": portfolio["enterprises"], "applications": applications})
    assert len(table) == 39
    assert maker.rejected_["applications"]["application_id"].tolist() == [applications["application_id"].iloc[0]]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"loans": 1}, r"wanted tables among .*; got 'loans'"),
        ({"enterprises": pd.DataFrame()}, r"wanted table applications; got enterprises"),
    ],
)
def test_tables_that_are_none_are_refused(given: dict[str, pd.DataFrame], message: str) -> None:
    with pytest.raises(MendableError, match=message):
        AsOfFeatures("2026-01-01").fit(given)


def test_ranks_before_fit_are_refused() -> None:
    with pytest.raises(MendableError, match=r"wanted AsOfFeatures to be fitted before it transforms"):
        AsOfFeatures("2026-01-01").transform({})
