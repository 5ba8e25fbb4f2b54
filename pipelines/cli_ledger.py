"""The command line of the tolerance ledger: `techcredit ledger`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipelines.language_option import Language
from pipelines.model_option import Model
from policy.segments import SIZE_CLASSES
from reports.texts import text


def _told(key: str, **values: str) -> str:
    return f"{text(key, 'en', **values)} / {text(key, 'zh', **values)}"


app = typer.Typer(
    help=_told("ledger_help.app"), no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None
)

DAY = ["%Y-%m-%d"]
CLASSES = ", ".join(SIZE_CLASSES)
Location = Annotated[str, typer.Option("--ledger", envvar="TECHCREDIT_LEDGER", help=_told("ledger_help.option_ledger"))]
SizeClass = Annotated[str, typer.Option(help=_told("ledger_help.option_size_class", classes=CLASSES))]
OneClass = Annotated[
    str | None, typer.Option("--size-class", help=_told("ledger_help.option_one_class", classes=CLASSES))
]
Day = Annotated[datetime, typer.Option(formats=DAY, help=_told("ledger_help.option_ledger_day"))]
Recorded = Annotated[datetime, typer.Option("--recorded-on", formats=DAY, help=_told("ledger_help.option_recorded_on"))]
Corrects = Annotated[int | None, typer.Option(help=_told("ledger_help.option_corrects"))]
Approver = Annotated[str, typer.Option("--approved-by", help=_told("ledger_help.option_approved_by"))]
Reason = Annotated[str, typer.Option(help=_told("ledger_help.option_reason"))]
Json = Annotated[bool, typer.Option("--json", help=_told("cli.option_json"))]
Holds = Annotated[str | None, typer.Option(help=_told("ledger_help.option_holds"))]
HERE = "ledger.sqlite"


@app.command(help=_told("ledger_help.grant"))
def grant(
    size_class: SizeClass,
    npl_ratio: Annotated[float, typer.Option(help=_told("ledger_help.option_npl_ratio"))],
    since: Annotated[datetime, typer.Option(formats=DAY, help=_told("ledger_help.option_since"))],
    until: Annotated[datetime, typer.Option(formats=DAY, help=_told("ledger_help.option_until"))],
    approved_by: Approver,
    basis: Annotated[str, typer.Option(help=_told("ledger_help.option_basis"))],
    recorded: Recorded,
    overall_npl: Annotated[str | None, typer.Option(help=_told("ledger_help.option_overall_npl"))] = None,
    ledger: Location = HERE,
    corrects: Corrects = None,
) -> None:
    """Record a tolerated NPL ratio."""
    from pipelines.commands.ledger import record_grant

    days = (since.date(), until.date(), recorded.date())
    record_grant(ledger, size_class, npl_ratio, days, (approved_by, basis), overall_npl, corrects)


@app.command(help=_told("ledger_help.book"))
def book(
    day: Day,
    recorded: Recorded,
    table: Annotated[Path | None, typer.Option(help=_told("ledger_help.option_booked_table"))] = None,
    size_class: OneClass = None,
    balance: Annotated[float | None, typer.Option(help=_told("ledger_help.option_balance"))] = None,
    npl: Annotated[float | None, typer.Option(help=_told("ledger_help.option_npl"))] = None,
    loans: Annotated[int | None, typer.Option(help=_told("ledger_help.option_loans"))] = None,
    ledger: Location = HERE,
    corrects: Corrects = None,
) -> None:
    """Record the booked loans of a day."""
    from pipelines.commands.ledger import record_book, record_figures

    figures = (size_class, balance, npl, loans)
    if table is not None and figures[1:] == (None, None, None):
        record_book(ledger, table, size_class, day.date(), recorded.date(), corrects)
    elif table is None and size_class is not None and balance is not None and npl is not None and loans is not None:
        record_figures(ledger, (size_class, balance, npl, loans), day.date(), recorded.date(), corrects)
    else:
        raise typer.BadParameter(_told("ledger_help.book_wants"), param_hint="--table")


@app.command(help=_told("ledger_help.pipeline"))
def pipeline(
    scores: Annotated[list[Path], typer.Option(help=_told("ledger_help.option_scores"))],
    tables: Annotated[list[Path], typer.Option("--input", help=_told("ledger_help.option_scored_tables"))],
    model: Model,
    day: Day,
    recorded: Recorded,
    booked: Annotated[Path | None, typer.Option(help=_told("ledger_help.option_booked"))] = None,
    size_class: OneClass = None,
    ledger: Location = HERE,
    corrects: Corrects = None,
) -> None:
    """Record what is approved and not booked."""
    from pipelines.commands.ledger_pipeline import record_pipeline

    record_pipeline(ledger, (scores, tables, model), day.date(), recorded.date(), booked, size_class, corrects)


@app.command(help=_told("ledger_help.suspend"))
def suspend(size_class: SizeClass, day: Day, reason: Reason, recorded: Recorded, ledger: Location = HERE) -> None:
    """Refer everything of a size class from a day on."""
    from pipelines.commands.ledger import record_suspension

    record_suspension(ledger, size_class, day.date(), reason, recorded.date())


@app.command(help=_told("ledger_help.renew"))
def renew(
    size_class: SizeClass, day: Day, reason: Reason, approved_by: Approver, recorded: Recorded, ledger: Location = HERE
) -> None:
    """Lift the suspension of a size class from a day on."""
    from pipelines.commands.ledger import record_renewal

    record_renewal(ledger, size_class, day.date(), approved_by, reason, recorded.date())


@app.command(help=_told("ledger_help.show"))
def show(
    day: Day,
    known_on: Annotated[datetime | None, typer.Option(formats=DAY, help=_told("ledger_help.option_known_on"))] = None,
    language: Language = "en",
    json: Json = False,
    holds: Holds = None,
    ledger: Location = HERE,
) -> None:
    """Show the balance of every size class on a day."""
    from pipelines.commands.ledger_screens import show_balance

    show_balance(ledger, day.date(), None if known_on is None else known_on.date(), language, json, holds)


@app.command(help=_told("ledger_help.history"))
def history(language: Language = "en", json: Json = False, holds: Holds = None, ledger: Location = HERE) -> None:
    """List every entry."""
    from pipelines.commands.ledger_screens import show_history

    show_history(ledger, language, json, holds)
