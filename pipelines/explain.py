"""Step `explain`: out-of-time applications and the models in; contributions, domain sums and reasons out."""

from pathlib import Path

import pandas as pd

from explanations.contributions import contributions, domain_sums
from explanations.leanings import leanings
from explanations.plots import draw_beeswarm
from explanations.reasons import reasons
from pipelines.entry import run
from pipelines.files import write_parquet
from policy.segments import STAGES
from scoring.score import open_models


def main(features: Path, scores: Path, models: Path, explanations: Path) -> None:
    """Explain every out-of-time score of SCORES and write the folder EXPLANATIONS."""
    scored = pd.read_parquet(scores, columns=["application_id", "part"])
    table = pd.read_parquet(features / "features.parquet").merge(
        scored[scored["part"] == "out_of_time"][["application_id"]], on="application_id", validate="1:1"
    )
    found = contributions(table, open_models(models))
    write_parquet(found, explanations / "contributions.parquet")
    write_parquet(domain_sums(found, table), explanations / "domains.parquet")
    peers = pd.read_parquet(features / "peer_quantiles.parquet")
    write_parquet(reasons(found, table, peers), explanations / "reasons.parquet")
    write_parquet(leanings(found, table), explanations / "leanings.parquet")
    for stage in STAGES:
        rows = table["stage"].eq(stage)
        draw_beeswarm(
            found[found["application_id"].isin(table.loc[rows, "application_id"])],
            table,
            explanations / f"beeswarm_{stage}.png",
        )


if __name__ == "__main__":
    run(main)
