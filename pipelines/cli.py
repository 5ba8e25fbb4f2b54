"""The command line: what a banker, a data scientist or a batch job calls."""

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated

# Before Arrow is imported: its own pools keep what a batch no longer needs, up to 120 MB.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

import typer

from pipelines.cli_alarm import app as alarm_app
from pipelines.cli_exchange import HELP as EXPORT_HELP
from pipelines.cli_exchange import export
from pipelines.cli_findings import app as findings_app
from pipelines.cli_ledger import app as ledger_app
from pipelines.cli_life import app as registry_app
from pipelines.cli_life import compare, promote, told
from pipelines.cli_memo import memo
from pipelines.cli_monitor import HELP as MONITOR_HELP
from pipelines.cli_monitor import monitor
from pipelines.cli_score import clean, score
from pipelines.cli_serve import serve
from pipelines.cli_sign import sign
from pipelines.cli_validation import HELP as VALIDATION_HELP
from pipelines.cli_validation import validation_report
from pipelines.entry import guarded
from pipelines.help_text import help_of
from pipelines.language_option import Language
from pipelines.model_option import Model
from pipelines.trust import Trusted
from policy.folders import temporary

OTHERS = 0o007
"""Permissions of users who are neither owner nor in the group: no file that a command writes gives them any."""

app = typer.Typer(
    help=help_of("app"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(alarm_app, name="alarm", help=help_of("alarm"))
app.command(help=help_of("memo"))(memo)
app.command(help=help_of("sign"))(sign)
app.command("validation-report", help=VALIDATION_HELP)(validation_report)
app.command(help=help_of("serve"))(serve)
app.command(help=help_of("score"))(score)
app.command(help=help_of("clean"))(clean)
app.command(help=MONITOR_HELP)(monitor)
app.command(help=EXPORT_HELP)(export)


def _version(wanted: bool) -> None:
    if wanted:
        from pipelines.commands.versions import told_versions

        typer.echo(told_versions())
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=help_of("version"))
    ] = False,
) -> None:
    """Options of the command itself."""


Source = Annotated[str | None, typer.Option(help=help_of("option_source"))]
Tables = Annotated[Path, typer.Option("--input", help=help_of("option_input"))]
Output = Annotated[Path, typer.Option(help=help_of("option_output"))]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=help_of("option_extracted_on"))]
Params = Annotated[Path | None, typer.Option("--params", help=help_of("option_params"))]
Expectations = Annotated[Path | None, typer.Option(help=help_of("option_expectations"))]
Strict = Annotated[bool, typer.Option("--strict-policy", help=help_of("option_strict_policy"))]


@app.command(help=help_of("run"))
def run(source: Source = None, strict_policy: Strict = False) -> None:
    """Bring the pipeline of one source up to date and show its summary."""
    from pipelines.commands.run import run_source

    run_source(source, strict_policy)


@app.command(help=help_of("study"))
def study(source: Source = None) -> None:
    """Fit the models of one source again and show how far PDs, decisions and reasons move."""
    from pipelines.commands.run import study_source

    study_source(source)


@app.command(help=help_of("validate"))
def validate(
    tables: Annotated[str, typer.Option("--input", help=help_of("option_input_or_url"))],
    mapping: Annotated[Path | None, typer.Option(help=help_of("option_mapping"))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_of("option_dry_run"))] = False,
    output: Annotated[Path | None, typer.Option(help=help_of("option_quality_output"))] = None,
    extracted_on: Day = None,
    params: Params = None,
    expectations: Expectations = None,
) -> None:
    """Check a folder of canonical tables, or say what a bank's own tables lack."""
    from pipelines.commands.data import checks_asked, dry_run_tables, import_tables, validate_tables

    if dry_run:
        if mapping is None:
            raise typer.BadParameter(help_of("needs_mapping"), param_hint="--dry-run")
        dry_run_tables(mapping, tables)
    elif mapping is not None:
        with temporary() as folder:
            import_tables(mapping, tables, folder)
            validate_tables(folder, output, extracted_on, checks_asked(params, expectations))
    else:
        validate_tables(Path(tables), output, extracted_on, checks_asked(params, expectations))


@app.command("import", help=help_of("import"))
def import_(
    mapping: Annotated[Path, typer.Option(help=help_of("option_mapping"))],
    location: Annotated[str, typer.Option("--input", help=help_of("option_input_or_url"))],
    output: Output,
    overwrite: Annotated[bool, typer.Option("--overwrite", help=help_of("option_overwrite"))] = False,
) -> None:
    """Write a bank's own tables as canonical tables."""
    from pipelines.commands.data import import_tables

    import_tables(mapping, location, output, overwrite)


