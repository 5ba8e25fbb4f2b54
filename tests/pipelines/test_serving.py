"""The server decides as the batch does, to the last digit, and refuses what is not the tables of one enterprise."""

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest

from decisions.alarm import Terms, fed
from decisions.alarm_state import State, Watch
from pipelines.serving import app as serving
from pipelines.serving.answers import records
from pipelines.serving.app import application
from pipelines.serving.served import Served
from pipelines.serving.server import ServeError, listen, server
from pipelines.serving.warm import MADE_UP
from schemas.folder import read_tables
from scoring.alarm_file import state_path, write_state
from scoring.batch import rejects_of, score_folder
from scoring.bundle import open_bundle
from scoring.manifest import MANIFEST
from scoring.one import MOST_ROWS, RequestError, decide_one, frames

DAY = "2030-01-01"
"""After everything in the simulated portfolio."""


@pytest.fixture(scope="module")
def tables(finished: Path) -> dict[str, pd.DataFrame]:
    """The simulated portfolio, faults in it included."""
    return {name: frame for name, frame in read_tables(finished / "tables").items() if name != "outcomes"}


@pytest.fixture(scope="module")
def enterprises(tables: dict[str, pd.DataFrame]) -> list[str]:
    """Enterprises with fit rows and with rejected ones, in every size."""
    listed = tables["applications"]["enterprise_id"].drop_duplicates().sort_values()
    return listed.iloc[:: max(len(listed) // 10, 1)].tolist()


def of_one(tables: dict[str, pd.DataFrame], enterprise: str) -> dict[str, pd.DataFrame]:
    """Rows of one enterprise, of every table."""
    applications = tables["applications"]
    mine = set(applications.loc[applications["enterprise_id"] == enterprise, "application_id"])
    return {
        name: frame[frame["enterprise_id"] == enterprise]
        if "enterprise_id" in frame
        else frame[frame["application_id"].isin(mine)]
        for name, frame in tables.items()
    }


def request(tables: dict[str, pd.DataFrame], enterprise: str) -> dict[str, Any]:
    return {name: records(frame) for name, frame in of_one(tables, enterprise).items()}


@pytest.fixture(scope="module")
def port(finished: Path) -> Iterator[int]:
    """Port of a real server of the run."""
    found = server(application(Served(finished)), "127.0.0.1", 0)
    socket = found.config.bind_socket()
    thread = threading.Thread(target=found.run, args=([socket],), daemon=True)
    thread.start()
    while not found.started:
        time.sleep(0.01)
    yield socket.getsockname()[1]
    found.should_exit = True
    thread.join()


def asked(
    port: int, method: str, path: str, body: bytes | str | None = None, **headers: str
) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    sent = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, sent)
    found = connection.getresponse()
    text = found.read()
    connection.close()
    return found.status, json.loads(text) if text.startswith(b"{") else {"error": text.decode()}


def posted(port: int, content: Any) -> tuple[int, dict[str, Any]]:
    return asked(port, "POST", "/decisions", json.dumps(content))


def test_decisions_are_those_of_the_batch_to_the_last_digit(
    port: int, finished: Path, tables: dict[str, pd.DataFrame], enterprises: list[str], tmp_path: Path
) -> None:
    output = tmp_path / "scores.parquet"
    score_folder(open_bundle(finished), finished / "tables", output, pd.Timestamp(DAY))
    batch = pd.read_parquet(output).set_index("application_id")
    rejected = pd.read_parquet(rejects_of(output)).set_index("application_id")["rules"]
    decided = refused = 0
    for enterprise in enterprises:
        status, found = posted(port, {"tables": request(tables, enterprise), "extracted_on": DAY})
        assert status == 200, found
        for row in found["decisions"]:
            wanted = batch.loc[row["application_id"]]
            for name, value in row.items():
                if name == "application_id":
                    continue
                there = wanted[name]
                if isinstance(value, float) and isinstance(there, float | np.floating):
                    assert value == pytest.approx(there, rel=1e-12, abs=1e-12), (enterprise, name)
                elif name == "as_of":
                    assert value == str(pd.Timestamp(there).date())
                else:
                    assert (value is None and pd.isna(there)) or value == there, (enterprise, name)
            decided += 1
        for row in found["rejected"].get("applications", ()):
            assert set(row["rules"]) == set(rejected.loc[row["application_id"]])
            refused += 1
        counted = found["account"]["applications"]
        assert counted["rows"] == counted["kept"] + counted["rejected"] + counted["duplicates"]
    assert decided > 8
    assert {"product", "catalogue", "policy", "models", "run", "alarm_state"} <= set(found["versions"])


def test_requests_at_once_get_the_answers_of_requests_in_turn(
    port: int, tables: dict[str, pd.DataFrame], enterprises: list[str]
) -> None:
    wanted = {name: posted(port, {"tables": request(tables, name)}) for name in enterprises[:3]}
    found: dict[str, Any] = {}

    def ask(name: str) -> None:
        found[name] = posted(port, {"tables": request(tables, name)})

    threads = [threading.Thread(target=ask, args=(name,)) for name in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == wanted


def test_nothing_is_compiled_or_opened_by_the_first_decision(finished: Path) -> None:
    """The models explain, and the engine and the check are used, before the server says that it is ready."""
    served = Served(finished)
    served.versions()
    with patch("explanations.ready.explainer", side_effect=AssertionError("made anew")):
        body = json.dumps({"tables": MADE_UP})
        assert served.answer(body.encode())["decisions"][0]["pd"] > 0


def test_health_and_version_are_told(port: int) -> None:
    assert asked(port, "GET", "/health") == (200, {"ready": True})
    status, found = asked(port, "GET", "/version")
    assert status == 200
    assert len(found["run"]) == 64


@pytest.mark.parametrize(
    ("body", "match"),
    [
        ("", "wanted JSON as the body; it is none: line 1, column 1"),
        ('{"tables":\n {"enterprises": [}}', "wanted JSON as the body; it is none: line 2, column 19"),
        ('{"tables": \xff}', "wanted JSON as the body; it is no text in UTF-8 (byte 12)"),
        ("9" * 5000, "wanted JSON as the body; it holds a number of thousands of digits"),
        ("[]", "wanted an object with tables, and extracted_on if any; got list"),
        ("{}", "got an empty one"),
        ('{"tables": {}, "password": 1}', "got tables, password"),
        ('{"tables": {}, "tables": {}}', "key 'tables' stands twice"),
        ("[" * 100_000, "nested too deep"),
        ('{"tables": {}, "extracted_on": "1 Feb"}', "extracted_on: wanted a day as YYYY-MM-DD; got '1 Feb'"),
        ('{"tables": {}, "extracted_on": 20240101}', "extracted_on: wanted a day as YYYY-MM-DD; got 20240101"),
    ],
)
def test_what_is_no_request_is_refused_with_a_sentence(port: int, body: str, match: str) -> None:
    status, found = asked(port, "POST", "/decisions", body)
    assert status == 422
    assert match in found["error"]


ENTERPRISE = {"enterprise_id": "e", "founded_on": "2015-01-01"}
APPLICATION = {"application_id": "a", "enterprise_id": "e", "as_of": "2024-01-01", "amount": 1e6, "exposure": 1e6}


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"nonsense": []}, r"wanted tables among enterprises, .*; got 'nonsense'"),
        ({"enterprises": None}, r"table enterprises: wanted a list of rows; got NoneType"),
        ({"enterprises": "ab"}, r"table enterprises: wanted a list of rows; got str"),
        ({"enterprises": [1]}, r"table enterprises, row 1: wanted columns with values; got int"),
        ({"enterprises": [{**ENTERPRISE, "pd": 1}]}, r"table enterprises, row 1: wanted columns among .*; got 'pd'"),
        ({"enterprises": [ENTERPRISE, ENTERPRISE]}, r"wanted one enterprise .*; got 2 enterprises and 1 applications"),
        ({"applications": []}, r"wanted one enterprise and at least one application of it; got 1 enterprises and 0"),
        ({"applications": [{**APPLICATION, "amount": "5"}]}, r"column amount: wanted number; got '5'"),
        ({"applications": [{**APPLICATION, "amount": True}]}, r"column amount: wanted number; got True"),
        ({"applications": [{**APPLICATION, "amount": 1e300}]}, r"column amount: wanted a number of at most 2\^53"),
        ({"applications": [{**APPLICATION, "application_id": 5}]}, r"column application_id: wanted string; got 5"),
        ({"applications": [{**APPLICATION, "as_of": "01/02/2024"}]}, r"column as_of: wanted a day as YYYY-MM-DD"),
        ({"applications": [{"application_id": "a"}]}, r"table applications: wanted column enterprise_id, .*"),
        ({"headcount": [{}] * (MOST_ROWS + 1)}, r"wanted at most 20,000 rows of one enterprise; got 20,003"),
    ],
)
def test_tables_that_are_not_those_of_one_enterprise_are_refused(changed: dict[str, Any], match: str) -> None:
    given = {"enterprises": [ENTERPRISE], "applications": [APPLICATION], **changed}
    with pytest.raises((RequestError, ValueError), match=match):
        frames(given)
    with pytest.raises(RequestError, match=r"wanted table enterprises, applications; the request has none"):
        frames({})
    with pytest.raises(RequestError, match=r"wanted tables by name, each a list of rows; got list"):
        frames([])


