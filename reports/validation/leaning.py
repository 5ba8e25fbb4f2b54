"""What the models lean on, counted over the out-of-time applications; a part of the chapter on explainability."""

import pandas as pd

from features.declarations import DOMAINS
from features.families import FAMILIES
from policy.segments import STAGES
from reports.groups import group_name
from reports.inputs import Inputs
from reports.numbers import decimal, percent
from reports.texts import both, coded
from reports.view import Grid, Head, Row, word
from schemas.declarations import Text

MOST = 12
"""So many families are listed, those told most often."""


def blocks(run: Inputs) -> tuple[Grid, ...]:
    """Mean size of the contributions per domain and stage, and the families told most often as the first reason."""
    if run.domains.empty or run.reasons.empty:
        return ()
    staged = run.scores[["application_id", "stage"]]
    return (_domains(run.domains.merge(staged, on="application_id")), _families(run.reasons.merge(staged)))


def _heads(first: str) -> tuple[Head, ...]:
    return (word(first), *(Head(group_name(name)) for name in (*STAGES, "total")))


def _domains(table: pd.DataFrame) -> Grid:
    """Mean absolute contribution of each domain [log-odds], largest over all stages first."""
    names = [name for name in table.columns if name not in ("application_id", "stage", "not_known")]
    sizes = table[names].abs()
    by_stage = sizes.groupby(table["stage"]).mean()
    total = sizes.mean().sort_values(ascending=False)
    rows = tuple(
        Row((_label(str(name)), *(_mean(by_stage, stage, str(name)) for stage in STAGES), decimal(float(whole), 3)))
        for name, whole in total.items()
    )
    return Grid(
        both("validation_explain.domains"), _heads("column.domain"), rows, both("validation_explain.domains_note")
    )


def _label(name: str) -> Text:
    known = {str(domain): label for domain, label in DOMAINS.items()}
    return known[name] if name in known else coded("group_effect", name.removesuffix("_effect"))


def _mean(by_stage: pd.DataFrame, stage: str, name: str) -> str:
    return decimal(float(by_stage[name].loc[stage]) if stage in by_stage.index else None, 3)


def _families(reasons: pd.DataFrame) -> Grid:
    """Share of the applications whose first reason against is of a family [fraction], by stage and over all."""
    against = reasons[(reasons["side"] == "against") & (reasons["rank"] == 1)]
    counted = reasons.groupby("stage")["application_id"].nunique()
    total = against["family"].value_counts()
    rows = tuple(
        Row(
            (
                FAMILIES[str(name)].label,
                *(_share(against, counted, stage, str(name)) for stage in STAGES),
                percent(times / int(counted.sum()), 1),
            )
        )
        for name, times in total.head(MOST).items()
    )
    return Grid(both("validation_explain.families"), _heads("validation_column.family"), rows)


def _share(against: pd.DataFrame, counted: pd.Series, stage: str, name: str) -> str:
    if stage not in counted.index:
        return percent(None)
    return percent(float(((against["stage"] == stage) & (against["family"] == name)).sum() / counted[stage]), 1)
