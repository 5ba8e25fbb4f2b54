"""Figures as PNG, each drawn from a frame that somebody else computed."""

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

COLOURS = {"startup": "#c2571a", "growth": "#2f6f4f", "mature": "#2b5c8a", "total": "#333333"}


def draw_roc(points: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Write ROC curves, one a name; each frame has false_positive_rate and true_positive_rate."""
    figure, axes = plt.subplots(figsize=(4.6, 4.2))
    for name, frame in points.items():
        axes.plot(
            frame["false_positive_rate"],
            frame["true_positive_rate"],
            label=name,
            color=COLOURS.get(name),
            linewidth=1.6,
        )
    axes.plot([0, 1], [0, 1], color="#999999", linewidth=0.8, linestyle=":")
    axes.set(xlabel="false positive rate [fraction]", ylabel="true positive rate [fraction]", title="ROC, out-of-time")
    axes.legend(frameon=False, loc="lower right")
    _write(figure, path)


def draw_calibration(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Write default rates with Jeffreys intervals against mean PDs; each frame is a calibration table."""
    figure, axes = plt.subplots(figsize=(4.6, 4.2))
    most = 0.0
    for name, frame in tables.items():
        rate = frame["default_rate"]
        spread = [rate - frame["jeffreys_low"], frame["jeffreys_high"] - rate]
        axes.errorbar(
            frame["mean_pd"],
            rate,
            yerr=spread,
            label=name,
            color=COLOURS.get(name),
            marker="o",
            markersize=3.5,
            linewidth=1,
        )
        most = max(most, float(frame["jeffreys_high"].max()), float(frame["mean_pd"].max()))
    axes.plot([0, most], [0, most], color="#999999", linewidth=0.8, linestyle=":")
    axes.set(xlabel="mean PD [fraction]", ylabel="default rate [fraction]", title="Calibration, out-of-time")
    axes.legend(frameon=False, loc="upper left")
    _write(figure, path)


def _write(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)
