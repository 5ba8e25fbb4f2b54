"""One assembly for batch, pipeline and page: a feature table in; PD, decision, rule and reasons out."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from decisions.decide import Decided, decide
from explanations.explained import explained
from explanations.tellable import CODES
from explanations.told import MOST, SIDES, Told, room, tell_stage
from features.catalogue import COMPUTED
from policy.digits import rounded
from scoring.bundle import Bundle
from scoring.score import require_models, scores

CARRIED = ("application_id", "enterprise_id", "as_of", "stage", "stage_rule", "size_class", "size_rule", "data_gap")
"""Columns of the feature table that a decision carries."""
BLOCK = 5_000
"""Rows for which the old policy is asked at once: LightGBM takes two copies of what it reads."""
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
    rows = staged(table).reset_index(drop=True)
    require_models(rows, bundle.models)
    pd_, told = np.full(len(rows), np.nan), room(len(rows))
    places = bundle.centres.places(rows)
    for known in explained(rows, bundle.models):
        pd_[known.scored.rows] = known.scored.pd
        tell_stage(told, rows, known, bundle.centres, places)
    probability = pd.Series(pd_, index=rows.index, name="pd")
    verdict = _decide(rows, probability, bundle).rows
    return pd.concat([rows[list(CARRIED)], probability, verdict, _wide(told), _versions(rows, bundle)], axis=1)


def staged(table: pd.DataFrame) -> pd.DataFrame:
    """The applications that have a stage; the table itself, and no copy of it, where all have."""
    has = table["stage"].notna()
    return table if has.all() else table[has]


def compared(table: pd.DataFrame, bundle: Bundle) -> pd.DataFrame:
    """What the rules that fired compared, a row per condition (`decisions.rules.COMPARED`), on the index of `table`."""
    return _decide(table, scores(table, bundle.models)["pd"], bundle).comparisons


def decided_at(table: pd.DataFrame, pd_: pd.Series, bundle: Bundle) -> Decided:
    """Decisions on the applications of `table` if their PDs were `pd_`; all else is that of `decided`."""
    return _decide(table, pd_, bundle)


def _decide(rows: pd.DataFrame, pd_: pd.Series, bundle: Bundle) -> Decided:
    blocks = [rows.iloc[start : start + BLOCK] for start in range(0, max(len(rows), 1), BLOCK)]
    region = pd.concat([bundle.acceptance.in_accepted_region(block) for block in blocks]).astype("float64")
    return decide(rows.assign(pd=pd_, in_accepted_region=region), bundle.procedure)


def _versions(rows: pd.DataFrame, bundle: Bundle) -> pd.DataFrame:
    code, stages = pd.factorize(rows["stage"])
    models = [bundle.models[stage] for stage in stages]
    names = {
        "model_version": ([model.version for model in models], code),
        "training_data": ([model.facts["data"] for model in models], code),
        "policy_version": ([bundle.policy_version], np.zeros(len(rows), dtype="int64")),
    }
    return pd.DataFrame({name: _taken(*known) for name, known in names.items()}, copy=False)


def _wide(told: Told) -> pd.DataFrame:
    """Reasons side by side, one row per application."""
    columns: dict[str, Any] = {}
    names = [feature.name for feature in COMPUTED]
    for kind, side in enumerate(SIDES):
        for at in range(MOST):
            family, feature, *numbers = (f"{side}_{at + 1}", *(f"{side}_{at + 1}_{name}" for name in TOLD[1:]))
            columns[family] = _taken(CODES, told.family[kind, at])
            columns[feature] = _taken(names, told.feature[kind, at])
            for name, values in zip(numbers, (told.value, told.peers, told.sums), strict=True):
                columns[name] = rounded(values[kind, at])
    return pd.DataFrame(columns, copy=False)


def _taken(names: Sequence[str], at: NDArray[np.integer]) -> ExtensionArray:
    """Text of each place among `names`, missing where it is -1."""
    return pd.array(list(names), dtype="str").take(at, allow_fill=True)
