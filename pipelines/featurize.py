"""Stage `featurize`: fit rows in, the feature table out."""

from dataclasses import asdict
from pathlib import Path

import pandas as pd

from features.catalogue import version
from features.peers import peer_grids, with_peer_ranks
from features.table import FeatureParams, feature_tables, missing_report, out_of_range
from pipelines.entry import run
from pipelines.files import write_json, write_parquet
from pipelines.params import section


def main(source: str, valid: Path, features: Path) -> None:
    """Compute the features of the applications in VALID, and the grids peers are ranked by, into FEATURES."""
    params = section("featurize", FeatureParams, source)
    unranked = pd.concat(feature_tables(valid, params), ignore_index=True)
    grids = peer_grids(unranked)
    table = with_peer_ranks(unranked, grids)
    write_parquet(table, features / "features.parquet")
    write_parquet(grids, features / "peers.parquet")
    unstaged = table[table["stage"].isna()]
    write_json(
        {
            "catalogue": version(),
            "params": asdict(params),
            "applications": len(table),
            "without_stage": len(unstaged),
            "missing": missing_report(table),
            "out_of_range": out_of_range(table),
        },
        features / "features.json",
    )


if __name__ == "__main__":
    run(main)
