"""`mlflow models serve` of a stage model gives the PDs of the pipeline: the server is started for real."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest

from models.fitting.blend import alone, blended
from models.fitting.booster import Rows, Shape, fit_booster
from models.fitting.calibration import Curve
from models.fitting.group_effects import GroupEffect
from models.fitting.stage_model import StageModel
from pipelines.track import CODE, signature
from tests.parameters import SMALL

NAMES = ["loan_amount", "staff_count"]
SECONDS = 240
"""The server has to answer within this time on a machine that does much else."""


@pytest.fixture(scope="module")
def model(loan_book: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> tuple[StageModel, Path]:
    """A stage model, and the same as an MLflow model."""
    folder = tmp_path_factory.mktemp("served")
    rows = Rows(loan_book[NAMES], None, loan_book["defaulted"].to_numpy(), np.ones(len(loan_book)))
    few, many = (fit_booster(rows, Shape({}), SMALL, trees) for trees in (5, 30))
    effects = (GroupEffect("province", {"A": 0.4}, 0.01),)
    blend = blended(alone("independent", few), alone("pooled", many), 0.3)
    made = StageModel("growth", blend, 0.3, Curve((-4.0, -3.0, -1.0), (-4.2, -3.1, 0.5)), effects, {"catalogue": "c"})
    made.save(folder / "stage")
    mlflow.pyfunc.save_model(
        folder / "model",
        python_model=str(CODE),
        artifacts={"model": str(folder / "stage")},
        signature=signature(NAMES),
        pip_requirements=["mlflow"],
    )
    return made, folder / "model"


@pytest.fixture(scope="module")
def port(model: tuple[StageModel, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Port of `mlflow models serve`, when it answers; it is ended with all that it started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    log = tmp_path_factory.mktemp("log") / "server.log"
    command = [sys.executable, "-m", "mlflow", "models", "serve", "--model-uri", str(model[1])]
    command += ["--env-manager", "local", "--host", "127.0.0.1", "--port", str(number), "--workers", "1"]
    bin_ = str(Path(sys.executable).parent)
    settings = {"MLFLOW_DISABLE_TELEMETRY": "true", "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}"}
    with log.open("wb") as written:
        server = subprocess.Popen(
            command, stdout=written, stderr=subprocess.STDOUT, env=os.environ | settings, start_new_session=True
        )
        try:
            _wait(server, number, log)
            yield number
        finally:
            os.killpg(server.pid, 15)
            server.wait(30)


def _wait(server: subprocess.Popen[bytes], number: int, log: Path) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            if _asked(number, "GET", "/ping")[0] == 200:
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"mlflow models serve did not answer: {log.read_text(encoding='utf8')[-2000:]}")


def _asked(number: int, method: str, path: str, body: str | None = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", number, timeout=60)
    connection.request(method, path, body, {"Content-Type": "application/json"})
    found = connection.getresponse()
    text = found.read().decode()
    connection.close()
    return found.status, text


def test_the_server_of_mlflow_gives_the_pds_of_the_pipeline(
    port: int, model: tuple[StageModel, Path], loan_book: pd.DataFrame
) -> None:
    table = loan_book[[*NAMES, "province"]].head(50).assign(industry="I65")
    table.loc[table.index[::7], NAMES] = np.nan
    sent = json.loads(table.to_json(orient="split", double_precision=15))
    status, text = _asked(port, "POST", "/invocations", json.dumps({"dataframe_split": sent}))
    assert status == 200, text
    found = np.array([row["pd"] for row in json.loads(text)["predictions"]])
    came = pd.DataFrame(sent["data"], columns=sent["columns"]).astype(table.dtypes.to_dict())
    assert np.abs(found - np.asarray(model[0].probability(came))).max() < 1e-12
