"""Step `headline`: the figures and the curve of a run that a person compares with another run's, under flat names."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipelines.entry import run
from pipelines.files import read_json, write_json
from policy.digits import rounded, rounded_number
from policy.segments import SIZE_CLASSES, STAGES

LATER = "out_of_time"
POINTS = 50
"""Points of the approval curve, at equal steps of the approved amount."""


def main(source: str, scores: Path, metrics: Path, thresholds: Path, headline: Path) -> None:
    """Write metrics.json and approval.csv of SOURCE into the folder HEADLINE."""
    decided = decided_loans(pd.read_parquet(scores), pd.read_parquet(thresholds / "decisions.parquet"))
    found = figures(read_json(metrics), read_json(thresholds / "thresholds.json"), decided)
    # Under the name of the source: DVC shows `simulated.auc`, where two files with `auc` would be shown by their paths.
    write_json({source: found}, headline / "metrics.json")
    approval_curve(decided).to_csv(headline / "approval.csv", index=False)


def decided_loans(scores: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """Loans out-of-time with their decisions, and `amount`, exposure times weight: sums are those of the population."""
    later = scores.loc[scores["part"] == LATER, ["application_id", "pd", "exposure", "weight", "defaulted"]]
    table = later.merge(decisions[["application_id", "decision", "default_limit"]], on="application_id", validate="1:1")
    return table.assign(amount=table["exposure"] * table["weight"])


def figures(
    metrics: dict[str, Any], thresholds: dict[str, Any], decided: pd.DataFrame
) -> dict[str, float | int | None]:
    """Out-of-time figures of all stages together, AUC per stage, cut-off per size class; None where there is none.

    `cut_off_<class>` is a PD, and None where nothing could be certified. `approved_share` is a share of amounts;
    `allowed` is the default ratio that the tolerance allows on the amounts approved, each on its own day, and
    `realised` what came of them [fractions of amounts].
    """
    groups = metrics["parts"][LATER]
    total, book = groups["total"] or {}, thresholds["realised"]["all"]
    return {
        "auc": total.get("auc"),
        **{f"auc_{stage}": (groups[stage] or {}).get("auc") for stage in STAGES},
        **{name: total.get(name) for name in ("log_loss", "ece", "cox_slope", "cox_intercept")},
        **{f"cut_off_{name}": thresholds["certificates"].get(name, {}).get("cut_off") for name in SIZE_CLASSES},
        "approved_share": book["approved_share_exposure"],
        "allowed": allowed(decided),
        "realised": book["ratio_approved"],
    }


def allowed(decided: pd.DataFrame) -> float | None:
    """Mean default ratio allowed of the approved amounts [fraction]; None where nothing was approved."""
    approved = decided[decided["decision"] == "approve"]
    amount = float(approved["amount"].sum())
    if amount <= 0:
        return None
    return float(rounded_number(float((approved["amount"] * approved["default_limit"]).sum()) / amount))


def approval_curve(decided: pd.DataFrame, points: int = POINTS) -> pd.DataFrame:
    """What approving all loans up to a PD would have meant out-of-time, one row per cut-off; rules are left aside.

    Columns: `cut_off`, the PD; `approved_share`, the amounts with no higher PD over all; `default_ratio`, the
    defaulted share of these amounts [fractions].
    """
    loans = decided.sort_values("pd", kind="stable")
    amounts, bad = loans["amount"].cumsum(), (loans["amount"] * loans["defaulted"]).cumsum()
    table = pd.DataFrame(
        {"cut_off": loans["pd"], "approved_share": amounts / loans["amount"].sum(), "default_ratio": bad / amounts}
    ).drop_duplicates("cut_off", keep="last")
    step = (rounded(table["approved_share"]) * points).astype("int64")
    shown = table[np.diff(step, prepend=0) > 0]
    return pd.DataFrame(rounded(shown), columns=shown.columns)


if __name__ == "__main__":
    run(main)
