"""The command line of memos: `techcredit memo`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from pipelines.help_text import help_of
from pipelines.model_option import Model
from pipelines.trust import Trusted
from reports.texts import LANGUAGES

Option = typer.Option
Language = Literal["zh", "en", "both"]
Format = Literal["html", "pdf", "both"]


def memo(
    model: Model,
    application: Annotated[list[str] | None, Option(help=help_of("option_memo_application"))] = None,
    listed: Annotated[Path | None, Option("--list", help=help_of("option_memo_list"))] = None,
    every: Annotated[bool, Option("--all", help=help_of("option_memo_all"))] = False,
    out: Annotated[Path | None, Option(help=help_of("option_memo_out"))] = None,
    language: Annotated[Language, Option(help=help_of("option_memo_language"))] = "both",
    format_: Annotated[Format, Option("--format", help=help_of("option_memo_format"))] = "html",
    overwrite: Annotated[bool, Option("--overwrite", help=help_of("option_memo_overwrite"))] = False,
    tables: Annotated[Path | None, Option("--input", help=help_of("option_memo_input"))] = None,
    scores: Annotated[Path | None, Option("--scores", help=help_of("option_memo_scores"))] = None,
    extracted_on: Annotated[datetime | None, Option(formats=["%Y-%m-%d"], help=help_of("option_extracted_on"))] = None,
    params: Annotated[Path | None, Option("--params", help=help_of("option_params"))] = None,
    expectations: Annotated[Path | None, Option(help=help_of("option_expectations"))] = None,
    ledger: Annotated[str | None, Option(help=help_of("option_score_ledger"))] = None,
    trusted_key: Trusted = None,
) -> None:
    """Write memos of applications of a run, or of a batch of scores."""
    if every == bool(application or listed is not None):
        raise typer.BadParameter(help_of("memo_which"), param_hint="--application, --list, --all")
    if (tables is None) != (scores is None):
        raise typer.BadParameter(help_of("memo_batch"), param_hint="--input, --scores")
    if tables is None and (extracted_on or params or expectations or ledger):
        raise typer.BadParameter(help_of("memo_of_batch"), param_hint="--input")
    if every and (tables is not None or format_ != "html" or language != "both"):
        raise typer.BadParameter(help_of("memo_all_html"), param_hint="--all")
    if not every and out is None:
        raise typer.BadParameter(help_of("memo_out"), param_hint="--out")
    from pipelines.commands import memo as commands

    if every:
        commands.write_all(commands.run_inputs(model), model, out or model / "memos", overwrite)
        return
    folder = out or model / "memos"
    commands.refuse_run_folders(folder, model)
    names = commands.asked(application or [], listed)
    if tables is not None and scores is not None:
        from pipelines.commands.data import checks_asked
        from pipelines.commands.memo_of_batch import batch_inputs

        checks = checks_asked(params, expectations)
        inputs = batch_inputs(model, tables, scores, names, extracted_on, checks, ledger)
    else:
        inputs = commands.run_inputs(model)
        advice = ". A run has memos of its out-of-time applications; those of a batch: --input and --scores"
        commands.require_known(names, inputs.decisions["application_id"].tolist(), f"the run in {model}", advice)
    languages = LANGUAGES if language == "both" else (language,)
    formats = ("html", "pdf") if format_ == "both" else (format_,)
    commands.write_chosen(inputs, names, folder, languages, formats, overwrite)
