"""What the PDs of a finished run become when a whole table is not delivered.

`python -m benchmarks.missing_tables [--source NAME]` scores the labelled loans after development again, each table of
the source left out in turn, and prints per stage and table the mean PD over the default rate, the log-loss beside that
of complete data, and the share of the riskiest tenth's mean PD that is left. The last line is JSON. The step `blanked`
measures the same of the out-of-time loans, for the completed report.
"""

import argparse
import json
import sys
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from models.validation.blanked import COMPLETE, blanked_figures
from pipelines.blanked import LOANS, BlankedParams, pds_of_run
from pipelines.loans import part_table
from pipelines.params import chosen_source, section

LATER = ("calibration", "certification", "out_of_time")


def measured(source: str, folder: Path) -> pd.DataFrame:
    """One row per stage and table left out: the figures of `blanked_figures` of all loans after development."""
    later = pd.concat([part_table(folder / "features", folder / "split", part)[LOANS] for part in LATER])
    pds = pds_of_run(folder / "valid", folder / "features", folder / "models", later["application_id"])
    params = section("blanked", BlankedParams, source)
    return pd.DataFrame(blanked_figures(later, pds, params.limits, params.offset_limit))


def main() -> int:
    """Print the table and the line of JSON; 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source")
    source = chosen_source(parser.parse_args().source)
    table = measured(source, Path("data") / source)
    complete = table[table["table"] == COMPLETE].set_index("stage")["log_loss"]
    screen = Table("stage", "without", "loans", "mean PD / rate", "log-loss", "complete", "riskiest tenth")
    for row in table.sort_values(["stage", "table"]).itertuples(index=False):
        figures = (f"{row.level:.2f}", f"{row.log_loss:.4f}", f"{complete[row.stage]:.4f}")
        screen.add_row(row.stage, row.table, f"{row.loans:,}", *figures, f"{row.riskiest:.2f}")
    Console(width=120).print(screen)
    sys.stdout.write(json.dumps({"source": source, "rows": table.to_dict("records")}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
