"""Step `featurize`: fit rows in, the feature table out."""

from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from features.catalogue import version
from features.peers import peer_grids, with_peer_ranks
from features.table import FeatureParams, feature_tables, missing_report
from pipelines.entry import run
from pipelines.files import write_json, write_parquet
from pipelines.params import section
from pipelines.policy_day import policy_day


@dataclass(frozen=True)
class FeaturizeParams:
    """Parameters of the step: policy schemes, memory of the engine."""

    stage_scheme: str
    size_scheme: str
    memory: str


def main(source: str, valid: Path, features: Path) -> None:
    """Compute the features of the applications in VALID, and the grids peers are ranked by, into FEATURES."""
    known = section("featurize", FeaturizeParams, source)
    params = FeatureParams(known.stage_scheme, known.size_scheme, str(policy_day(source)), known.memory)
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
        },
        features / "features.json",
    )


if __name__ == "__main__":
    run(main)
