"""Step `featurize`: fit rows in, the feature table out."""

from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from features.declarations import IDENTITY
from features.peer_quantiles import peer_quantiles
from features.peers import peer_grids, with_peer_ranks
from features.table import FeatureParams, missing_report, out_of_range, taught_tables
from features.version import version
from pipelines.entry import run
from pipelines.files import write_json, write_parquet
from pipelines.params import ParamsError, section
from pipelines.policy_day import policy_day


@dataclass(frozen=True)
class FeaturizeParams:
    """Parameters of the step: policy schemes, memory of the engine, probability and seed of blanking a table."""

    stage_scheme: str
    size_scheme: str
    memory: str
    blanked_share: float
    blanked_seed: int

    def __post_init__(self) -> None:
        """Refuse a share that is none."""
        if not 0 <= self.blanked_share < 1:
            message = f"featurize: blanked_share must be at least 0 and below 1; got {self.blanked_share!r}"
            raise ParamsError(message)


REPEATED = [name for name in IDENTITY if name != "application_id"]
"""Identity columns that stand in the feature table alone."""


def main(source: str, valid: Path, features: Path) -> None:
    """Compute the features of the applications in VALID, and what their peers have, into FEATURES."""
    known = section("featurize", FeaturizeParams, source)
    params = FeatureParams(known.stage_scheme, known.size_scheme, str(policy_day(source)), known.memory)
    parts = list(taught_tables(valid, params, known.blanked_share, known.blanked_seed))
    unranked, blanked, inapplicable = (pd.concat([part[i] for part in parts], ignore_index=True) for i in (0, 1, 2))
    grids = peer_grids(unranked)
    table = with_peer_ranks(unranked, grids)
    write_parquet(table, features / "features.parquet")
    write_parquet(with_peer_ranks(blanked, grids).drop(columns=REPEATED), features / "blanked.parquet")
    write_parquet(inapplicable, features / "not_applicable.parquet")
    write_parquet(grids, features / "peers.parquet")
    write_parquet(peer_quantiles(table), features / "peer_quantiles.parquet")
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
