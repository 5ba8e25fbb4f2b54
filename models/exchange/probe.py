"""Rows that a model and its export have to agree on: thresholds, their neighbours, missing values, extremes."""

import numpy as np
import pandas as pd

from models.exchange.plain import LARGEST, PlainModel, thresholds

EXTREMES = (0.0, -1.0, 1e300, -1e300, 5e-324)
"""Values that any feature is tried with."""
ZERO = 1e-30
"""LightGBM marks the place beside 0 by a threshold of 1e-35, and reads its text back as the number next to it."""
MISSING_SHARE = 0.2
INDUSTRIES = ("", "I", "C39", "39", "3911", "I6510", "Z65", "c39", "6")
"""Industry codes with and without the letter of their section, too short ones, and ones that are none."""


def probe(model: PlainModel, rows: int, seed: int = 0) -> pd.DataFrame:
    """Rows of the model's features with `application_id`, `stage`, `province` and `industry`; the first is all missing.

    Every threshold of every feature comes up, and the next number above it, as far as `rows` reaches: values are drawn
    from them, a fifth is missing, and one in fifty is an extreme.
    """
    draw = np.random.default_rng(seed)
    known = thresholds(model)
    columns = {}
    for name in model.features:
        edges = known.get(name, np.array([0.0]))
        edges = edges[np.abs(edges) > ZERO] if (np.abs(edges) > ZERO).any() else np.array([0.0])
        values = np.concatenate([edges, np.nextafter(edges[edges < LARGEST], np.inf)])
        drawn = np.resize(draw.permutation(values), rows)
        drawn = np.where(draw.random(rows) < 1 / 50, draw.choice(EXTREMES, rows), drawn)
        columns[name] = np.where(draw.random(rows) < MISSING_SHARE, np.nan, drawn)
    table = pd.DataFrame(columns)
    table.iloc[0] = np.nan
    groups = {effect.name: effect.intercepts for effect in model.effects}
    places = ["", "nowhere", *groups.get("province", {})]
    codes = [*INDUSTRIES, *(letter + code for code in groups.get("industry", {}) for letter in ("", "C", "I"))]
    more = {
        "application_id": [f"probe-{at:05d}" for at in range(rows)],
        "stage": model.stage,
        "province": _with_gaps(draw.choice(places, rows)),
        "industry": _with_gaps(draw.choice(codes, rows)),
    }
    return pd.concat([table, pd.DataFrame(more)], axis=1)


def _with_gaps(texts: np.ndarray) -> list[str | None]:
    """The texts, every seventh missing."""
    return [None if at % 7 == 0 else str(text) for at, text in enumerate(texts)]
