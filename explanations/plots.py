"""Pictures of contributions, drawn by shap; the only module that imports it."""

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import pandas as pd
import shap


def draw_beeswarm(found: pd.DataFrame, table: pd.DataFrame, path: Path, rows: int = 2000, most: int = 12) -> None:
    """Write a beeswarm picture (PNG) of the first `rows` applications and the `most` strongest features."""
    names = [c for c in found.columns if c not in ("application_id", "base", "logit")]
    shown = found.head(rows)
    data = table.set_index("application_id").reindex(index=shown["application_id"], columns=names)
    explained = shap.Explanation(
        shown[names].to_numpy(), base_values=shown["base"].to_numpy(), data=data.to_numpy(), feature_names=names
    )
    plt.figure()
    shap.plots.beeswarm(explained, max_display=most, show=False, plot_size=(9, 5))
    path.parent.mkdir(parents=True, exist_ok=True)
    plt.savefig(path, dpi=110, bbox_inches="tight", metadata={"Software": None})
    plt.close("all")
