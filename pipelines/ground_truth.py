"""Step `ground_truth`: scores, certificates and reasons compared with the truth of a simulated portfolio."""

from pathlib import Path

import pandas as pd

from models.ground_truth import beside_truth, recovered_drivers, true_ratios
from pipelines.entry import run
from pipelines.files import read_json, write_figures, write_json


def main(truth: Path, scores: Path, explanations: Path, thresholds: Path, ground_truth: Path) -> None:
    """Write ground_truth.json: `truth` false where the source has none, else the comparison."""
    if not (truth / "truth.parquet").exists():
        write_json({"truth": False}, ground_truth / "ground_truth.json")
        return
    known, scored = pd.read_parquet(truth / "truth.parquet"), pd.read_parquet(scores)
    contributions = pd.read_parquet(explanations / "contributions.parquet")
    stage = contributions[["application_id"]].merge(scored[["application_id", "stage"]], on="application_id")["stage"]
    later = scored[scored["part"] == "out_of_time"]
    certificates = read_json(thresholds / "thresholds.json")["certificates"]
    decidable = pd.read_parquet(thresholds / "decidable.parquet").set_index("application_id")["decidable"]
    tested = scored[decidable.loc[scored["application_id"]].to_numpy()]
    write_figures(
        {
            "truth": True,
            "out_of_time": beside_truth(later, known),
            "true_ratios": true_ratios(
                tested,
                known,
                {name: (c["classes"], c["lines"]) if c["certified"] else None for name, c in certificates.items()},
            ),
            "drivers": recovered_drivers(contributions, stage, pd.read_parquet(truth / "drivers.parquet")),
        },
        ground_truth / "ground_truth.json",
    )


if __name__ == "__main__":
    run(main)
