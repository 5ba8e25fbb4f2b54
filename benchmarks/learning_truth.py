"""The known truth of a simulated setting, and as many applications of it as are asked for."""

from functools import cache

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit

from benchmarks.learning_settings import SimulatedSetting
from policy.segments import STAGES

STAGE_ENDS = (-0.5, 0.5)
"""Where the first column, the age of the enterprise, parts the three stages [standard deviations]."""
FACTORS = 5
"""Common factors behind the columns, which correlate them."""
OF_ENTERPRISE = 0.9
"""How alike the applications of one enterprise are [correlation of a column's latent value is its square]."""
PAIRS = 4
"""Pairs of drivers that act together."""
HOLES, OUTCOMES = 4, 5
"""Streams of random numbers beside those of the latent values."""
REFERENCE = 20_000
"""Applications by which the level and the spread of the log-odds are set."""
TESTED_UNTIL = 1.25
"""End of the tested time under drift; that of the other rows is 0 to 1."""


def drawn(setting: SimulatedSetting, count: int, draw: int) -> pd.DataFrame:
    """`count` applications of a draw to fit on; those of a smaller count are the first of a larger one.

    Columns x0, …, with stage, enterprise, time, pd_true and defaulted.
    """
    return _drawn(setting, count, (setting.seed, 1, draw), f"{setting.name}-{draw}", 0.0, 1.0)


def fresh(setting: SimulatedSetting, count: int) -> pd.DataFrame:
    """`count` applications of other enterprises to test on, the same for all draws; columns as in `drawn`."""
    times = (1.0, TESTED_UNTIL) if setting.drifts else (0.0, 1.0)
    return _drawn(setting, count, (setting.seed, 2), f"{setting.name}-tested", *times)


def _drawn(
    setting: SimulatedSetting, count: int, key: tuple[int, ...], name: str, first: float, last: float
) -> pd.DataFrame:
    truth = _truth(setting)
    owner, fixed, time = _latent(setting.features, count, key, first, last)
    latent = fixed + np.outer(time, truth.column_moves)
    holes, outcomes = (np.random.default_rng([*key, stream]) for stream in (HOLES, OUTCOMES))
    true = truth.probability(latent, time)
    known = {
        "stage": np.array(STAGES, dtype="object")[stage_of(latent)],
        "enterprise": [f"{name}-{number}" for number in owner],
        "time": time,
        "pd_true": true,
        "defaulted": (outcomes.random(count) < true).astype(float),
    }
    columns = [f"x{at}" for at in range(setting.features)]
    table = pd.DataFrame(truth.shown(latent, holes.random(latent.shape)), columns=columns)
    return pd.concat([table, pd.DataFrame(known)], axis=1)


