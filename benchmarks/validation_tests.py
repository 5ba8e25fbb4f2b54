"""How often the tests of a validation reject PDs at 5 %: true ones, in a common bad or mild year, and wrong ones.

Usage: python -m benchmarks.validation_tests [--draws 200] [--seed 7]

Loans are drawn with known PDs of about 4 % (logit normal, as the simulated portfolio's). `true`: outcomes by these PDs.
`common year`: the same with one common factor of asset correlation 0.03 (Vasicek). `too high`: PDs of 1.44 times
the odds that outcomes follow; `too low`: 0.8 times; `flat`: outcomes by a slope of
0.75. Prints a table with a row per case and expected number of defaults, then one line of JSON.
"""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri
from scipy.stats import norm

from models.validation.calibration_tests import hosmer_lemeshow, jeffreys_p, spiegelhalter
from models.validation.cox import cox
from models.validation.two_sided import binomial_two_sided, jeffreys_two_sided

RHO, LEVEL = 0.03, 0.05
DEFAULTS = (30, 100, 300)
MEAN = 0.04

Draw = Callable[[np.random.Generator, np.ndarray], np.ndarray]


def common_year(draw: np.random.Generator, pds: np.ndarray) -> np.ndarray:
    """PDs given one draw of the common factor."""
    given: np.ndarray = ndtr((ndtri(pds) - np.sqrt(RHO) * draw.normal()) / np.sqrt(1 - RHO))
    return given


CASES: Mapping[str, Draw] = {
    "true": lambda _, pds: pds,
    "common year": common_year,
    "too high": lambda _, pds: expit(logit(pds) - np.log(1.44)),
    "too low": lambda _, pds: expit(logit(pds) - np.log(0.8)),
    "flat": lambda _, pds: expit(0.75 * logit(pds) + 0.25 * logit(MEAN)),
}
TESTS = ("one-sided", "level", "level correlated", "slope", "recalibration", "hosmer_lemeshow", "spiegelhalter")


def rejected(defaulted: np.ndarray, pds: np.ndarray) -> list[bool]:
    """Whether each of TESTS rejects; `one-sided` is the ECB's test of PDs that are too low."""
    bad, loans, mean = int(defaulted.sum()), defaulted.size, float(pds.mean())
    line = cox(defaulted, pds)
    error = (line.slope_high - line.slope) / norm.isf(0.025)
    p_values = (
        jeffreys_p(bad, loans, mean),
        jeffreys_two_sided(bad, loans, mean),
        binomial_two_sided(bad, loans, mean, RHO),
        2 * norm.sf(abs(line.slope - 1) / error),
        line.p_value,
        hosmer_lemeshow(defaulted, pds).p_value,
        spiegelhalter(defaulted, pds).p_value,
    )
    return [bool(p < LEVEL) for p in p_values]


def study(draws: int, seed: int) -> list[dict[str, float | str]]:
    """One row per case and expected number of defaults: shares of draws that each test rejects."""
    rows: list[dict[str, float | str]] = []
    for case, outcome in CASES.items():
        for expected in DEFAULTS:
            draw = np.random.default_rng([seed, expected])
            found = []
            for _ in range(draws):
                pds = expit(draw.normal(-3.6, 0.95, round(expected / MEAN)))
                defaulted = (draw.random(pds.size) < outcome(draw, pds)).astype(np.float64)
                found.append(rejected(defaulted, pds))
            shares = np.mean(found, axis=0).round(3).tolist()
            rows.append({"case": case, "defaults": expected, **dict(zip(TESTS, shares, strict=True))})
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table and the line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args(arguments)
    rows = study(asked.draws, asked.seed)
    print("  ".join(("case         defaults", *(f"{name:>16}" for name in TESTS))))
    for row in rows:
        print("  ".join((f"{row['case']:<12} {row['defaults']:>8}", *(f"{row[name]:>16.3f}" for name in TESTS))))
    print(json.dumps({"draws": asked.draws, "seed": asked.seed, "rows": rows}))


if __name__ == "__main__":
    main()
