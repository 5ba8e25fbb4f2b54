"""Whom a rejected row speaks of: the enterprise or application with its identifier, or with one written alike."""

from collections.abc import Mapping

import pandas as pd

from schemas.check import Validated
from schemas.gaps import AMBIGUOUS, GAP_TABLES, KEYS, no_gaps
from schemas.identifiers import folded


def subjects(result: Validated) -> dict[str, pd.Series]:
    """Identifiers of all enterprises and applications that came, fit or rejected, by key; each once."""
    found: dict[str, pd.Series] = {}
    for key in ("enterprise_id", "application_id"):
        frames = [part[name] for part in (result.tables, result.rejects) for name in ("enterprises", "applications")]
        ids = pd.concat([frame[key] for frame in frames if key in frame.columns], ignore_index=True)
        found[key] = ids.dropna().astype("str").drop_duplicates(ignore_index=True)
    return found


def ambiguous(enterprises: pd.Series) -> pd.DataFrame:
    """Gap rows of the table `enterprises`, one per identifier that folds as another of them does.

    One enterprise may be there twice, with its records under the other identifier.
    """
    alike = folded(enterprises)
    twice = enterprises[alike.notna() & alike.duplicated(keep=False)].sort_values()
    rows = pd.DataFrame({"table": "enterprises", "enterprise_id": twice, "rules": AMBIGUOUS}, dtype="str")
    return rows.reindex(columns=list(no_gaps().columns)).astype(no_gaps().dtypes.to_dict())


def attributed(gaps: pd.DataFrame, known: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Gap rows under the identifiers in `known` (by key: see `subjects`).

    A row whose identifier is none of them is given to everyone whose identifier folds alike (`identifiers.folded`): it
    may speak of each of them. A row that fits nobody stays as it is.
    """
    key_of = gaps["table"].map(dict(KEYS))
    parts = [gaps[key_of.isna()]]
    for key, ids in known.items():
        rows = gaps[key_of == key]
        exact = rows[key].isna() | rows[key].isin(ids)
        if exact.all():
            parts.append(rows)
            continue
        loose = rows[~exact].assign(alike=folded(rows.loc[~exact, key]))
        alike = pd.DataFrame({"alike": folded(ids), "subject": ids}).dropna()
        found = loose.reset_index(names="at").dropna(subset=["alike"]).merge(alike, on="alike")
        renamed = found.set_index("at").assign(**{key: found["subject"].to_numpy()})[list(gaps.columns)]
        parts += [rows[exact], renamed, loose.loc[~loose.index.isin(found["at"]), list(gaps.columns)]]
    return pd.concat(parts).sort_index(kind="stable").reset_index(drop=True).astype(gaps.dtypes.to_dict())


def unattributed(gaps: pd.DataFrame, known: Mapping[str, pd.Series]) -> dict[str, int]:
    """Rejected rows nobody can attribute, by table: without an identifier, or with one that fits nobody in `known`."""
    key_of = gaps["table"].map(dict(KEYS))
    lost = pd.Series(False, index=gaps.index)
    for key, ids in known.items():
        lost |= (key_of == key) & ~gaps[key].isin(ids)
    counts = gaps.loc[lost, "table"].value_counts()
    return {name: int(counts[name]) for name in GAP_TABLES if name in counts}
