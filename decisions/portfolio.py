"""Certificates of all size classes of one book, and the weights of its outcomes."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from decisions.certificate import Certificate, certify
from decisions.swap_ins import SwapIns, swap_ins
from decisions.tolerance import Tolerance


def sensitivity(
    scored: pd.DataFrame, unlabelled: pd.DataFrame, certificates: Mapping[str, Certificate]
) -> dict[str, SwapIns]:
    """Swap-ins of each certified class: rejected applicants of the certification part with a PD within the cut-off."""
    known = scored[(scored["part"] == "certification") & scored["decidable"]]
    turned_away = unlabelled[unlabelled["planned_part"] == "certification"]
    found = {}
    for name, certificate in certificates.items():
        if certificate.cut_off is None or certificate.observed_ratio is None:
            continue
        book = known[(known["size_class"] == name) & (known["pd"] <= certificate.cut_off)]
        swaps = turned_away[(turned_away["size_class"] == name) & (turned_away["pd"] <= certificate.cut_off)]
        found[name] = swap_ins(
            certificate.observed_ratio,
            float((book["exposure"] * book["weight"]).sum()),
            swaps["pd"].to_numpy(),
            swaps["exposure"].to_numpy(),
            certificate.tolerance,
        )
    return found


class Certificates(NamedTuple):
    """Certificate by size class, and the paths of all classes one below the other with a column size_class."""

    by_class: dict[str, Certificate]
    paths: pd.DataFrame


def outcome_weights(loans: pd.DataFrame) -> tuple[float, float] | None:
    """Weights (not defaulted, defaulted) of a sample drawn by outcome, from all its loans; None unless both occur."""
    found = loans.groupby("defaulted")["weight"].first()
    return (float(found[0.0]), float(found[1.0])) if {0.0, 1.0} <= set(found.index) else None


def certify_classes(
    scored: pd.DataFrame,
    tolerances: Mapping[str, Tolerance],
    *,
    delta: float,
    design: str,
    grid: int,
    start_stress: float,
    mode: str = "weighted_binomial",
    largest_exposure: float | None = None,
) -> Certificates:
    """One certificate per size class, each at the full delta, from the loans of the part `certification`.

    `scored` has part, size_class, pd, exposure, defaulted, weight, decidable (`decisions.decide.could_approve`): the
    certificate is tested on exactly the loans that the whole procedure would approve. A statement for each class, not
    for all jointly.
    """
    known = scored[(scored["part"] == "certification") & scored["decidable"]]
    weights = outcome_weights(scored) if design == "outcome" else None
    certificates, paths = {}, []
    for size_class, limit in tolerances.items():
        rows = known[known["size_class"] == size_class]
        found = certify(
            rows["pd"],
            rows["exposure"],
            rows["defaulted"],
            rows["weight"],
            limit.value,
            delta,
            design=design,
            size_class=size_class,
            grid=grid,
            start_stress=start_stress,
            outcome_weights=weights,
            mode=mode,
            largest_exposure=largest_exposure,
        )
        certificates[size_class] = found.certificate
        if len(found.path):
            paths.append(found.path.assign(size_class=size_class))
    return Certificates(certificates, pd.concat(paths, ignore_index=True) if paths else pd.DataFrame())
