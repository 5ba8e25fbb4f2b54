"""An Optuna study of knobs in a SQLite file: seeded, resumable, of one set of data. The only importer of optuna."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from models.params import TrainParams
from models.stage_model import ModelError

SPACE: Mapping[str, tuple[float, float]] = {
    "leaves": (4, 64),
    "max_depth": (2, 6),
    "learning_rate": (0.01, 0.3),
    "rows_a_leaf": (5, 500),
    "l2": (0.01, 1000.0),
    "feature_share": (0.1, 1.0),
}
"""Lowest and highest value of each knob searched; all but the depth on a logarithmic scale."""
WHOLE = ("leaves", "max_depth", "rows_a_leaf")
"""Knobs that are whole numbers."""


def marks(params: TrainParams, data: str) -> dict[str, str]:
    """What a study belongs to: the fingerprint of its data, and the knobs that it does not search."""
    return {"data": data, "fixed": str({k: v for k, v in asdict(params).items() if k not in SPACE})}


def open_study(path: Path, name: str, belongs_to: Mapping[str, str], params: TrainParams) -> optuna.Study:
    """The study `name` of the file, made when it is new; a new one begins with the knobs of `params`.

    The seed moves on with the trials already made, so a resumed search does not repeat itself.

    Raises
    ------
    ModelError
        When the study belongs to something else than `belongs_to`.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    path.parent.mkdir(parents=True, exist_ok=True)
    study = optuna.create_study(storage=f"sqlite:///{path}", study_name=name, direction="minimize", load_if_exists=True)
    for key, wanted in belongs_to.items():
        found = study.user_attrs.get(key, wanted)
        if found != wanted:
            message = (
                f"{path}, study {name}: wanted {key} {wanted}; it is of {found}. Move the file away to begin anew."
            )
            raise ModelError(message)
        study.set_user_attr(key, wanted)
    for trial in study.get_trials(states=(TrialState.RUNNING,)):
        # Left behind by a search that was stopped: it will never end.
        study.tell(trial.number, state=TrialState.FAIL)
    if not study.trials:
        study.enqueue_trial({knob: getattr(params, knob) for knob in SPACE})
    study.sampler = optuna.samplers.TPESampler(seed=params.seed + len(study.get_trials(states=(TrialState.COMPLETE,))))
    return study


def search(
    study: optuna.Study,
    params: TrainParams,
    loss: Callable[[TrainParams], float],
    told: Callable[[int, Mapping[str, Any], float], None],
    trials: int,
    seconds: float,
) -> None:
    """Up to `trials` further trials, none begun after `seconds`; `told` hears number, knobs and loss of each."""

    def objective(trial: optuna.Trial) -> float:
        knobs = {knob: _suggested(trial, knob) for knob in SPACE}
        found = loss(replace(params, **knobs))
        told(trial.number, knobs, found)
        return found

    study.optimize(objective, n_trials=trials, timeout=seconds)


def _suggested(trial: optuna.Trial, knob: str) -> Any:
    low, high = SPACE[knob]
    if knob in WHOLE:
        return trial.suggest_int(knob, int(low), int(high), log=knob != "max_depth")
    return trial.suggest_float(knob, low, high, log=True)


def best_lines(study: optuna.Study) -> str:
    """The best knobs as lines for params.yaml, after comments with its loss and that of the first trial."""
    done: list[FrozenTrial] = study.get_trials(states=(TrialState.COMPLETE,))
    best, first = study.best_trial, done[0]
    knobs = "".join(
        f"{knob}: {value}\n" if knob in WHOLE else f"{knob}: {value:.4g}\n" for knob, value in best.params.items()
    )
    return (
        f"# trial {best.number} of {len(done)}: log-loss {best.value:.6f} on later development loans; "
        f"trial {first.number} had {first.value:.6f}\n{knobs}"
    )
