"""The master scale on the loans of a run: grades back-tested, their order, concentration, and migration."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from models.back_tests.counts import Counts, counts
from models.back_tests.limits import Fewest
from models.back_tests.records import Record
from models.validation.calibration_tests import jeffreys_interval
from models.validation.grade_scale import migration_matrix, migration_p, migration_z, neighbours
from models.validation.stability import concentration_p, herfindahl, migration

LATEST = 24
"""Months after which another application of an enterprise counts as no move of its grade."""
FEWEST_PAIRS = 50


def grade_table(later: pd.DataFrame, before: pd.DataFrame, codes: Sequence[str]) -> list[dict[str, Any]]:
    """One row per grade, best first: loans, defaults, shares now and at development, mean PD, rate and its interval."""
    now = later.groupby("grade")["weight"].sum() / later["weight"].sum()
    then = before.groupby("grade")["weight"].sum() / before["weight"].sum()
    rows = []
    for code in codes:
        loans = later[later["grade"] == code]
        row: dict[str, Any] = {
            "grade": code,
            "loans": len(loans),
            "defaults": int(loans["defaulted"].sum()),
            "share": float(now.get(code, 0.0)),
            "share_development": float(then.get(code, 0.0)),
        }
        known = counts(loans) if len(loans) else None
        low, high = jeffreys_interval(known.effective_defaults, known.effective) if known else (None, None)
        rate, mean = (known.rate, known.mean_pd) if known else (None, None)
        rows.append({**row, "mean_pd": mean, "default_rate": rate, "default_rate_low": low, "default_rate_high": high})
    return rows


def order_records(later: pd.DataFrame, codes: Sequence[str], fewest: Fewest) -> list[Record]:
    """Record `grade_order` of every grade with loans but the best: its rate is not below that of the better one."""
    held = [(code, counts(later[later["grade"] == code])) for code in codes if (later["grade"] == code).any()]
    sizes = [of.whole() for _, of in held]
    tests = neighbours([bad for bad, _ in sizes], [all_ for _, all_ in sizes])
    found = []
    for (_, better), (code, worse), test in zip(held[:-1], held[1:], tests, strict=True):
        few = _few(better, worse, fewest)
        found.append(
            Record(
                "grade_order",
                "grade",
                code,
                worse.rate - better.rate,
                None if few else test.falls,
                loans=worse.loans,
                defaults=worse.defaults,
                why=few,
            )
        )
    return found


def _few(better: Counts, worse: Counts, fewest: Fewest) -> str | None:
    if min(better.loans, worse.loans) < fewest.loans:
        return "few_loans"
    return "few_defaults" if better.effective_defaults + worse.effective_defaults < fewest.expected_defaults else None


def told_apart(later: pd.DataFrame, codes: Sequence[str]) -> dict[str, float]:
    """p-value by grade that its rate is that of the next better grade with loans; small: the two are told apart."""
    held = [(code, counts(later[later["grade"] == code]).whole()) for code in codes if (later["grade"] == code).any()]
    tests = neighbours([bad for _, (bad, _) in held], [all_ for _, (_, all_) in held])
    return {code: test.rises for (code, _), test in zip(held[1:], tests, strict=True)}


def concentration_of(before: pd.DataFrame, later: pd.DataFrame, codes: Sequence[str]) -> dict[str, Any]:
    """Herfindahl index of grades at development and now, by number and by amount, and the ECB's p-value by number."""
    shares = {
        (when, by): loans.assign(amount=loans["exposure"] * loans["weight"])
        .groupby("grade")[by]
        .sum()
        .reindex(list(codes), fill_value=0.0)
        .to_numpy(dtype=np.float64)
        for when, loans in (("development", before), ("out_of_time", later))
        for by in ("weight", "amount")
    }
    index = {key: herfindahl(of) for key, of in shares.items()}
    initial, current = index["development", "weight"], index["out_of_time", "weight"]
    return {
        "grades": len(codes),
        **{f"{when}_{'number' if by == 'weight' else by}": of.index for (when, by), of in index.items()},
        "largest_share": float((shares["out_of_time", "weight"] / shares["out_of_time", "weight"].sum()).max()),
        "p_value": concentration_p(initial, current, len(codes)) if current.variation > 0 else None,
    }


def concentration_record(name: str, dimension: str, found: Mapping[str, Any], later: pd.DataFrame) -> Record:
    """Record `concentration` of a group."""
    return Record(
        "concentration",
        dimension,
        name,
        found["out_of_time_number"],
        found["p_value"],
        loans=len(later),
        defaults=int(later["defaulted"].sum()),
        why=None if found["p_value"] is not None else "no_spread",
    )


def pairs(table: pd.DataFrame) -> pd.DataFrame:
    """Consecutive applications of an enterprise at most LATEST months apart: columns before and after, their grades.

    Applications of one day count once, the last by name. The later of the two is one that no model was fitted on.
    """
    known = table.sort_values(["enterprise_id", "as_of", "application_id"])
    known = known.drop_duplicates(["enterprise_id", "as_of"], keep="last")
    of = known.groupby("enterprise_id", sort=False)
    before, day = of["grade"].shift(), of["as_of"].shift()
    near = day.notna() & (known["as_of"] <= day + pd.DateOffset(months=LATEST))
    kept = near & (known["part"] == "out_of_time") & known["grade"].notna() & before.notna()
    return pd.DataFrame({"before": before[kept], "after": known.loc[kept, "grade"]})


def migration_of(table: pd.DataFrame, codes: Sequence[str], level: float) -> dict[str, Any]:
    """Migration matrix of consecutive applications, its bandwidths, p-values by cell, and cells below `level`.

    Missing (with `absent`) where fewer than FEWEST_PAIRS enterprises applied again.
    """
    moves = pairs(table)
    found: dict[str, Any] = {"pairs": len(moves), "months": LATEST, "grades": list(codes)}
    if len(moves) < FEWEST_PAIRS:
        return {**found, "matrix": None, "absent": "few_loans"}
    matrix = migration_matrix(moves["before"], moves["after"], list(codes))
    wide, p = migration(matrix), migration_p(migration_z(matrix))
    tested = np.isfinite(p)
    return {
        **found,
        "matrix": matrix.tolist(),
        "upper": wide.upper,
        "lower": wide.lower,
        "p_values": [[float(cell) if np.isfinite(cell) else None for cell in row] for row in p],
        "cells": int(tested.sum()),
        "cells_below_level": int((p[tested] < level).sum()),
        "stayed": float(np.trace(matrix) / matrix.sum()),
        "absent": None,
    }


def migration_records(found: Mapping[str, Any]) -> list[Record]:
    """Records migration_up, migration_down and migration_z."""
    keys = {"migration_up": "upper", "migration_down": "lower", "migration_z": "cells_below_level"}
    return [
        Record(
            test, "total", "total", None if found["absent"] else found[key], loans=found["pairs"], why=found["absent"]
        )
        for test, key in keys.items()
    ]
