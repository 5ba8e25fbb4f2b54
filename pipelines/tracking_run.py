"""The finished run of a source, as the step `track` reads it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.files import fingerprint, read_json
from pipelines.registered import registered_models
from policy.segments import STAGES

Json = dict[str, Any]


@dataclass(frozen=True)
class Finished:
    """One finished run: `models` are the model.json by stage, `marks` names and fingerprints.

    `digest` is the data fingerprint, `features` the table of features, `summary` that of the report, `manifest` the
    fingerprint of manifest.json.
    """

    source: str
    folder: Path
    split: Json
    models: dict[str, Json]
    marks: dict[str, dict[str, str]]
    metrics: Json
    thresholds: Json
    headline: Json
    validation: Json
    summary: Json
    manifest: str
    digest: str
    features: pd.DataFrame

    @property
    def built_on(self) -> str:
        """Day the models were built on, ISO."""
        return str(self.split["built_on"])

    @property
    def table(self) -> Path:
        """File of the features."""
        return self.folder / "features" / "features.parquet"

    @property
    def pictures(self) -> tuple[Path, ...]:
        """Curves of the run as pictures."""
        return tuple(sorted((self.folder / "figures").glob("*.png")))

    @property
    def documents(self) -> tuple[Path, ...]:
        """Files with what the report and the validation of the models found."""
        return self.folder / "report" / "summary.json", self.folder / "model_validation" / "validation.json"

    @property
    def read_paths(self) -> tuple[Path, ...]:
        """Folders of the run that are read here; what DVC knows of the others lies behind them."""
        fitted = ("features", "split", "models", "evaluation", "thresholds")
        told = ("figures", "headline", "report", "manifest", "model_validation")
        return tuple(self.folder / name for name in (*fitted, *told))


def read_finished(source: str, folder: Path) -> Finished:
    """The finished run of SOURCE in `folder`."""
    features = folder / "features" / "features.parquet"
    return Finished(
        source,
        folder,
        split=read_json(folder / "split" / "split.json"),
        models={stage: read_json(folder / "models" / stage / "model.json") for stage in STAGES},
        marks=registered_models(source, folder / "models"),
        metrics=read_json(folder / "evaluation" / "metrics.json"),
        thresholds=read_json(folder / "thresholds" / "thresholds.json"),
        headline=read_json(folder / "headline" / "metrics.json")[source],
        validation=read_json(folder / "model_validation" / "validation.json"),
        summary=read_json(folder / "report" / "summary.json"),
        manifest=fingerprint(folder / "manifest" / "manifest.json"),
        digest=fingerprint(features),
        features=pd.read_parquet(features),
    )
