"""The command line of a model in use: `techcredit monitor`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipelines.help_text import help_of
from pipelines.model_option import Model
from pipelines.trust import Trusted
from reports.texts import text

Option = typer.Option
Paths = list[Path] | None


def _told(key: str) -> str:
    return f"{text(key, 'en')} / {text(key, 'zh')}"


HELP = _told("monitor_help.monitor")


def monitor(
    model: Model,
    scores: Annotated[list[Path], Option("--scores", help=_told("monitor_help.scores"))],
    until: Annotated[datetime, Option(formats=["%Y-%m-%d"], help=_told("monitor_help.until"))],
    outcomes: Annotated[Path | None, Option(help=_told("monitor_help.outcomes"))] = None,
    decisions: Annotated[Path | None, Option(help=_told("monitor_help.decisions"))] = None,
    tables: Annotated[Paths, Option("--tables", help=_told("monitor_help.tables"))] = None,
    since: Annotated[datetime | None, Option(formats=["%Y-%m-%d"], help=_told("monitor_help.since"))] = None,
    reference: Annotated[Path | None, Option(help=_told("monitor_help.reference"))] = None,
    output: Annotated[Path | None, Option(help=_told("monitor_help.output"))] = None,
    params: Annotated[Path | None, Option("--params", help=help_of("option_params"))] = None,
    expectations: Annotated[Path | None, Option(help=help_of("option_expectations"))] = None,
    trusted_key: Trusted = None,
) -> None:
    """Watch a model in use: scored batches and what became of them, beside limits of policy."""
    from pipelines.commands.data import checks_asked
    from pipelines.commands.monitor import Asked, monitor_model

    wanted = checks_asked(params, expectations)
    asked = Asked(tuple(scores), outcomes, decisions, tuple(tables or ()), since, until, reference)
    monitor_model(model, asked, output or model / "monitoring", wanted)
