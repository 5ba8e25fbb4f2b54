"""The command line of the alarm: `techcredit alarm update`, `show`, `renew`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipelines.help_text import help_of
from pipelines.language_option import Language
from pipelines.model_option import Model
from pipelines.trust import Key, Password, Trusted, signing_key
from policy.segments import SIZE_CLASSES

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Scores = Annotated[list[Path] | None, typer.Option("--scores", help=help_of("option_scores"))]
Until = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help=help_of("option_until"))]
RenewedOn = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help=help_of("option_renewed_on"))]


@app.command(help=help_of("alarm_update"))
def update(
    model: Model,
    outcomes: Annotated[Path, typer.Option(help=help_of("option_outcomes"))],
    until: Until,
    scores: Scores = None,
    key: Key = None,
    password: Password = None,
    trusted_key: Trusted = None,
) -> None:
    """Feed outcomes to the watches of a run."""
    from pipelines.commands.alarm import update_alarm

    update_alarm(model, outcomes, scores or [], until, signing_key(key, password))


@app.command(help=help_of("alarm_show"))
def show(
    model: Model,
    language: Language = "en",
    trusted_key: Trusted = None,
) -> None:
    """Show the watches of a run."""
    from pipelines.commands.alarm import show_alarm

    show_alarm(model, language)


@app.command(help=help_of("alarm_renew"))
def renew(
    model: Model,
    size_class: Annotated[str, typer.Option(help=help_of("option_size_class"), metavar="|".join(SIZE_CLASSES))],
    on: RenewedOn,
    by: Annotated[str, typer.Option(help=help_of("option_renewed_by"))],
    reason: Annotated[str, typer.Option(help=help_of("option_renewed_reason"))],
    key: Key = None,
    password: Password = None,
    trusted_key: Trusted = None,
) -> None:
    """Renew the certificate of a size class."""
    from pipelines.commands.alarm import renew_alarm

    renew_alarm(model, size_class, on, by, reason, signing_key(key, password))
