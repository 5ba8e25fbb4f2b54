"""An Optuna study of parameters in SQLite: seeded, resumable, of one set of data. The only importer of optuna."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from models.errors import ModelError
from models.fitting.params import TrainParams

SPACE: Mapping[str, tuple[float, float]] = {
    "num_leaves": (4, 64),
    "max_depth": (2, 6),
    "learning_rate": (0.01, 0.3),
    "min_data_in_leaf": (5, 500),
    "lambda_l2": (0.01, 1000.0),
    "feature_fraction": (0.1, 1.0),
}
"""Lowest and highest value of each parameter searched; all but the depth on a logarithmic scale."""
WHOLE = ("num_leaves", "max_depth", "min_data_in_leaf")
"""Parameters that are whole numbers."""


def marks(params: TrainParams, data: str) -> dict[str, str]:
    """What a study belongs to: the fingerprint of its data, and the parameters that it does not search."""
    return {"data": data, "fixed": str({k: v for k, v in asdict(params).items() if k not in SPACE})}


def open_study(path: Path, name: str, belongs_to: Mapping[str, str], params: TrainParams) -> optuna.Study:
    """The study `name` of the file, made when it is new; a new one begins with the parameters of `params`.

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
        study.enqueue_trial({parameter: getattr(params, parameter) for parameter in SPACE})
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
    """Up to `trials` further trials, none begun after `seconds`; `told` gets number, parameters and loss of each."""

    def objective(trial: optuna.Trial) -> float:
        parameters = {parameter: _suggested(trial, parameter) for parameter in SPACE}
        found = loss(replace(params, **parameters))
        told(trial.number, parameters, found)
        return found

    study.optimize(objective, n_trials=trials, timeout=seconds)


def _suggested(trial: optuna.Trial, parameter: str) -> Any:
    low, high = SPACE[parameter]
    if parameter in WHOLE:
        return trial.suggest_int(parameter, int(low), int(high), log=parameter != "max_depth")
    return trial.suggest_float(parameter, low, high, log=True)


def best_lines(study: optuna.Study) -> str:
    """The best parameters as lines for params.yaml, after comments with its loss and that of the first trial."""
    done: list[FrozenTrial] = study.get_trials(states=(TrialState.COMPLETE,))
    best, first = study.best_trial, done[0]
    parameters = "".join(
        f"{parameter}: {value}\n" if parameter in WHOLE else f"{parameter}: {value:.4g}\n"
        for parameter, value in best.params.items()
    )
    return (
        f"# trial {best.number} of {len(done)}: log-loss {best.value:.6f} on later development loans; "
        f"trial {first.number} had {first.value:.6f}\n{parameters}"
    )
