"""`techcredit tune`: a search for better parameters on development loans; it prints them and changes nothing."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.errors import ModelError
from models.fitting.feature_set import shape, usable_features
from models.fitting.loans import loans
from models.fitting.params import TrainParams
from models.fitting.tuning import forward_loss
from pipelines import tracking
from pipelines.commands.study import best_lines, marks, open_study, search
from pipelines.files import fingerprint
from pipelines.loans import part_table, require_run
from pipelines.params import chosen_source, section
from pipelines.printing import Console
from policy.segments import STAGES

ROOT = Path()
ALL = "all_stages"
"""Name of the study of the pooled model."""


def tune_source(source: str | None, stage: str | None, trials: int, seconds: float) -> None:
    """Search and print the best parameters as lines for params.yaml; the study stays in data/<source>/tuning/study.db.

    Raises
    ------
    ModelError
        When the stage does not exist, or the study is of other data or other committed parameters.
    """
    if stage is not None and stage not in STAGES:
        message = f"stage must be one of {', '.join(STAGES)}; got {stage!r}"
        raise ModelError(message)
    chosen = chosen_source(source)
    params = section("train", TrainParams, chosen)
    folder = ROOT / "data" / chosen
    features, parts = folder / "features", folder / "split"
    require_run(features / "features.parquet", parts / "split.parquet", chosen)
    data = f"{fingerprint(features / 'features.parquet')} {fingerprint(parts / 'split.parquet')}"
    study = open_study(folder / "tuning" / "study.db", stage or ALL, marks(params, data), params)
    table = part_table(features, parts, "development", stage)
    names = usable_features(table)
    known, learned = loans(table, names), shape(names, params.domain_constraints)
    client = tracking.open_store(ROOT)
    experiment = tracking.experiment(client, chosen, ROOT)
    parent = tracking.parent_run(client, experiment, chosen, f"{chosen} tuning of {stage or ALL}")
    console = Console(stderr=True)

    def told(number: int, parameters: Mapping[str, Any], loss: float) -> None:
        tags = {"stage": stage or ALL, "data": data, "tuning": "trial"}
        tracking.log_nested(
            client, parent, f"{chosen}-{stage or ALL}-trial-{number}", tags, parameters, {"log_loss": loss}
        )
        console.print(f"trial {number:>4}  {loss:.6f}", highlight=False)

    search(study, params, lambda tried: forward_loss(known, learned, tried), told, trials, seconds)
    client.set_terminated(parent.info.run_id)
    sys.stdout.write(best_lines(study))
    if stage is not None:
        sys.stdout.write(f"# of the own booster of {stage} alone; params.yaml holds one set a source, for all stages\n")
