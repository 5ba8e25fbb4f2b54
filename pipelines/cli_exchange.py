"""The command line of exports: `techcredit export`."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.model_option import Model
from pipelines.trust import Trusted
from reports.texts import both

HELP = " / ".join(both("exchange.export"))


def export(
    model: Model,
    stage: Annotated[str, typer.Option(help=" / ".join(both("exchange.option_stage")))],
    format_: Annotated[str, typer.Option("--format", help=" / ".join(both("exchange.option_format")))],
    output: Annotated[Path, typer.Option(help=" / ".join(both("exchange.option_output")))],
    trusted_key: Trusted = None,
) -> None:
    """Write a stage model for another system."""
    from pipelines.commands.exchange import export_model

    export_model(model, stage, format_, output)
