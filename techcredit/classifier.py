"""A scikit-learn classifier around the stage stacks: pooled and own stack, blend, calibration."""

import numbers
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_array
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_feature_names,
    _check_n_features,
    _check_sample_weight,
    check_is_fitted,
    column_or_1d,
)

from models.fitting.stage_model import StageModel
from techcredit.fitting import Rows, fitted, names_of, united
from techcredit.parameters import HOUSE, parameters

ONLY = "all"
"""Stage of every loan where no column gives one."""
OUTCOMES = 2


class StageSegmentedClassifier(ClassifierMixin, BaseEstimator):
    """PD by lifecycle stage: a stack of all stages, blended with the stage's own by out-of-fold loss, calibrated.

    The second of the two sorted classes of `y` is the default. A missing value (NaN) is taken as it is.

    Parameters
    ----------
    stage : name or position of the column of X that holds the stage (a text or a number); None for a single stage.
    risk : direction of risk by name or position of a feature in X as given, the column of the stage counted too; +1
        rises with it and -1 falls; held in every tree.
    minimum_defaults : with fewer defaults nothing is fitted, nor with fewer loans without: an error says so.
    stage_defaults : with fewer defaults a stage is scored by the stack of all stages.
    prior_defaults : defaults that the calibration line of all stages counts for beside those of a stage.
    folds, num_iterations : folds of out-of-fold scores, and most trees of each booster.
    random_state : seed; without sampling of rows or features it changes nothing.
    n_jobs : threads.

    After `fit`: `classes_`, `stages_`, `stage_at_` (position of the stage in X, -1 without), `models_` (a `StageModel`
    per stage), `n_features_in_`, and `feature_names_in_` where X has names.
    """

    def __init__(
        self,
        stage: str | int | None = None,
        *,
        risk: Mapping[str | int, int] | None = None,
        minimum_defaults: int = 30,
        stage_defaults: int = HOUSE["minimum_defaults"],
        prior_defaults: float = HOUSE["prior_defaults"],
        folds: int = HOUSE["folds"],
        num_iterations: int = HOUSE["num_iterations"],
        random_state: int = 0,
        n_jobs: int = 1,
    ) -> None:
        self.stage = stage
        self.risk = risk
        self.minimum_defaults = minimum_defaults
        self.stage_defaults = stage_defaults
        self.prior_defaults = prior_defaults
        self.folds = folds
        self.num_iterations = num_iterations
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X: Any, y: Any, sample_weight: Any = None, groups: Any = None) -> "StageSegmentedClassifier":
        """Fit on loans in rows; `groups` (of enterprises) are never split between folds.

        Raises
        ------
        ValueError
            When y has not two classes, there are too few defaults, or X, weights or groups do not fit.
        """
        values, stage = self._split(X, reset=True)
        labels = self._labels(y, len(values))
        weight = _check_sample_weight(sample_weight, values, dtype="float64", ensure_non_negative=True)
        kept = weight > 0
        self.classes_, defaulted = np.unique(labels[kept], return_inverse=True)
        self._require_classes(np.bincount(defaulted, minlength=OUTCOMES))
        owner = np.zeros(len(values)) if groups is None else column_or_1d(groups)
        if len(owner) != len(values):
            message = f"wanted one group per loan; got {len(owner)} for {len(values)} loans"
            raise ValueError(message)
        rows = Rows(values[kept], defaulted.astype("float64"), weight[kept], stage[kept], owner[kept].astype("object"))
        params = parameters(
            {
                "minimum_defaults": self.stage_defaults,
                "prior_defaults": self.prior_defaults,
                "folds": self.folds,
                "num_iterations": self.num_iterations,
                "seed": self._seed(),
                "num_threads": self.n_jobs,
            }
        )
        self.models_ = fitted(united(rows, groups is not None), self._directions(X), params)
        self.stage_at_ = self._position(self._columns(X))
        self.stages_ = np.array(sorted(self.models_), dtype="object")
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Probability of each class, shape (loans, 2); the second column is the PD, rounded to eight digits."""
        pds = self._each(X, "probability")
        return np.column_stack([1 - pds, pds])

    def decision_function(self, X: Any) -> NDArray[np.float64]:
        """Calibrated log-odds of default, shape (loans,)."""
        return self._each(X, "logit")

    def predict(self, X: Any) -> NDArray[Any]:
        """The likelier class of each loan. A decision on a loan is a cut-off's (see `techcredit.certify`), not this."""
        logits = self._each(X, "logit")
        return np.asarray(self.classes_[(logits > 0).astype(int)])

    def by_stage(self, X: Any) -> Iterator[tuple[StageModel, NDArray[np.int64], pd.DataFrame]]:
        """Model, positions and features of the rows of each stage, features under the names that the model has.

        Raises
        ------
        ValueError
            When a stage was not among those of `fit`.
        """
        check_is_fitted(self, "models_")
        values, stage = self._split(X, reset=False)
        unknown = sorted(set(stage.tolist()) - set(self.models_))
        if unknown:
            message = f"wanted stages among {', '.join(self.models_)}; got {unknown[0]!r}"
            raise ValueError(message)
        table = pd.DataFrame(values, columns=list(names_of(values.shape[1])))
        for name, model in self.models_.items():
            rows = np.flatnonzero(stage == name)
            if len(rows):
                yield model, rows, table.iloc[rows].reset_index(drop=True)

    def feature_names(self) -> list[str]:
        """Names of the features, the stage left out: those of X, or x0, x1, … by position."""
        check_is_fitted(self, "models_")
        named = getattr(self, "feature_names_in_", [f"x{at}" for at in range(self.n_features_in_)])
        return [str(name) for number, name in enumerate(named) if number != self.stage_at_]

    def _each(self, X: Any, what: str) -> NDArray[np.float64]:
        parts = list(self.by_stage(X))
        found = np.empty(sum(len(rows) for _, rows, _ in parts))
        for model, rows, table in parts:
            found[rows] = getattr(model, what)(table)
        return found

    def _split(self, X: Any, *, reset: bool) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
        """Features as numbers, and the stage of each row as text."""
        _check_feature_names(self, X, reset=reset)
        checks = {"dtype": "float64", "ensure_all_finite": "allow-nan", "estimator": self, "input_name": "X"}
        if self.stage is None:
            values = check_array(X, **checks)
            _check_n_features(self, values, reset=reset)
            return values, np.full(len(values), ONLY, dtype="object")
        frame = X if isinstance(X, pd.DataFrame) else pd.DataFrame(check_array(X, dtype=None, ensure_all_finite=False))
        _check_n_features(self, frame, reset=reset)
        at = self._position(list(frame.columns))
        stage = frame.iloc[:, at]
        if stage.isna().any():
            message = f"wanted a stage in every row of column {self.stage!r}; {int(stage.isna().sum())} have none"
            raise ValueError(message)
        return check_array(frame.drop(columns=frame.columns[at]), **checks), stage.astype("str").to_numpy("object")

    def _position(self, columns: list[Any]) -> int:
        """Position of the column of the stage, -1 without one."""
        if self.stage is None:
            return -1
        if self.stage in columns:
            return columns.index(self.stage)
        if isinstance(self.stage, int) and 0 <= self.stage < len(columns):
            return self.stage
        message = f"wanted the column {self.stage!r} of the stage in X; it has {', '.join(map(str, columns[:20]))}"
        raise ValueError(message)

    def _labels(self, y: Any, loans: int) -> NDArray[Any]:
        if y is None:
            message = "requires y to be passed, but the target y is None"
            raise ValueError(message)
        labels = column_or_1d(y, warn=True)
        check_classification_targets(labels)
        if len(labels) != loans:
            message = f"wanted one outcome per loan; got {len(labels)} for {loans} loans"
            raise ValueError(message)
        return np.asarray(labels)

    def _require_classes(self, counts: NDArray[np.int64]) -> None:
        if len(self.classes_) != OUTCOMES:
            several = "Only binary classification is supported: " if len(self.classes_) > OUTCOMES else ""
            message = f"{several}wanted two classes of outcomes; got {len(self.classes_)} class(es)"
            raise ValueError(message)
        if counts.min() < self.minimum_defaults:
            message = (
                f"wanted at least {self.minimum_defaults} defaults and as many loans without (minimum_defaults); "
                f"got {counts[1]} and {counts[0]}"
            )
            raise ValueError(message)

    def _seed(self) -> int:
        if isinstance(self.random_state, numbers.Integral):
            return int(self.random_state)
        return (
            int(np.random.default_rng().integers(2**31 - 1)) if self.random_state is None else _drawn(self.random_state)
        )

    def _columns(self, X: Any) -> list[Any]:
        """Names of the columns of X as given, or their positions."""
        named = getattr(self, "feature_names_in_", range(self.n_features_in_))
        return list(X.columns if isinstance(X, pd.DataFrame) else named)

    def _directions(self, X: Any) -> dict[str, int]:
        """Direction by the name that a feature has in the models; names and positions are those of X as given."""
        columns = self._columns(X)
        stage = self._position(columns)
        features = [at for at in range(len(columns)) if at != stage]
        internal = dict(zip(features, names_of(len(features)), strict=True))
        found: dict[str, int] = {}
        for feature, sign in (self.risk or {}).items():
            at = columns.index(feature) if feature in columns else feature
            if not isinstance(at, int) or at not in internal or sign not in (-1, 0, 1):
                message = f"wanted directions -1, 0 or +1 of features of X; got {feature!r}: {sign!r}"
                raise ValueError(message)
            if found.get(internal[at], sign) != sign:
                message = f"wanted one direction of each feature; got two of {columns[at]!r}"
                raise ValueError(message)
            found[internal[at]] = int(sign)
        return found

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags


def _drawn(state: Any) -> int:
    """A seed drawn from a generator of the caller."""
    return int(state.randint(2**31 - 1))
