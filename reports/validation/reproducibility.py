"""Chapter: how to make every figure again: commit, fingerprints, versions, seeds, commands."""

from reports.numbers import MISSING
from reports.sections import versions
from reports.texts import both
from reports.validation.facts import Validated, mark
from reports.view import Grid, Paragraph, Row, Section, short, word


def section(of: Validated) -> Section:
    """Fingerprints of what was validated, versions of the installation, seeds, and the commands in order."""
    made = of.reproduction
    commit = made.commit or MISSING
    state = both("validation_again.changed") if made.changed else both("validation_again.unchanged")
    rows = (
        Row((both("validation_again.mark"), mark(of.run))),
        Row((both("validation_again.manifest"), made.manifest)),
        Row((both("validation_again.commit"), commit)),
        Row((both("validation_again.state"), state if made.commit else both("validation_again.no_commit"))),
        *(Row((both("validation_again.seed", step=step, name=name), str(value))) for step, name, value in _seeds(of)),
    )
    heads = (word("column.what"), word("column.version"))
    installed = tuple(Row((name, found)) for name, found in made.installed.items())
    source = of.run.source
    blocks = (
        Paragraph(both("validation_again.how", source=source)),
        Grid(both("validation_again.what"), heads, rows),
        *versions.section(of.run).blocks,
        Grid(
            both("validation_again.installed"), (word("validation_column.package"), short("column.version")), installed
        ),
    )
    return Section("reproducibility", both("validation_page.reproducibility"), blocks)


def _seeds(of: Validated) -> list[tuple[str, str, object]]:
    """Every parameter of the source that is a seed, with its step."""
    return [
        (step, name, ", ".join(map(str, value)) if isinstance(value, list) else value)
        for step, found in of.reproduction.params.items()
        for name, value in found.items()
        if name == "seed" or name == "seeds" or name.endswith("_seed")
    ]
