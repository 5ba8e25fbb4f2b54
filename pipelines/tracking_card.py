"""Descriptions that MLflow shows, as Markdown: of the experiment, a run, a registered model, and a model card."""

import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from policy.segments import SEGMENTS

TEXTS = Path(__file__).with_name("tracking_texts.yaml")
LANGUAGES = ("en", "zh")
MISSING = "–"
PARTS = ("development", "calibration")
SHARES = ("approved_share", "realised", "allowed", "mean_pd", "default_rate", "default_rate_low", "default_rate_high")
"""Figures that are shown as percentages."""
Json = Mapping[str, Any]


@cache
def texts() -> dict[str, dict[str, str]]:
    """Every description in both languages, by its key."""
    return dict(yaml.safe_load(TEXTS.read_text(encoding="utf8")))


def described(key: str, **values: object) -> str:
    """Description `key` with its placeholders filled: English, then Chinese.

    A `stage` is shown by its label in each language, a figure with a sensible number of digits, None as a dash.
    """
    return "\n".join(
        texts()[key][language].format_map({name: _shown(name, value, language) for name, value in values.items()})
        for language in LANGUAGES
    )


def _shown(name: str, value: object, language: str) -> str:
    if name == "stage" and value in SEGMENTS.labels:
        return SEGMENTS.labels[str(value)][language]
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return MISSING
    if isinstance(value, float):
        return f"{value:.2%}" if name in SHARES else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def model_card(source: str, stage: str, meta: Json, metrics: Json, facts: Mapping[str, object]) -> str:
    """Model card of one stage: `meta` is its model.json, `metrics` those of the run, `facts` further marks."""
    found = metrics["parts"]["out_of_time"][stage] or {}
    names = ("loans", "defaults", "auc", "auc_low", "auc_high", *SHARES[3:], "log_loss", "cox_slope")
    counts = {
        f"{part}_{name}": meta["facts"].get(part, {}).get(name) for part in PARTS for name in ("loans", "defaults")
    }
    known = {name: meta["facts"].get(name) for name in ("data", "split", "catalogue")}
    figures = {name: found.get(name) for name in names} | {"psi": (metrics.get("psi") or {}).get(stage)}
    return described(
        "card",
        **{**figures, **counts, **known, **facts},
        source=source,
        stage=stage,
        features=len(meta["features"]),
        share=float(meta["share"]),
    )
