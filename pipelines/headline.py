"""Step `headline`: the figures of a run a person compares with another run's, under flat names."""

from pathlib import Path
from typing import Any

from pipelines.entry import run
from pipelines.files import read_json, write_json
from policy.segments import SIZE_CLASSES, STAGES


def main(metrics: Path, thresholds: Path, headline: Path) -> None:
    """Write metrics.json into the folder HEADLINE, from what `evaluate` and `threshold` measured."""
    write_json(figures(read_json(metrics), read_json(thresholds)), headline / "metrics.json")


def figures(metrics: dict[str, Any], thresholds: dict[str, Any]) -> dict[str, float | int | None]:
    """Out-of-time figures of all stages together, AUC per stage, cut-off per size class; None where there is none.

    `loans` and `defaults` are counts; `realised` is a ratio, `approved_share` a share
    of amounts [fraction]; `cut_off_<class>` is a PD, and None where nothing could be certified.
    """
    groups = metrics["parts"]["out_of_time"]
    total, book = groups["total"] or {}, thresholds["realised"]["all"]
    return {
        **{name: total.get(name) for name in ("loans", "defaults", "auc")},
        **{f"auc_{stage}": (groups[stage] or {}).get("auc") for stage in STAGES},
        **{name: total.get(name) for name in ("log_loss", "ece", "cox_slope", "cox_intercept")},
        **{f"cut_off_{name}": thresholds["certificates"].get(name, {}).get("cut_off") for name in SIZE_CLASSES},
        "approved_share": book["approved_share_exposure"],
        "realised": book["ratio_approved"],
        "defaults_approved": book["defaults_approved"],
    }


if __name__ == "__main__":
    run(main)
