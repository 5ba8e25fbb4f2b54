"""The PMML of a stage model is run by a PMML engine (PMML4S on Java) and gives the PDs of the model."""

import shutil
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from models.exchange.plain import PlainModel
from models.exchange.pmml import NAMESPACE, pmml
from models.fitting.stage_model import StageModel
from pipelines.commands.exchange_engines import run_pmml

SPACE = {"p": NAMESPACE}


@pytest.mark.skipif(shutil.which("java") is None, reason="a PMML engine needs Java")
def test_a_pmml_engine_gives_the_numbers_of_the_model(told: PlainModel, model: StageModel, rows: pd.DataFrame) -> None:
    found = run_pmml(pmml(told), told, rows)
    assert np.abs(found["logit"] - model.logit(rows)).max() < 1e-12
    assert np.abs(found["pd"] - model.probability(rows)).max() < 1e-12


@pytest.mark.skipif(shutil.which("java") is None, reason="a PMML engine needs Java")
def test_a_row_of_another_stage_of_none_or_with_an_infinite_value_has_no_pd(
    told: PlainModel, rows: pd.DataFrame
) -> None:
    stages = ["growth", "mature", None, "", "growth"]
    found = run_pmml(pmml(told), told, rows.iloc[1:6].assign(stage=stages, loan_amount=[1.0, 1.0, 1.0, 1.0, np.inf]))
    assert found["pd"].isna().tolist() == [False, True, True, True, True]
    assert found["logit"].isna().tolist() == [False, True, True, True, True]


def test_the_document_names_the_model_and_every_field_with_its_unit(told: PlainModel) -> None:
    root = ElementTree.fromstring(pmml(told))
    header = root.find("p:Header", SPACE)
    assert header is not None
    assert f"model: {told.version}" in header.attrib["description"]
    fields = root.findall("p:DataDictionary/p:DataField", SPACE)
    assert [f.attrib["name"] for f in fields] == ["loan_amount", "staff_count", "province", "industry", "stage"]
    assert fields[0].attrib["displayName"] == "Amount applied for [money]"


def test_every_mining_schema_names_a_field(told: PlainModel) -> None:
    schemas = ElementTree.fromstring(pmml(told)).iter(f"{{{NAMESPACE}}}MiningSchema")
    assert [len(schema) for schema in schemas if len(schema) == 0] == []
