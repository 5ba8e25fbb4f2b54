"""Why a feature of an application is missing: four things that must not be taken for one another."""

from collections.abc import Collection, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from features.blanking import needed_tables
from features.catalogue import CATALOGUE
from features.declarations import Feature
from features.gaps import ABSENT, NO_ROW

State = Literal["rejected", "not_delivered", "not_applicable", "unknown"]


def not_applicable(known: pd.DataFrame, table: pd.DataFrame, catalogue: Sequence[Feature] = CATALOGUE) -> pd.Series:
    """Names of the features, by comma, that are missing although every quantity they take is known; one text per row.

    A share of nothing is such a feature: it is not unknown, there is nothing to know. Ranks among peers are left out.
    """
    present = {name: known[name].notna().to_numpy() for name in {i for f in catalogue for i in f.inputs}}
    computed = [feature for feature in catalogue if not feature.rank]
    nothing = np.zeros((len(known), len(computed)), dtype=bool)
    for at, feature in enumerate(computed):
        complete = np.logical_and.reduce([present[name] for name in feature.inputs])
        nothing[:, at] = complete & table[feature.name].isna().to_numpy()
    # Applications with the same features are told alike, so each set of features is written once.
    sets, of_row = np.unique(np.packbits(nothing, axis=1), axis=0, return_inverse=True)
    names = np.array([feature.name for feature in computed], dtype="object")
    flags = np.unpackbits(sets, axis=1, count=len(computed)).astype(bool)
    texts = np.array([",".join(names[row]) for row in flags], dtype="object")
    return pd.Series(texts[of_row], index=known.index, dtype="str")


def state(feature: Feature, data_gap: str, absent: Collection[str], inapplicable: Collection[str]) -> State:
    """Why `feature` is missing for an application.

    `data_gap` is that column of the application, `absent` names the tables that were not delivered at all, and
    `inapplicable` the features of `not_applicable`. The first that holds is told: rows of a table it needs were
    rejected; a table it needs was not delivered; there is nothing to know; the bank does not know it, as where a table
    has no row of the applicant.
    """
    needed = needed_tables(feature)
    other = (f"({ABSENT})", f"({NO_ROW})")
    if needed & {told.split(" (")[0] for told in data_gap.split("; ") if told and not told.endswith(other)}:
        return "rejected"
    if needed & set(absent):
        return "not_delivered"
    return "not_applicable" if feature.name in inapplicable else "unknown"
