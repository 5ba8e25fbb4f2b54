"""A stage model as LightGBM text and JSON: the files it is saved as, and what they mean.

`docs/exchange.md` documents the layout; a reader of thirty lines in the tests scores by it without any code of ours.
"""

import json
from pathlib import Path

from models.exchange.head import comment, facts, feature_lines
from models.exchange.plain import PlainModel
from models.fitting.stage_model import FORMAT, StageModel

ABOUT = "about.json"
"""File beside the saved model: facts, and the features with their units."""


def write_folder(model: StageModel, told: PlainModel, folder: Path) -> None:
    """Write members as LightGBM text and JSON of step functions, `model.json`, ABOUT and a README into `folder`."""
    model.save(folder)
    features = [{"name": name, "unit": unit, "label": label} for name, unit, label in feature_lines(told)]
    content = {**facts(told), "layout": FORMAT, "features": features}
    (folder / ABOUT).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf8")
    (folder / "README.txt").write_text("\n".join(comment(told, "LightGBM text and JSON")) + "\n", encoding="utf8")
