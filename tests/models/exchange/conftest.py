"""A small model to export, and the rows that an export is compared with it on."""

from pathlib import Path

import pandas as pd
import pytest

from models.exchange.plain import PlainModel, plain
from models.exchange.probe import probe
from models.fitting.stage_model import StageModel, open_model
from tests.models.exchange.whole import write_model


@pytest.fixture(scope="session")
def saved(loan_book: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the model."""
    folder = tmp_path_factory.mktemp("exchange") / "growth"
    write_model(folder, loan_book, "c")
    return folder


@pytest.fixture(scope="session")
def model(saved: Path) -> StageModel:
    return open_model(saved)


@pytest.fixture(scope="session")
def told(model: StageModel) -> PlainModel:
    return plain(model)


@pytest.fixture(scope="session")
def rows(told: PlainModel) -> pd.DataFrame:
    """Rows at every threshold and beyond, with missing values and extremes."""
    return probe(told, 600)
