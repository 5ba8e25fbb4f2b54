"""Which models, which policy and which data a report is about."""

from datetime import date

from policy.loader import figure, figures
from policy.segments import STAGES
from policy.version import version
from reports.inputs import Inputs
from reports.numbers import percent, points
from reports.sections.thresholds import flag
from reports.sources import notes
from reports.texts import both, coded
from reports.view import Grid, Head, Points, Row, Section, short, word
from schemas.declarations import Text


def model_mark(inputs: Inputs, stage: str) -> str:
    """Version of the model of a stage: fingerprint of its artefact."""
    return str(inputs.tracking["models"][stage]["model"])


def policy_section(inputs: Inputs) -> Section:
    """Every policy figure used, with value, unit, day in force, source and verification flag; then the proxies."""
    day = date.fromisoformat(inputs.thresholds["policy_on"])
    names = [("tolerance", f"uplift_{name}") for name in inputs.thresholds["tolerances"]]
    measure = inputs.thresholds["procedure"]["measure"]
    names += [("tolerance", "uplift_ceiling"), ("zones", measure), ("master_scale", measure)]
    names += [("rules", name) for name, known in figures("rules").items() if min(known.values) <= day]
    overall = inputs.thresholds["overall_npl"]
    rows = [
        Row(
            (
                both("policy.overall_npl"),
                percent(overall["value"]),
                overall["since"],
                overall["source"],
                flag(overall["flag"]),
            )
        )
    ]
    rows += [figure_row(document, name, day) for document, name in names]
    schemes = inputs.features_meta["params"]
    rows += [figure_row("stage", schemes["stage_scheme"], day), figure_row("size_class", schemes["size_scheme"], day)]
    proxies = tuple(both(key) for key in notes(inputs.source).proxies)
    blocks: list[object] = [
        Grid(
            both("policy.figures"), figure_heads(), tuple(rows), both("policy.note", day=inputs.thresholds["policy_on"])
        )
    ]
    if proxies:
        blocks.append(Points(both("policy.proxies"), proxies))
    return Section("policy", both("page.policy"), tuple(blocks))


def figure_heads() -> tuple[Head, ...]:
    """Headings over rows of `figure_row`."""
    names = (word("column.figure"), word("column.value"), short("column.since"))
    return (*names, word("column.source"), word("column.flag"))


def figure_row(document: str, name: str, day: date) -> Row:
    """A policy figure with its value on `day`, the day it is in force since, source and verification flag."""
    found = figure(document, name)
    value = found.on(day)
    if isinstance(value, int | float):
        shown: str | Text = f"{value:g}"
        if found.unit == "fraction":
            shown = both("policy.points", value=points(value)) if name.startswith("uplift") else percent(value)
    else:
        shown = both("policy.rules", document=document, name=name)
    return Row((Text(found.meaning_en, found.meaning_zh), shown, str(found.since(day)), found.source, flag(found.flag)))


def section(inputs: Inputs) -> Section:
    """Fingerprints of models, data, split, catalogue and policy, and their days."""
    heads = (word("column.what"), short("column.version"))
    rows = [
        Row(
            (
                both("version.model", stage=coded("stage", stage), name=inputs.tracking["models"][stage]["registered"]),
                model_mark(inputs, stage),
            )
        )
        for stage in STAGES
    ]
    facts = inputs.models[STAGES[0]]["facts"]
    rows += [
        Row((both("version.data"), facts["data"])),
        Row((both("version.split"), facts["split"])),
        Row((both("version.catalogue"), facts["catalogue"])),
        Row((both("version.policy"), version())),
        Row((both("version.policy_on"), inputs.thresholds["policy_on"])),
        Row((both("version.built_on"), inputs.built_on)),
    ]
    return Section(
        "versions", both("page.versions"), (Grid(both("version.grid"), heads, tuple(rows), both("version.note")),)
    )


def limits_section(inputs: Inputs) -> Section:
    """What the figures of this source cannot show."""
    keys = (
        *notes(inputs.source).limits,
        "limits.selection",
        "limits.years",
        "limits.test",
        "limits.reasons",
        "limits.industry",
    )
    return Section("limits", both("page.limits"), (Points(both("limits.title"), tuple(both(key) for key in keys)),))
