"""Figures as PNG with labels in both languages, each drawn from a frame that somebody else computed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from policy.segments import STAGES
from reports.groups import group_name
from reports.texts import both
from schemas.declarations import Text

PALETTE = ("#c2571a", "#2f6f4f", "#2b5c8a", "#8a5a9e", "#a3822a", "#4f7f8c")
"""Colours of the stages, in their order; a seventh stage begins again."""
TOTAL = "#333333"


def colour(name: str) -> str:
    """Colour of a stage by its place in the order of stages, or of all stages together."""
    return PALETTE[STAGES.index(name) % len(PALETTE)] if name in STAGES else TOTAL


def draw_roc(points: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Write ROC curves, one a name; each frame has false_positive_rate and true_positive_rate."""
    with _axes(path) as axes:
        for name, frame in points.items():
            axes.plot(
                frame["false_positive_rate"],
                frame["true_positive_rate"],
                label=_told(group_name(name)),
                color=colour(name),
                linewidth=1.6,
            )
        axes.plot([0, 1], [0, 1], color="#999999", linewidth=0.8, linestyle=":")
        _label(axes, "figure.roc", "figure.false_positive_rate", "figure.true_positive_rate")
        axes.legend(frameon=False, loc="lower right")


def draw_calibration(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Write default rates with Jeffreys intervals against mean PDs; each frame is a calibration table."""
    with _axes(path) as axes:
        most = 0.0
        for name, frame in tables.items():
            rate = frame["default_rate"]
            axes.errorbar(
                frame["mean_pd"],
                rate,
                yerr=[rate - frame["jeffreys_low"], frame["jeffreys_high"] - rate],
                label=_told(group_name(name)),
                color=colour(name),
                marker="o",
                markersize=3.5,
                linewidth=1,
            )
            most = max(most, float(frame["jeffreys_high"].max()), float(frame["mean_pd"].max()))
        axes.plot([0, most], [0, most], color="#999999", linewidth=0.8, linestyle=":")
        _label(axes, "figure.calibration", "figure.mean_pd", "figure.default_rate")
        axes.legend(frameon=False, loc="upper left")


def _label(axes: Axes, title: str, x: str, y: str) -> None:
    axes.set(title=_told(both(title)), xlabel=_told(both(x)), ylabel=_told(both(y)))


def _told(text: Text) -> str:
    """Both languages on one line."""
    return f"{text.zh} / {text.en}"


@cache
def _font() -> str:
    """Name of the font with Chinese characters, made known to matplotlib."""
    path = str(files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf")
    font_manager.fontManager.addfont(path)
    return str(font_manager.FontProperties(fname=path).get_name())


@contextmanager
def _axes(path: Path) -> Iterator[Axes]:
    """Axes whose figure is written to `path` at the end."""
    with mpl.rc_context({"font.family": [_font(), "DejaVu Sans"], "font.size": 9, "axes.unicode_minus": False}):
        figure, axes = plt.subplots(figsize=(4.6, 4.2))
        yield axes
        _write(figure, path)


def _write(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)