class Truth:
    """The true PD of a setting as a function of the latent values, and how these are shown to the models."""

    def __init__(self, setting: SimulatedSetting) -> None:
        draw = np.random.default_rng([setting.seed, 0])
        count = min(setting.features, max(6, min(24, setting.features // 3)))
        self.setting = setting
        self.drivers = draw.choice(setting.features, count, replace=False)
        falling = 0.93 ** np.arange(count)
        common, own = draw.normal(size=count) * falling, draw.normal(size=(len(STAGES), count)) * falling
        apart = setting.stages == "different"
        self.weights = np.sqrt(0.5) * (common + own) if apart else np.tile(common, (len(STAGES), 1))
        self.levels = np.array([0.5, 0.0, -0.5]) * apart
        self.moves = draw.normal(size=count) * falling * 0.8 * setting.drifts
        self.level_moves = 0.3 * setting.drifts
        self.column_moves = np.where(draw.random(setting.features) < 0.25, 0.5, 0.0) * setting.drifts
        self.column_moves[0] = 0.0
        self.curve = draw.integers(0, 4, count)
        self.steps = np.sort(draw.normal(size=(count, 3)), axis=1)
        self.jumps = draw.normal(size=(count, 3))
        self.pairs = [tuple(draw.choice(count, 2, replace=False)) for _ in range(PAIRS)]
        self.pair_weights = draw.normal(size=PAIRS)
        self.look = draw.integers(0, 3, setting.features)
        self.missing = draw.choice([0.0, 0.0, 0.1, 0.4], setting.features)
        _, latent, time = _latent(setting.features, REFERENCE, (setting.seed, 3), 0.0, 1.0)
        latent = latent + np.outer(time, self.column_moves)
        self.middle = self._effects(latent).mean(axis=0)
        signal = self._signal(latent, time)
        self.mean, self.scale = float(signal.mean()), setting.spread / float(signal.std())
        scaled = (signal - self.mean) * self.scale
        self.level = float(brentq(lambda level: expit(level + scaled).mean() - setting.base_rate, -15, 15))

    def probability(self, latent: np.ndarray, time: np.ndarray) -> np.ndarray:
        """True PD, one per row."""
        return np.asarray(expit(self.level + (self._signal(latent, time) - self.mean) * self.scale))

    def shown(self, latent: np.ndarray, uniform: np.ndarray) -> np.ndarray:
        """Columns as the models see them: plain, as an amount with a long tail, or as a count; some with holes.

        `uniform` are numbers of the shape of `latent`, drawn from 0 to 1. Which values are missing depends on the
        column before, so that a hole says a little.
        """
        found = np.where(self.look == 1, np.exp(1.5 * latent), latent)
        found = np.where(self.look == 2, np.floor(np.exp(latent + 1)), found)
        beside = np.roll(latent, 1, axis=1)
        holes = uniform < self.missing * 2 * expit(beside)
        holes[:, 0] = False
        return np.where(holes, np.nan, found)

    def _signal(self, latent: np.ndarray, time: np.ndarray) -> np.ndarray:
        """Log-odds but for level and scale."""
        x = latent[:, self.drivers]
        effects = self._effects(latent) - self.middle
        stage = stage_of(latent)
        weights = self.weights[stage] + np.outer(2 * time - 1, self.moves)
        pairs = np.column_stack([self._pair(x[:, a], x[:, b]) for a, b in self.pairs])
        spread = np.sqrt((self.weights**2).sum() / len(STAGES))
        common = (effects * weights).sum(axis=1) + pairs @ self.pair_weights
        return np.asarray(common + spread * (self.levels[stage] + self.level_moves * time))

    def _effects(self, latent: np.ndarray) -> np.ndarray:
        """Effect of each driver before its weight, one column per driver."""
        x = latent[:, self.drivers]
        return self._smooth(x) if self.setting.truth == "smooth" else self._rough(x)

    def _smooth(self, x: np.ndarray) -> np.ndarray:
        """Straight, bent at both ends, steep then flat, or U-shaped, by driver."""
        curves = np.stack([x, np.tanh(1.5 * x) * 1.2, np.log1p(np.exp(2 * x)) - 1, (x**2 - 1) * 0.6])
        return np.asarray(np.take_along_axis(curves, self.curve[None, None, :], axis=0)[0])

    def _rough(self, x: np.ndarray) -> np.ndarray:
        """Three jumps of each driver."""
        return np.asarray(((x[:, :, None] > self.steps) * self.jumps).sum(axis=2))

    def _pair(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Product of two drivers, or 1 in the box where both are high."""
        if self.setting.truth == "smooth":
            return 0.7 * first * second
        return 2.0 * ((first > 0.3) & (second > 0.3))


def stage_of(latent: np.ndarray) -> np.ndarray:
    """Position of the stage in STAGES by the first column, one per row."""
    return np.searchsorted(STAGE_ENDS, latent[:, 0])


def _latent(
    features: int, count: int, key: tuple[int, ...], first: float, last: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Number of the enterprise, latent values of shape (count, features) and time; one to three rows per enterprise.

    Every kind of number has its own stream, so that the first rows do not depend on how many follow.
    """
    many, shared, own, times = (np.random.default_rng([*key, stream]) for stream in range(4))
    owner = np.repeat(np.arange(count), many.integers(1, 4, count))[:count]
    of_enterprise = shared.normal(size=(owner[-1] + 1, FACTORS + features))
    each = OF_ENTERPRISE * of_enterprise[owner]
    each = each + np.sqrt(1 - OF_ENTERPRISE**2) * own.normal(size=(count, FACTORS + features))
    loadings = 0.3 * np.random.default_rng(features).normal(size=(FACTORS, features))
    latent = (each[:, :FACTORS] @ loadings + each[:, FACTORS:]) / np.sqrt((loadings**2).sum(axis=0) + 1)
    return owner, latent, times.uniform(first, last, count)


@cache
def _truth(setting: SimulatedSetting) -> Truth:
    return Truth(setting)
