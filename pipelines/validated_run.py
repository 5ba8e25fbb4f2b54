"""A finished run with its validation, its findings and the chapters of the bank, read for the validation report."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from models.challengers.verdicts import OURS
from models.fitting.split import SplitParams
from pipelines.files import fingerprint, read_json
from pipelines.findings import MADE, current
from pipelines.params import section
from pipelines.promotion.cover import promoted
from pipelines.registry.versions import REGISTRY
from pipelines.report import ReportParams, told_by_run
from pipelines.reproduction import reproduction
from policy.errors import MendableError
from policy.segments import STAGES
from reports.inputs import Inputs, Json, Study
from reports.validation.facts import Validated
from reports.validation.written import Written, read_written
from scoring.manifest import ON_MEMOS, SEALED, require_unchanged

CHAPTERS = "validation_chapters.yaml"
"""File of the bank's own chapters beside the folders of the steps; nothing ever writes it."""
VALIDATION, SENSITIVITY = (Path(name) for name in MADE)
TOPICS = ("monotonicity", "sensitivity")
"""What the step `sensitivity` tells beside its tests."""
STUDIED = ("challengers", "ablation", "seeds", "blanked")
"""Steps of the study whose results the report shows when all are there."""
COMPLETE = "complete"
"""Row of the step `blanked` without a blanked table."""


class ReportError(MendableError):
    """The report cannot be written: no finished run, no validation of it, or a validation of another run."""


def validated(source: str, folder: Path, chapters: Path | None) -> Validated:
    """The finished run in `folder` with its validation, its findings and the bank's chapters.

    Raises
    ------
    ReportError
        When one of the files that the run leaves is not there.
    """
    path = folder / VALIDATION
    if not path.exists():
        message = (
            f"wanted a validated run in {folder}; {path} is not there. `techcredit run --source {source}` makes it"
        )
        raise ReportError(message)
    require_unchanged(folder, (*SEALED, *ON_MEMOS))
    try:
        run = read_run(source, folder)
        found = read_json(path)
    except (KeyError, TypeError, FileNotFoundError) as error:
        message = (
            f"{folder}: wanted a finished run of this version; a part is not there ({error!r:.150}). `techcredit run`"
        )
        raise ReportError(message) from error
    _require_same_models(folder, found, path)
    _require_same_scores(run, found, path)
    stale = _left_of_other_models(run, folder, found)
    return Validated(
        replace(run, study=None) if stale else run,
        _with_sensitivity(folder, found, stale),
        [finding.plain() for finding in current(folder)],
        reproduction(source, folder),
        _chapters(folder, chapters),
        stale,
        promoted(REGISTRY / source, folder),
    )


def _with_sensitivity(folder: Path, found: Json, stale: bool) -> Json:
    """The validation with what the step `sensitivity` of the study tested, where that is of the same models."""
    path = folder / SENSITIVITY
    if stale or not path.exists():
        return found
    more = read_json(path)
    return {**found, "tests": [*found["tests"], *more["tests"]], **{key: more[key] for key in TOPICS}}


def _require_same_models(folder: Path, found: Json, path: Path) -> None:
    """Nothing, when the validation names the fingerprint of each stage's model.json in the folder of the run.

    Raises
    ------
    ReportError
        When it names others, or none: models with the same scores may still be other models.
    """
    named = found.get("models") or {}
    for stage in STAGES:
        mine = fingerprint(folder / "models" / stage / "model.json")
        if named.get(stage) != mine:
            message = (
                f"{path}: wanted a validation of the model of {stage} in this run, {mine}; it is of "
                f"{named.get(stage, 'no model that it names')}. Run `techcredit run` again"
            )
            raise ReportError(message)


def _require_same_scores(run: Inputs, found: Json, path: Path) -> None:
    """Nothing, when the validation is one of the scores of the run: same counts and mean PD of every part.

    Raises
    ------
    ReportError
        When it is not: the run was made again, its validation was not.
    """
    for part, sample in found["samples"].items():
        total = run.metrics["parts"][part]["total"] or {}
        if any(total.get(name) != sample[name] for name in ("loans", "defaults", "mean_pd")):
            message = f"{path} was made of other scores than those of the run ({part}); run `techcredit run` again"
            raise ReportError(message)


def _left_of_other_models(run: Inputs, folder: Path, validation: Json) -> bool:
    """Whether anything that `make study` left is of other models than those of the run, its steps finished or not."""
    moved = read_json(folder / SENSITIVITY) if (folder / SENSITIVITY).exists() else {}
    if "models" in moved and moved["models"] != validation.get("models"):
        return True
    left = {name: read_json(path) for name in STUDIED if (path := folder / name / f"{name}.json").exists()}
    return not of_same_models(run, left)


def of_same_models(run: Inputs, left: Mapping[str, Json]) -> bool:
    """Whether what steps of the study `left` is of the models of the run: same figures of ours, where repeated."""
    later = run.metrics["parts"]["out_of_time"]
    challengers, blanked, seeds = (left.get(name) for name in ("challengers", "blanked", "seeds"))
    said = [(row["stage"], row["auc"]) for row in challengers["rows"] if row["model"] == OURS] if challengers else []
    said += [(row["stage"], row["auc"]) for row in blanked["rows"] if row["table"] == COMPLETE] if blanked else []
    if seeds and "interventional" not in seeds:  # an older version of the step wrote none
        return False
    refits = seeds["refits"] if seeds else []
    counted = [(name, found["applications"]) for refit in refits for name, found in refit["groups"].items()]
    return all((later[stage] or {}).get("auc") == auc for stage, auc in said) and all(
        (later[name] or {}).get("loans", 0) == applications for name, applications in counted
    )


def _chapters(folder: Path, given: Path | None) -> Written:
    """Chapters of the file that was named, which must be there, or of the one beside the run where it is."""
    if given is not None and not given.exists():
        message = f"wanted a file of chapters in {given}; it is not there"
        raise ReportError(message)
    path = given or folder / CHAPTERS
    return read_written(path) if path.exists() else Written()


def read_run(source: str, folder: Path) -> Inputs:
    """What the chapters show of the run: its figures and small tables, no table of the bank."""
    params, split = section("report", ReportParams, source), section("split", SplitParams, source)
    identity = pd.read_parquet(folder / "features" / "features.parquet", columns=["application_id", "stage"])
    scores = pd.read_parquet(folder / "evaluation" / "scores.parquet", columns=["application_id", "part", "stage"])
    empty = pd.DataFrame()
    return Inputs(
        **told_by_run(source, folder, split, params),
        page="",
        features=identity,
        outcomes=empty,
        split=pd.read_parquet(folder / "split" / "split.parquet", columns=["application_id", "part", "reason"]),
        scores=scores,
        path=empty,
        decisions=empty,
        reasons=pd.read_parquet(
            folder / "explanations" / "reasons.parquet", columns=["application_id", "side", "rank", "family"]
        ),
        contributions=empty,
        study=_study(folder),
    )


def _study(folder: Path) -> Study | None:
    """What `techcredit study` measured, where it has finished for this run."""
    paths = [folder / name / f"{name}.json" for name in STUDIED]
    return Study(*(read_json(path) for path in paths)) if all(path.exists() for path in paths) else None
