"""Seconds per answer of `techcredit serve` with 1, 8 and 32 clients: `python -m benchmarks.serving --model RUN`.

The server is a process of its own, started and ended here; clients are threads that each send their next request when
the last one is answered. Requests are enterprises of the run's own tables, all their applications and events.
"""

import argparse
import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipelines.serving.answers import records
from schemas.folder import read_tables

CLIENTS = (1, 8, 32)
ENTERPRISES = 32


def main() -> None:
    """Print a row per number of clients, then one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, default=Path("data/simulated"))
    parser.add_argument("--tables", type=Path, default=None)
    parser.add_argument("--requests", type=int, default=64)
    asked = parser.parse_args()
    bodies = requests_of(asked.tables or asked.model / "tables", ENTERPRISES)
    command = [sys.executable, "-m", "pipelines.cli", "serve", "--model", str(asked.model), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline().rpartition(":")[2])
            measured(port, bodies, 1, len(CLIENTS))  # what a first request compiles and opens
            found = [measured(port, bodies, clients, max(asked.requests, 2 * clients)) for clients in CLIENTS]
        finally:
            server.terminate()
    print(f"{'clients':>8}{'requests':>10}{'p50 [s]':>10}{'p95 [s]':>10}{'per second':>12}")
    for row in found:
        print(
            f"{row['clients']:>8}{row['requests']:>10}{row['p50']:>10.3f}{row['p95']:>10.3f}{row['per_second']:>12.2f}"
        )
    print(json.dumps({"serving": found, "bytes": int(np.median([len(body) for body in bodies]))}))


def requests_of(folder: Path, count: int) -> list[bytes]:
    """Bodies of `count` enterprises spread over the tables of a folder."""
    tables = {name: frame for name, frame in read_tables(folder).items() if name != "outcomes"}
    applications = tables["applications"]
    listed = applications["enterprise_id"].drop_duplicates().sort_values()
    chosen = listed.iloc[np.linspace(0, len(listed) - 1, count).astype(int)].tolist()
    mine = applications[applications["enterprise_id"].isin(chosen)]
    few = {
        name: frame[frame["enterprise_id"].isin(chosen)]
        if "enterprise_id" in frame
        else frame[frame["application_id"].isin(mine["application_id"])]
        for name, frame in tables.items()
    }
    return [body(few, enterprise) for enterprise in chosen]


def body(tables: Mapping[str, pd.DataFrame], enterprise: str) -> bytes:
    """The request of one enterprise."""
    applications = tables["applications"]
    mine = applications.loc[applications["enterprise_id"] == enterprise, "application_id"]
    rows = {
        name: records(
            frame[frame["enterprise_id"] == enterprise]
            if "enterprise_id" in frame
            else frame[frame["application_id"].isin(mine)]
        )
        for name, frame in tables.items()
    }
    return json.dumps({"tables": rows}).encode("utf8")


def measured(port: int, bodies: Sequence[bytes], clients: int, requests: int) -> dict[str, Any]:
    """Seconds of `requests` requests by `clients` at once: median, 95th percentile, answers per second."""
    waiting, seconds, lock = list(range(requests)), list[float](), threading.Lock()

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        while True:
            with lock:
                if not waiting:
                    break
                number = waiting.pop()
            began = time.perf_counter()
            connection.request("POST", "/decisions", bodies[number % len(bodies)], {"Content-Type": "application/json"})
            answer = connection.getresponse()
            told = json.loads(answer.read())
            taken = time.perf_counter() - began
            if answer.status != 200:
                raise RuntimeError(told["error"])
            with lock:
                seconds.append(taken)
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(seconds) < requests:
        message = f"wanted {requests} answers; got {len(seconds)}"
        raise RuntimeError(message)
    p50, p95 = np.percentile(seconds, [50, 95])
    rate = requests / (time.perf_counter() - began)
    return {"clients": clients, "requests": requests, "p50": p50, "p95": p95, "per_second": rate}


if __name__ == "__main__":
    main()