@app.command(help=help_of("explain"))
def explain(
    model: Model,
    tables: Tables,
    application: Annotated[str, typer.Option(help=help_of("option_application"))],
    language: Language = "en",
    extracted_on: Day = None,
    params: Params = None,
    expectations: Expectations = None,
    ledger: Annotated[str | None, typer.Option(help=help_of("option_score_ledger"))] = None,
    trusted_key: Trusted = None,
) -> None:
    """Tell why one application has its PD and decision."""
    from pipelines.commands.data import checks_asked
    from pipelines.commands.explain import explain_application

    checks = checks_asked(params, expectations)
    explain_application(model, tables, application, language, extracted_on, checks, ledger)


@app.command(help=help_of("thresholds"))
def thresholds(
    model: Model,
    language: Language = "en",
    explain: Annotated[bool, typer.Option("--explain", help=help_of("option_explain_thresholds"))] = False,
    json: Annotated[bool, typer.Option("--json", help=help_of("option_json"))] = False,
    page: Annotated[Path | None, typer.Option(help=help_of("option_thresholds_page"))] = None,
    ledger: Annotated[str | None, typer.Option(help=help_of("option_shown_ledger"))] = None,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=help_of("option_balance_on"))] = None,
    trusted_key: Trusted = None,
) -> None:
    """Show the certified cut-offs of a finished run."""
    from pipelines.commands.score import show_thresholds
    from pipelines.commands.thresholds import balance_of, explain_thresholds, print_figures, write_page

    if ledger is not None and on is None:
        raise typer.BadParameter(help_of("needs_balance_on"), param_hint="--ledger")
    balance = None if ledger is None or on is None else balance_of(ledger, on.date())
    if page is not None:
        write_page(model, page, balance)
    if json:
        print_figures(model, balance)
    elif explain:
        explain_thresholds(model, language, balance)
    elif page is None:
        show_thresholds(model, language)


@app.command(help=help_of("catalogue"))
def catalogue(json: Annotated[bool, typer.Option("--json", help=help_of("option_json"))] = False) -> None:
    """List every feature the models may use."""
    from pipelines.commands.data import show_catalogue

    show_catalogue(json)


@app.command(help=help_of("dictionary"))
def dictionary(
    language: Language = "en",
    output: Annotated[Path | None, typer.Option(help=help_of("option_dictionary_output"))] = None,
) -> None:
    """List the tables and columns a bank may give."""
    from pipelines.commands.data import show_dictionary

    show_dictionary(language, output)


@app.command(help=help_of("ablate"))
def ablate(
    source: Source = None,
    folds: Annotated[int | None, typer.Option(min=2, help=help_of("option_folds"))] = None,
    output: Annotated[Path | None, typer.Option(help=help_of("option_ablation_output"))] = None,
) -> None:
    """Show what each feature domain adds."""
    from pipelines.commands.models import ablate_source

    ablate_source(source, folds, output)


@app.command(help=help_of("tune"))
def tune(
    trials: Annotated[int, typer.Option(min=1, help=help_of("option_trials"))],
    seconds: Annotated[float, typer.Option(min=1, help=help_of("option_seconds"))],
    source: Source = None,
    stage: Annotated[str | None, typer.Option(help=help_of("option_tuned_stage"))] = None,
) -> None:
    """Search better parameters of the boosters."""
    from pipelines.commands.tune import tune_source

    tune_source(source, stage, trials, seconds)


app.add_typer(ledger_app, name="ledger")
app.command(help=told("life_help.compare"))(compare)
app.command(help=told("life_help.promote"))(promote)
app.add_typer(registry_app, name="registry")
app.add_typer(findings_app, name="findings", help=help_of("findings"))


def main() -> None:
    """Run the command line.

    Exit code 0, or 1 for what a person can mend (one line says what), 2 for wrong usage, 3 for too many rejected rows,
    4 where an alarm stands, 5 where a limit of the monitoring is exceeded, 6 where a promotion was refused, 75 where
    a process of a batch was ended from outside, 70 for a fault of the program.

    Other users than the owner and the group may read no file that a command writes.
    """
    os.umask(os.umask(0) | OTHERS)
    guarded(app)


if __name__ == "__main__":
    main()
