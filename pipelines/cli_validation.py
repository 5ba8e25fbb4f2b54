"""The command line of the validation report: `techcredit validation-report`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from pipelines.help_text import help_of
from reports.texts import LANGUAGES, text

Option = typer.Option
Language = Literal["zh", "en", "both"]
Format = Literal["html", "pdf", "both"]


def _said(key: str) -> str:
    """A help text in English and Chinese."""
    return f"{text(key, 'en')} / {text(key, 'zh')}"


HELP = _said("validation_help.app")


def validation_report(
    source: Annotated[str | None, Option(help=help_of("option_source"))] = None,
    output: Annotated[Path | None, Option(help=_said("validation_help.output"))] = None,
    language: Annotated[Language, Option(help=_said("validation_help.language"))] = "both",
    format_: Annotated[Format, Option("--format", help=_said("validation_help.format"))] = "html",
    chapters: Annotated[Path | None, Option(help=_said("validation_help.chapters"))] = None,
) -> None:
    """Write the model-validation report and the model card of a finished run."""
    from pipelines.commands.validation_report import write_report
    from pipelines.params import chosen_source

    languages = LANGUAGES if language == "both" else (language,)
    formats = ("html", "pdf") if format_ == "both" else (format_,)
    write_report(chosen_source(source), output, languages, formats, chapters)
