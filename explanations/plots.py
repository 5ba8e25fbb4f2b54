"""Pictures of contributions, drawn by shap with labels in both languages."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import shap
from matplotlib import font_manager
from matplotlib.axes import Axes

from features.catalogue import by_name

FONT = str(files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf")
"""Font with Chinese characters."""


def draw_beeswarm(found: pd.DataFrame, table: pd.DataFrame, path: Path, rows: int = 2000, most: int = 12) -> None:
    """Write a beeswarm picture (PNG) of the first `rows` applications and the `most` strongest features."""
    names = [c for c in found.columns if c not in ("application_id", "base", "logit")]
    shown = found.head(rows)
    data = table.set_index("application_id").reindex(index=shown["application_id"], columns=names)
    explained = shap.Explanation(
        shown[names].to_numpy(),
        base_values=shown["base"].to_numpy(),
        data=data.to_numpy(),
        feature_names=[_label(name) for name in names],
    )
    font_manager.fontManager.addfont(FONT)
    family = font_manager.FontProperties(fname=FONT).get_name()
    with _same_dots(), mpl.rc_context({"font.family": [family, "DejaVu Sans"], "axes.unicode_minus": False}):
        plt.figure()
        axes = shap.plots.beeswarm(
            explained, max_display=most, show=False, plot_size=(11, 5), color_bar_label="特征取值 / feature value"
        )
        _translate(axes, len(names) - most + 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        plt.savefig(path, dpi=110, bbox_inches="tight", metadata={"Software": None})
        plt.close("all")


@contextmanager
def _same_dots() -> Iterator[None]:
    """Fix the global random state while shap spreads its dots with it, so that the same frames give the same bytes."""
    before = np.random.get_state()
    np.random.seed(0)
    try:
        yield
    finally:
        np.random.set_state(before)


def _label(name: str) -> str:
    """Label of a feature in both languages; its own name for the intercept of a region or an industry."""
    known = by_name()
    return f"{known[name].label.zh} / {known[name].label.en}" if name in known else name


def _translate(axes: Axes, others: int) -> None:
    """Replace the words that shap writes itself."""
    axes.set_xlabel("对违约对数优势比的贡献 / contribution to the log-odds of default")
    told = [label.get_text() for label in axes.get_yticklabels()]
    rest = f"其余{others}个特征之和 / sum of {others} other features"
    axes.set_yticks(axes.get_yticks(), [rest if text.startswith("Sum of ") else text for text in told])
    for bar in axes.figure.axes:
        if bar is not axes:
            bar.set_yticks(bar.get_yticks(), ["低 / low", "高 / high"])
