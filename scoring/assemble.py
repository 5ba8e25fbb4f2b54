"""One assembly for batch, pipeline and page: a feature table in; PD, decision, rule and reasons out."""

import pandas as pd

from decisions.decide import Decided, decide
from explanations.contributions import contributions
from explanations.reasons import MOST, SIDES, reasons
from scoring.bundle import Bundle
from scoring.score import scores

CARRIED = ("application_id", "enterprise_id", "as_of", "stage", "stage_rule", "size_class", "size_rule", "data_gap")
"""Columns of the feature table that a decision carries."""
TOLD = ("family", "feature", "value", "peers", "contribution")
"""What a decision says of each reason; the first stands under the name of its side and rank alone."""


def decided(table: pd.DataFrame, bundle: Bundle) -> pd.DataFrame:
    """One row per application that has a stage: identity, PD, limit, decision, rule, reasons, versions.

    Columns: application_id, enterprise_id, as_of, stage, stage_rule, size_class, size_rule, data_gap (tables whose rows
    were rejected or that are not there, with the rules; empty where nothing is amiss), pd [probability over the
    window], decision, rule (what decided), limit [PD], grade (of the master scale), tolerance (in force on its day),
    fired and compared (every rule that fired, and its numbers; see `decisions.decide`), for_1.. against_4 (families
    of features, missing where there is no such reason) with _feature (its most telling feature), _value (in the unit
    of the feature), _peers (what its peers have) and _contribution [log-odds] after each (`explanations.reasons`),
    model_version (fingerprint of the stage's model), training_data (fingerprint of the data it was fitted on),
    policy_version (fingerprint of the documents that enter a decision).
    """
    rows = table[table["stage"].notna()].reset_index(drop=True)
    found = scores(rows, bundle.models)
    verdict = _decide(rows, found["pd"], bundle).rows
    listed = reasons(contributions(rows, bundle.models), rows, bundle.peer_quantiles)
    why = _wide(listed, rows["application_id"])
    marks = {stage: model.version for stage, model in bundle.models.items()}
    trained = {stage: model.facts["data"] for stage, model in bundle.models.items()}
    versions = pd.DataFrame(
        {
            "model_version": rows["stage"].map(marks),
            "training_data": rows["stage"].map(trained),
            "policy_version": bundle.policy_version,
        },
        index=rows.index,
    ).astype("str")
    return pd.concat([rows[list(CARRIED)], found[["pd"]], verdict, why, versions], axis=1)


def compared(table: pd.DataFrame, bundle: Bundle) -> pd.DataFrame:
    """What the rules that fired compared, a row per condition (`decisions.rules.COMPARED`), on the index of `table`."""
    return _decide(table, scores(table, bundle.models)["pd"], bundle).comparisons


def decided_at(table: pd.DataFrame, pd_: pd.Series, bundle: Bundle) -> Decided:
    """Decisions on the applications of `table` if their PDs were `pd_`; all else is that of `decided`."""
    return _decide(table, pd_, bundle)


def _decide(rows: pd.DataFrame, pd_: pd.Series, bundle: Bundle) -> Decided:
    region = bundle.acceptance.in_accepted_region(rows).astype("float64")
    return decide(rows.assign(pd=pd_, in_accepted_region=region), bundle.procedure)


def _wide(listed: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    """Reasons side by side, one row per application in the order of `ids`."""
    columns = {}
    for side in SIDES:
        for rank in range(1, MOST + 1):
            chosen = listed[(listed["side"] == side) & (listed["rank"] == rank)].set_index("application_id")
            for name in TOLD:
                column = f"{side}_{rank}" if name == TOLD[0] else f"{side}_{rank}_{name}"
                columns[column] = chosen[name].reindex(ids).reset_index(drop=True)
    return pd.DataFrame(columns)