def test_a_rejected_application_comes_back_whole_with_its_rules(port: int) -> None:
    given = {"enterprises": [ENTERPRISE], "applications": [{**APPLICATION, "amount": -1.0}]}
    status, found = posted(port, {"tables": given})
    assert status == 200
    assert found["decisions"] == []
    (row,) = found["rejected"]["applications"]
    assert row["rules"] == ["amount_range"]
    assert row["amount"] == -1.0
    assert found["account"]["applications"]["rejected"] == 1


def test_a_body_beyond_the_limit_is_refused_and_the_server_lives_on(port: int) -> None:
    for size in (serving.MOST_BYTES + 1, 40_000_000):
        try:
            status, found = asked(port, "POST", "/decisions", b" " * size)
        except (BrokenPipeError, ConnectionResetError):
            continue  # the server closed before all was sent
        assert status == 413
        assert "wanted a request of at most 8,000,000 bytes" in found["error"]
    assert asked(port, "GET", "/health")[0] == 200


def test_a_page_of_another_site_cannot_reach_the_server(port: int) -> None:
    status, found = asked(port, "POST", "/decisions", "{}", Content_Type="text/plain")
    assert (status, found["error"]) == (415, "wanted Content-Type application/json; got text/plain")
    status, found = asked(port, "GET", "/health", Host="bank.example")
    assert (status, found["error"]) == (400, "wanted a header Host among 127.0.0.1, localhost; got bank.example")
    assert asked(port, "GET", "/health", Host="localhost.bank.example:8000")[0] == 400
    assert asked(port, "GET", "/health", Host="LocalHost:8000")[0] == 200
    assert asked(port, "GET", "/docs")[0] == asked(port, "GET", "/openapi.json")[0] == 404


