"""Reasons: the features that lower and that raise the PD of each applicant most."""

import numpy as np
import pandas as pd

from features.catalogue import by_name


def reasons(found: pd.DataFrame, table: pd.DataFrame, most: int) -> pd.DataFrame:
    """Up to `most` reasons for and against each application, one row a reason, strongest first.

    Columns: application_id, side («for» lowers the PD, «against» raises it), rank (1 is strongest), feature,
    contribution [log-odds], value (in the feature's unit, missing where not known). A feature that contributes nothing
    is no reason. Equal contributions are ordered by the catalogue.
    """
    names = [n for n in by_name() if n in found.columns]
    values = found[names].to_numpy()
    known = table.set_index("application_id")[names].reindex(found["application_id"]).to_numpy()
    sides = [("for", values), ("against", -values)]
    parts = []
    for side, signed in sides:
        order = np.argsort(signed, axis=1, kind="stable")[:, :most]
        rows = np.repeat(np.arange(len(found)), order.shape[1])
        columns = order.ravel()
        parts.append(
            pd.DataFrame(
                {
                    "application_id": found["application_id"].to_numpy()[rows],
                    "side": side,
                    "rank": np.tile(np.arange(1, order.shape[1] + 1), len(found)),
                    "feature": np.array(names, dtype="object")[columns],
                    "contribution": values[rows, columns],
                    "value": known[rows, columns],
                }
            )
        )
    listed = pd.concat(parts, ignore_index=True).astype({"side": "str", "feature": "str"})
    real = np.where(listed["side"] == "for", listed["contribution"] < 0, listed["contribution"] > 0)
    return listed[real].sort_values(["application_id", "side", "rank"]).reset_index(drop=True)
