"""The ONNX of a stage model is run by ONNX Runtime and gives the PDs of the model in double precision."""

import json
import sys

import numpy as np
import onnx
import pandas as pd
import pytest

from models.errors import ModelError
from models.exchange.onnx_graph import onnx_bytes
from models.exchange.plain import PlainModel
from models.fitting.stage_model import StageModel
from pipelines.commands.exchange_engines import run_onnx


@pytest.fixture(scope="module")
def made(told: PlainModel) -> bytes:
    return onnx_bytes(told)


def test_onnx_runtime_gives_the_numbers_of_the_model(
    made: bytes, told: PlainModel, model: StageModel, rows: pd.DataFrame
) -> None:
    found = run_onnx(made, told, rows)
    assert np.abs(found["logit"] - model.logit(rows)).max() < 1e-12
    assert np.abs(found["pd"] - model.probability(rows)).max() < 1e-12
    assert not found["refused"].any()


def test_one_row_alone_has_the_same_pd(made: bytes, told: PlainModel, model: StageModel, rows: pd.DataFrame) -> None:
    alone = [run_onnx(made, told, rows.iloc[[at]])["pd"].iloc[0] for at in range(40)]
    assert np.abs(np.array(alone) - model.probability(rows)[:40]).max() < 1e-12


def test_an_infinite_value_another_stage_or_none_has_no_pd(made: bytes, told: PlainModel, rows: pd.DataFrame) -> None:
    stages = ["growth", "growth", "mature", None, ""]
    found = run_onnx(made, told, rows.iloc[:5].assign(staff_count=[np.inf, 1.0, 1.0, 1.0, 1.0], stage=stages))
    assert found["refused"].tolist() == [True, False, True, True, True]
    assert found["pd"].isna().tolist() == [True, False, True, True, True]


def test_it_holds_no_number_in_single_precision_and_says_what_goes_in(made: bytes, told: PlainModel) -> None:
    opened = onnx.load_model_from_string(made)
    kinds = {constant.data_type for constant in opened.graph.initializer}
    assert kinds == {onnx.TensorProto.DOUBLE, onnx.TensorProto.INT64}
    facts = {entry.key: entry.value for entry in opened.metadata_props}
    assert (facts["model"], facts["stage"]) == (told.version, "growth")
    assert json.loads(facts["features"])[0] == {"name": "loan_amount", "unit": "money"}
    assert [given.name for given in opened.graph.input] == ["features", "stage", "province", "industry_division"]


def test_without_the_package_the_extra_is_named(told: PlainModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ModelError, match=r"ONNX wants the package onnx; .* 'techcredit\[exchange\]'"):
        onnx_bytes(told)
