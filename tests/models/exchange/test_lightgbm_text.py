"""The folder of LightGBM text and JSON is scored by the reader that docs/exchange.md shows, without code of ours."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.exchange.lightgbm_text import ABOUT, write_folder
from models.exchange.plain import PlainModel
from models.fitting.stage_model import StageModel
from tests.docs.pages import DOCS, blocks


@pytest.fixture(scope="module")
def folder(model: StageModel, told: PlainModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("given") / "growth"
    write_folder(model, told, made)
    return made


@pytest.mark.parametrize("page", ["exchange.md", "exchange.zh.md"])
def test_the_reader_of_the_page_gives_the_pds_of_the_model(
    page: str, folder: Path, model: StageModel, rows: pd.DataFrame
) -> None:
    (reader,) = [block.text for block in blocks(DOCS / page) if block.kind == "python" and "lightgbm" in block.text]
    assert "techcredit" not in reader
    space: dict[str, object] = {}
    exec(reader, space)
    read = space["probabilities"]
    assert callable(read)
    assert np.abs(read(folder, rows) - model.probability(rows)).max() < 1e-12


def test_about_names_the_model_and_the_features_with_their_units(folder: Path, told: PlainModel) -> None:
    about = json.loads((folder / ABOUT).read_text(encoding="utf8"))
    assert (about["stage"], about["model"], about["catalogue"]) == ("growth", told.version, "c")
    assert about["features"][0] == {"name": "loan_amount", "unit": "money", "label": "Amount applied for"}
