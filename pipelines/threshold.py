"""Step `threshold`: scores and policy in; tolerance, certificate per size class, out-of-time decisions out."""

from dataclasses import asdict
from pathlib import Path

import pandas as pd

from decisions.decide import decide
from decisions.portfolio import certify_classes, sensitivity
from decisions.realised import realised
from pipelines.entry import run
from pipelines.files import read_json, write_json, write_parquet
from pipelines.limits import ThresholdParams, limits
from pipelines.params import section
from pipelines.policy_day import policy_day
from policy.loader import figure


def main(source: str, scores: Path, unlabelled: Path, acceptance: Path, thresholds: Path) -> None:
    """Certify a cut-off for every size class of SOURCE, decide its out-of-time applications, write THRESHOLDS."""
    params = section("threshold", ThresholdParams, source)
    day = policy_day(source)
    overall = figure("tolerance", params.overall_npl)
    band = figure("decision", "refer_band")
    tolerated = limits(source)
    region = pd.read_parquet(
        acceptance / "propensity.parquet", columns=["application_id", "propensity", "in_accepted_region"]
    )
    scored = pd.read_parquet(scores).merge(region, on="application_id", validate="1:1")
    certified = certify_classes(
        scored, tolerated, delta=params.delta, design=params.weights, grid=params.grid, start_stress=params.start_stress
    )
    certificates = certified.by_class
    swaps = sensitivity(scored, pd.read_parquet(unlabelled), certificates)
    later = scored[scored["part"] == "out_of_time"].reset_index(drop=True)
    decided = decide(later["pd"], later["size_class"], certificates, band.on(day), later["in_accepted_region"])
    decisions = pd.concat([later[["application_id", "stage", "size_class", "pd", "propensity"]], decided], axis=1)
    write_parquet(decisions, thresholds / "decisions.parquet")
    write_parquet(certified.paths, thresholds / "path.parquet")
    write_json(
        {
            "policy_on": str(day),
            "overall_npl": {
                "value": overall.on(day),
                "source": overall.source,
                "flag": overall.flag,
                "since": str(overall.since(day)),
            },
            "refer_band": {"value": band.on(day), "source": band.source, "flag": band.flag},
            "weights": params.weights,
            "tolerances": {name: {**asdict(t), "since": str(t.since)} for name, t in tolerated.items()},
            "certificates": {name: asdict(c) for name, c in certificates.items()},
            "acceptance": {
                **read_json(acceptance / "acceptance.json"),
                "out_of_region": int((~scored["in_accepted_region"]).sum()),
            },
            "swap_ins": {name: asdict(s) for name, s in swaps.items()},
            "realised": realised(later, decided["decision"]),
        },
        thresholds / "thresholds.json",
    )


if __name__ == "__main__":
    run(main)
