"""`techcredit import` of CSV files: seconds and peak memory, which the cap of the sort of a table bounds.

    python -m benchmarks.import_csv [--applications 100000 1000000]

18 rows of three tables for every application, as `benchmarks.features` draws them, written as CSV and imported by a
mapping in a process of its own. Prints a table, then one line of JSON.
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import pyarrow.csv as pc
import pyarrow.parquet as pq
import yaml

from benchmarks.features import EVENTS, generate
from benchmarks.processes import techcredit


def bank(folder: Path, applications: int) -> int:
    """CSV files and a mapping of them in `folder`; rows of data."""
    generate(folder, applications, "random")
    tables, rows = {}, 0
    for name in EVENTS:
        came = folder / f"{name}.parquet"
        with pq.ParquetFile(came) as file, (folder / f"{name}.csv").open("wb") as out:
            names, rows = file.schema_arrow.names, rows + file.metadata.num_rows
            for number, batch in enumerate(file.iter_batches(100_000)):
                pc.write_csv(batch, out, pc.WriteOptions(include_header=not number))
        came.unlink()
        tables[name] = {"from": f"{name}.csv", "columns": {column: column for column in names}}
    (folder / "applications.parquet").unlink()
    (folder / "mapping.yaml").write_text(yaml.safe_dump({"tables": tables}), encoding="utf8")
    return rows


def imported(folder: Path) -> dict[str, float]:
    """Seconds on the clock and of CPU, and peak memory [MiB], of the import of a folder."""
    mapping = str(folder / "mapping.yaml")
    used = techcredit("import", "--mapping", mapping, "--input", str(folder), "--output", str(folder / "tables"))
    if used.exit:
        message = f"the import ended with exit code {used.exit}"
        raise RuntimeError(message)
    return used._asdict()


def main() -> None:
    """Measure the sizes that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applications", type=int, nargs="+", default=[100_000, 1_000_000])
    found: dict[int, dict[str, Any]] = {}
    print(f"{'rows':>12}{'wall s':>9}{'CPU s':>9}{'peak MiB':>10}")
    for size in parser.parse_args().applications:
        with tempfile.TemporaryDirectory(prefix="techcredit-benchmark-") as made:
            rows = bank(Path(made), size)
            found[rows] = imported(Path(made))
        print(
            f"{rows:12,}{found[rows]['wall']:9.1f}{found[rows]['cpu']:9.1f}{found[rows]['peak_mib']:10.0f}", flush=True
        )
    print(json.dumps(found))


if __name__ == "__main__":
    main()
