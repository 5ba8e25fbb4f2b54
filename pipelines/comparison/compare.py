"""A comparison of two models on the same loans, as plain data."""

from typing import Any

import pandas as pd

from models.errors import ModelError
from pipelines.comparison.decisions import approved, changed, lines, reasons_overlap
from pipelines.comparison.figures import measured, moved
from pipelines.comparison.loans import Labelled, decided_by
from pipelines.comparison.sides import Side
from pipelines.files import read_json


def compared(first: Side, second: Side, labelled: Labelled) -> tuple[dict[str, Any], pd.DataFrame]:
    """The comparison on those of the loans that are newer than both models' data, as plain data, and these loans.

    Both models decide each loan as `techcredit score` would. Loans that no stage rule of either model fits are counted
    and left out. The stages of the figures are those of the second model.

    Raises
    ------
    ModelError
        When the PDs of the models are of different outcome windows.
    """
    measures = [each.bundle.procedure.measure for each in (first, second)]
    if measures[0] != measures[1]:
        message = (
            f"wanted two models of the same PD; that of {first.name} is {measures[0]}, of {second.name} {measures[1]}"
        )
        raise ModelError(message)
    loans = labelled.newer((first, second))
    before, after = decided_by(labelled.tables, loans, (first, second))
    content: dict[str, Any] = {
        "first": _told(first),
        "second": _told(second),
        "loans_of": labelled.name,
        "newer_than": str(max(first.last_used, second.last_used).date()),
        "loans": len(loans),
        "defaults": int(loans["defaulted"].sum()),
        "lines": lines(first, second),
    }
    known = _known(before) & _known(after)
    if not known.any():
        return {**content, "without_stage": len(loans), "from": None, "to": None}, loans[:0]
    mine, before, after = (frame[known].reset_index(drop=True) for frame in (loans, before, after))
    mine = mine.assign(stage=after["stage"])
    rho = float(read_json(second.folder / "thresholds" / "thresholds.json")["stock_flow"]["rho"])
    return {
        **content,
        "without_stage": int((~known).sum()),
        "from": str(loans["as_of"].min().date()),
        "to": str(loans["as_of"].max().date()),
        "asset_correlation": rho,
        "figures": measured(mine, before["pd"], after["pd"], rho),
        "approved": {"first": approved(mine, before["decision"]), "second": approved(mine, after["decision"])},
        "decisions": changed(mine, before["decision"], after["decision"]),
        "reasons": reasons_overlap(before, after),
        "moved": moved(mine["stage"], before, after),
        "other_stage": int((before["stage"] != after["stage"]).sum()),
    }, loans


def _known(decided: pd.DataFrame) -> pd.Series:
    return decided["pd"].notna() if "pd" in decided else pd.Series(False, index=decided.index)


def _told(side: Side) -> dict[str, Any]:
    return {
        "name": side.name,
        "identity": side.identity[:16],
        "models": {stage: model.version for stage, model in side.bundle.models.items()},
        "last_used": str(side.last_used.date()),
    }
