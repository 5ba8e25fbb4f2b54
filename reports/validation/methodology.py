"""Chapter: how the models are built: members of the stacks, blend, calibration, unused features, parameters."""

from policy.segments import STAGES
from reports.fallback import fallbacks, paragraphs
from reports.numbers import count
from reports.sections import unused
from reports.sections.model_quality import composition, own_models
from reports.texts import both
from reports.validation.facts import Validated
from reports.view import Grid, Paragraph, Points, Row, Section, short, word

STEPS = ("split", "train", "evaluate", "threshold")
"""Steps whose parameters shape the models and what they decide."""


def section(of: Validated) -> Section:
    """The method in sentences, what each stage model became, features used and unused, all parameters."""
    run = of.run
    used = {stage: len(run.models[stage]["features"]) for stage in STAGES}
    first, last = run.days["calibration"]
    told = ("stack", "blend", "calibration", "monotone", "missing", "time")
    keys = {
        "stack": "validation_method.stack",
        "blend": "validation_method.blend",
        "calibration": "validation_method.calibration",
        "monotone": "validation_method.monotone",
        "missing": "validation_method.missing",
        "time": "validation_method.time",
    }
    blocks = (
        Points(both("validation_method.title"), tuple(both(keys[name]) for name in told)),
        Paragraph(both("validation_method.philosophy", first=first, last=last)),
        composition(run),
        *own_models(run),
        *paragraphs(fallbacks(run.models)),
        Paragraph(both("validation_method.features", features=count(max(used.values())))),
        *unused.blocks(run),
        _parameters(of),
    )
    return Section("methodology", both("validation_page.methodology"), blocks)


def _parameters(of: Validated) -> Grid:
    """Every parameter of the steps that shape models and decisions, as params.yaml gives it for the source."""
    heads = (short("validation_column.step"), short("validation_column.parameter"), word("column.value"))
    rows = [
        Row((step if at == 0 else "", name, _value(value)))
        for step in STEPS
        for at, (name, value) in enumerate(of.reproduction.params.get(step, {}).items())
    ]
    return Grid(both("validation_method.parameters"), heads, tuple(rows), both("validation_method.source"), folded=True)


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "–" if value is None else str(value)