def test_a_place_or_a_method_that_is_none_is_answered_with_a_sentence(port: int) -> None:
    wanted = "wanted POST /decisions, GET /health or GET /version; got"
    assert asked(port, "GET", "/nope") == (404, {"error": f"{wanted} GET /nope"})
    assert asked(port, "GET", "/decisions") == (405, {"error": f"{wanted} GET /decisions"})


def test_a_fault_tells_its_kind_and_none_of_its_words(
    port: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any) -> None:
        secret = "postgresql://bank:secret@host/scores"
        raise KeyError(secret)

    monkeypatch.setattr("pipelines.serving.served.decide_one", broken)
    status, found = posted(port, {"tables": {}})
    assert status == 500
    assert found == {"error": "this is a fault of the program (KeyError); please report it"}


def test_an_alarm_that_suspends_is_seen_by_a_server_that_runs(
    port: int, finished: Path, tables: dict[str, pd.DataFrame], enterprises: list[str]
) -> None:
    given = {"tables": request(tables, enterprises[0])}
    assert posted(port, given)[1]["suspended"] == []
    terms = Terms("c", 0.05, 1.5, 10.0, 1.0, 12)
    rows = pd.DataFrame({"application_id": list("abcd"), "exposure": 2.0, "hazard": 0.01, "defaulted": True})
    periods: tuple[Any, ...] = ()
    for month in (1, 2, 3):
        start = pd.Timestamp(2025, month, 1)
        periods = (*periods, fed(terms, periods, start.date(), (start + pd.offsets.MonthEnd()).date(), rows))
    watch = Watch("micro", date(2025, 1, 1), terms, periods)
    assert watch.standing
    path = write_state(State((watch,)), finished)
    try:
        status, found = posted(port, given)
        assert status == 200
        assert found["suspended"]
        assert found["versions"]["alarm_state"] is not None
    finally:
        path.unlink()
        state_path(finished).parent.rmdir()


def test_a_run_that_changes_under_the_server_is_not_used_any_more(port: int, finished: Path) -> None:
    path = finished / MANIFEST
    kept = path.read_bytes()
    path.write_bytes(kept.replace(b'"files"', b'"other"'))
    try:
        status, found = asked(port, "GET", "/health")
        assert status == 503
        assert "the run can no longer be used: " in found["error"]
    finally:
        path.write_bytes(kept)
    assert asked(port, "GET", "/health")[0] == 200


def test_the_command_says_where_it_listens_and_can_be_asked_at_once(finished: Path) -> None:
    command = [sys.executable, "-m", "pipelines.cli", "serve", "--model", str(finished), "--port", "0"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("listening on http://127.0.0.1:")
            assert asked(int(line.rpartition(":")[2]), "GET", "/health") == (200, {"ready": True})
        finally:
            process.terminate()


def test_an_address_in_use_is_refused_with_a_sentence(port: int, finished: Path) -> None:
    with pytest.raises(ServeError, match=rf"wanted to listen on 127.0.0.1, port {port}; it cannot be used"):
        listen(application(Served(finished)), "127.0.0.1", port)


def test_without_a_day_the_rows_stand_for_the_last_day_known(
    finished: Path, tables: dict[str, pd.DataFrame], enterprises: list[str]
) -> None:
    answer = decide_one(open_bundle(finished), request(tables, enterprises[1]))
    mine = of_one(tables, enterprises[1])
    days = [frame[name].max() for frame in mine.values() for name in ("known_on", "as_of") if name in frame]
    assert answer.extracted_on == max(day for day in days if pd.notna(day))
