"""The approved out-of-time book by public guarantee, and what it is without the loans that are fully covered."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from policy.segments import SIZE_CLASSES, STAGES
from reports.codes import COVERS
from reports.inputs import Inputs, amount_ratio
from reports.links import Codes, counted
from reports.numbers import count, percent
from reports.texts import both, coded
from reports.view import Grid, Paragraph, Row, Section, number, short
from schemas.declarations import Text

FULL_COVER = 0.95
"""A guaranteed share of at least this counts as full cover [fraction]."""
NOT_FULL = COVERS[1:]
"""Every cover but a full one."""


@dataclass(frozen=True)
class Cover:
    """Fully guaranteed loans of the study (all parts) and the approved out-of-time book with and without them."""

    study_loans: int
    study_defaults: int
    approved_share: float | None
    with_full: float | None
    without_full: float | None


def cover_of(share: pd.Series) -> pd.Series:
    """Guarantee cover of each loan, one of COVERS, from the guaranteed share [fraction].

    >>> cover_of(pd.Series([1.0, 0.5, 0.0, None])).tolist()
    ['full', 'part', 'none', 'unknown']
    """
    known = [share >= FULL_COVER, share > 0, share.notna()]
    return pd.Series(np.select(known, COVERS[:3], default=COVERS[3]), index=share.index, dtype="str")


def is_known(inputs: Inputs) -> bool:
    """True when the source has the guaranteed share of at least one application."""
    return "guaranteed_share" in inputs.features.columns and bool(inputs.features["guaranteed_share"].notna().any())


def cover(inputs: Inputs) -> Cover:
    """Counts and ratios of fully guaranteed loans; the source must have guaranteed shares (see `is_known`)."""
    full = inputs.features.loc[inputs.features["guaranteed_share"] >= FULL_COVER, "application_id"]
    study = inputs.scores[inputs.scores["application_id"].isin(full)]
    later = inputs.decided()
    approved = later[later["decision"] == "approve"]
    fully = approved["guaranteed_share"] >= FULL_COVER
    amount = float(approved["amount"].sum())
    return Cover(
        len(study),
        int(study["defaulted"].sum()),
        float(approved.loc[fully, "amount"].sum()) / amount if amount > 0 else None,
        amount_ratio(approved),
        amount_ratio(approved[~fully]),
    )


def sentence(inputs: Inputs) -> Text | None:
    """What full guarantees do to the headline, in words; None where no approved loan has one."""
    if not is_known(inputs):
        return None
    found = cover(inputs)
    if not found.approved_share:
        return None
    return both(
        "cover_text.sentence",
        limit=percent(FULL_COVER, 0),
        loans=count(found.study_loans),
        defaults=count(found.study_defaults),
        share=percent(found.approved_share, 1),
        with_full=percent(found.with_full),
        without_full=percent(found.without_full),
    )


def section(inputs: Inputs) -> Section | None:
    """The approved out-of-time book by guarantee cover and by stage; None where the source has no guarantees."""
    if not is_known(inputs):
        return None
    later = inputs.decided()
    later = later.assign(cover=cover_of(later["guaranteed_share"]))
    approved = later[later["decision"] == "approve"]
    rows = [
        _row(coded("cover", code), approved[approved["cover"] == code], later[later["cover"] == code], {"cover": code})
        for code in COVERS
        if (later["cover"] == code).any()
    ]
    rows.append(_row(both("cover_text.all"), approved, later, {}, strong=True))
    some_full = bool((later["cover"] == "full").any())
    if some_full:
        rest, rest_of_all = approved[approved["cover"] != "full"], later[later["cover"] != "full"]
        rows.append(_row(both("cover_text.without_full"), rest, rest_of_all, {"cover": NOT_FULL}, strong=True))
    told = sentence(inputs)
    blocks = [Paragraph(told)] if told is not None else []
    grids = (
        _grid("cover_text.by_cover", "column.cover", rows),
        _by("size", SIZE_CLASSES, approved, later),
        _by("stage", STAGES, approved, later),
    )
    reading = both("cover_text.reading" if some_full else "cover_text.no_full", limit=percent(FULL_COVER, 0))
    return Section("cover", both("page.cover"), (*blocks, *grids, Paragraph(reading, "note")))


def _by(family: str, codes: tuple[str, ...], approved: pd.DataFrame, later: pd.DataFrame) -> Grid:
    """Each group with all its loans and, where the book has full cover, without it; empty groups are left out."""
    column = {"stage": "stage", "size": "size_class"}[family]
    rows = []
    for code in codes:
        mine, every = approved[approved[column] == code], later[later[column] == code]
        if every.empty:
            continue
        rows.append(_row(coded(family, code), mine, every, {family: code}, strong=True))
        rest, rest_of_all = mine[mine["cover"] != "full"], every[every["cover"] != "full"]
        if (later["cover"] == "full").any():
            rows.append(
                _row(both("cover_text.of_which_not_full"), rest, rest_of_all, {"cover": NOT_FULL, family: code})
            )
    return _grid(f"cover_text.by_{column}", f"column.{column}", rows)


def _grid(caption: str, first: str, rows: list[Row]) -> Grid:
    heads = (
        short(first),
        number("column.approved_loans"),
        number("column.defaults_rows"),
        number("column.approved_amount_share"),
        number("column.realised"),
        number("column.ratio_of_all"),
    )
    return Grid(both(caption), heads, tuple(rows), note=both("note.weighted"))


def _row(name: Text, approved: pd.DataFrame, all_: pd.DataFrame, of: Mapping[str, Codes], strong: bool = False) -> Row:
    amount = float(all_["amount"].sum())
    share = float(approved["amount"].sum()) / amount if amount > 0 else None
    cells = (
        name,
        counted(len(approved), decision="approve", **of),
        count(float(approved["defaulted"].sum())),
        percent(share, 1),
        percent(amount_ratio(approved)),
        percent(amount_ratio(all_)),
    )
    return Row(cells, strong)
