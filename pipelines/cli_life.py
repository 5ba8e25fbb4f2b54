"""The command line of a model's life: `techcredit compare`, `promote` and `registry`."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipelines.language_option import Language
from pipelines.trust import Key, Password, Trusted, signing_key
from reports.texts import text

if TYPE_CHECKING:
    from pipelines.commands.compare import Given


def told(key: str, **values: str) -> str:
    """Text of a key in English and Chinese."""
    return f"{text(key, 'en', **values)} / {text(key, 'zh', **values)}"


app = typer.Typer(
    help=told("life_help.registry"), no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None
)
HERE = Path("registry")
Source = Annotated[str | None, typer.Option(help=told("cli.option_source"))]
Registry = Annotated[Path, typer.Option(envvar="TECHCREDIT_REGISTRY", help=told("life_help.option_registry"))]
Loans = Annotated[Path | None, typer.Option("--loans", help=told("life_help.option_loans"))]
Tables = Annotated[Path | None, typer.Option("--input", help=told("life_help.option_input"))]
Until = Annotated[
    datetime | None, typer.Option("--extracted-on", formats=["%Y-%m-%d"], help=told("cli.option_extracted_on"))
]
Json = Annotated[bool, typer.Option("--json", help=told("cli.option_json"))]


def _given(run: Path | None, tables: Path | None, until: datetime | None) -> "Given":
    """The loans that the options name."""
    import pandas as pd

    from pipelines.commands.compare import Given

    if run is not None and tables is not None:
        raise typer.BadParameter(told("life_help.one_of"), param_hint="--loans, --input")
    return Given(run, tables, None if until is None else pd.Timestamp(until))


def _today() -> date:
    """The day on the clock of this machine: a promotion is recorded on the day it is made, or an earlier one."""
    return datetime.now().astimezone().date()


def compare(
    first: Annotated[str, typer.Argument(help=told("life_help.argument_first"))],
    second: Annotated[str, typer.Argument(help=told("life_help.argument_second"))],
    source: Source = None,
    loans: Loans = None,
    tables: Tables = None,
    extracted_on: Until = None,
    json: Json = False,
    page: Annotated[Path | None, typer.Option(help=told("life_help.option_page"))] = None,
    language: Language = "en",
    registry: Registry = HERE,
    trusted_key: Trusted = None,
) -> None:
    """Compare two models on the same loans."""
    from pipelines.commands.compare import compare_models

    compare_models(
        (first, second), source, _given(loans, tables, extracted_on), registry, language, as_json=json, page=page
    )


def promote(
    by: Annotated[str, typer.Option(help=told("life_help.option_by"))],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help=told("life_help.option_on"))],
    reason: Annotated[str, typer.Option(help=told("life_help.option_reason"))],
    source: Source = None,
    model: Annotated[str | None, typer.Option(help=told("life_help.option_promoted"))] = None,
    to: Annotated[
        Literal["champion", "challenger"], typer.Option("--to", help=told("life_help.option_to"))
    ] = "champion",
    override: Annotated[str | None, typer.Option(help=told("life_help.option_override"))] = None,
    loans: Loans = None,
    tables: Tables = None,
    extracted_on: Until = None,
    language: Language = "en",
    registry: Registry = HERE,
    key: Key = None,
    password: Password = None,
    trusted_key: Trusted = None,
) -> None:
    """Make a run champion, or challenger, in the registry of its source."""
    from pipelines.commands.promote import promote_run, require_no_later_day
    from pipelines.promotion.promotion import Request

    asked = Request(by, on.date(), reason, override)
    require_no_later_day(asked.on, _today(), source)
    promote_run(
        source, model, to, asked, _given(loans, tables, extracted_on), registry, language, signing_key(key, password)
    )


@app.command(help=told("life_help.show"))
def show(
    source: Source = None,
    json: Json = False,
    language: Language = "en",
    registry: Registry = HERE,
    trusted_key: Trusted = None,
) -> None:
    """List the versions of a registry and what was done with them."""
    from pipelines.commands.registry import show_registry

    show_registry(source, registry, language, as_json=json)
