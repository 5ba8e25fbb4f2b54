"""A simulated portfolio compared with its ground truth, which no real portfolio has."""

from collections.abc import Mapping, Sequence
from typing import Any

from models.challengers.verdicts import OURS
from policy.segments import STAGES
from reports.groups import GROUPS, group_name
from reports.inputs import Inputs
from reports.names import driver_name
from reports.numbers import count, decimal, percent, points, rate, signed
from reports.texts import both, coded, joined
from reports.view import Grid, Head, Paragraph, Row, Section, number, short, word
from schemas.declarations import Text


def section(inputs: Inputs) -> Section | None:
    """Scores, certificates and drivers compared with the ground truth; None where the source has none."""
    found = inputs.ground_truth
    if not found["truth"]:
        return None
    blocks = (
        Paragraph(both("truth.reading"), "note"),
        *_sentences(inputs),
        _scores(found["out_of_time"]),
        *_models(inputs),
        _certificates(inputs),
        _drivers(found["drivers"]),
    )
    return Section("truth", both("page.truth"), blocks)


def exceeded(inputs: Inputs) -> tuple[str, ...]:
    """Size classes whose certified cut-off approves a true default ratio above the one allowed."""
    certificates, ratios = inputs.thresholds["certificates"], inputs.ground_truth["true_ratios"]
    return tuple(name for name, ratio in ratios.items() if ratio is not None and ratio > certificates[name]["flow"])


def _sentences(inputs: Inputs) -> tuple[Paragraph, ...]:
    total = inputs.ground_truth["out_of_time"].get("total")
    said = []
    if total is not None:
        level = "high" if total["mean_pd"] > total["mean_pd_true"] else "low"
        said.append(
            both(
                "truth.scores_said",
                ours=decimal(total["auc"]),
                best=decimal(total["attainable_auc"]),
                share=percent((total["auc"] - 0.5) / (total["attainable_auc"] - 0.5), 0),
                pd=rate(total["mean_pd"]),
                true=rate(total["mean_pd_true"]),
                level=both(f"truth.level_{level}"),
            )
        )
    checked, failed = inputs.ground_truth["true_ratios"], exceeded(inputs)
    if checked:
        names = joined([coded("size", name) for name in failed])
        key = "truth.limit_exceeded" if failed else "truth.limit_met"
        said.append(both(key, classes=count(len(checked)), failed=count(len(failed)), names=names))
    return tuple(Paragraph(text) for text in said)


def _scores(found: Mapping[str, Mapping[str, float]]) -> Grid:
    heads = (
        short("column.stage"),
        number("column.loans"),
        number("column.defaults_rows"),
        number("column.auc_ours"),
        number("column.auc_attainable"),
        number("column.auc_gap"),
        number("column.excess_log_loss"),
        number("column.mean_pd"),
        number("column.mean_pd_true"),
        number("column.mean_absolute_error"),
    )
    rows = [_score_row(name, found[name]) for name in GROUPS if name in found]
    return Grid(both("truth.scores"), heads, tuple(rows), both("truth.scores_note"))


def _score_row(name: str, m: Mapping[str, float]) -> Row:
    cells = (
        group_name(name),
        count(m["loans"]),
        count(m["defaults"]),
        decimal(m["auc"]),
        decimal(m["attainable_auc"]),
        signed(m["auc"] - m["attainable_auc"]),
        signed(m["excess_log_loss"], 4),
        rate(m["mean_pd"]),
        rate(m["mean_pd_true"]),
        points(m["mean_absolute_error"]),
    )
    return Row(cells, name == "total")


def _models(inputs: Inputs) -> tuple[Grid, ...]:
    """How far the PDs of each model are from the best attainable ones, by stage; nothing where it was not measured."""
    if inputs.study is None or inputs.study.excess_log_loss is None:
        return ()
    found = inputs.study.excess_log_loss
    groups = [name for name in GROUPS if name in found]
    heads = (word("column.model"), *(Head(group_name(name)) for name in groups))
    rows = [
        Row((coded("challenger", model), *(decimal(found[name][model], 4) for name in groups)), strong=model == OURS)
        for model in (found[groups[-1]] if groups else ())
    ]
    return (Grid(both("truth.models"), heads, tuple(rows), both("truth.models_note")),)


def _certificates(inputs: Inputs) -> Grid:
    heads = (
        short("column.size_class"),
        number("column.cut_off"),
        number("column.allowed"),
        number("column.observed"),
        number("column.true_ratio"),
        word("column.in_truth"),
    )
    rows = [_certificate_row(name, c, inputs) for name, c in inputs.thresholds["certificates"].items()]
    return Grid(both("truth.certificates"), heads, tuple(rows), both("truth.certificates_note"))


def _certificate_row(name: str, certificate: Mapping[str, Any], inputs: Inputs) -> Row:
    ratio = inputs.ground_truth["true_ratios"].get(name)
    known = "not_certified" if ratio is None else "exceeded" if name in exceeded(inputs) else "met"
    cells = (
        coded("size", name),
        percent(certificate["cut_off"]),
        percent(certificate["flow"]),
        percent(certificate["observed_ratio"] if certificate["certified"] else None),
        percent(ratio),
        both(f"truth.{known}"),
    )
    return Row(cells, tone="muted" if ratio is None else known)


def _drivers(found: Mapping[str, Mapping[str, Any]]) -> Grid:
    heads = (
        short("column.stage"),
        word("column.true_drivers"),
        word("column.learned_drivers"),
        number("column.recovered"),
    )
    rows = []
    for stage in STAGES:
        if stage in found:
            true, learned = found[stage]["true"], found[stage]["learned"]
            recovered = f"{found[stage]['recovered']} / {len(true)}"
            rows.append(Row((coded("stage", stage), _listed(true, learned), _listed(learned, true), recovered)))
    return Grid(both("truth.drivers"), heads, tuple(rows), both("truth.drivers_note"))


def _listed(names: Sequence[str], other: Sequence[str]) -> Text:
    """Labels in order; a tick marks those that the other list has too."""
    marked = [joined((driver_name(name), "✓"), " ", " ") if name in other else driver_name(name) for name in names]
    return joined(marked, "; ", "；")
