"""The option `--language` of the command line."""

from typing import Annotated, Literal

import typer

from pipelines.help_text import help_of

Language = Annotated[Literal["en", "zh"], typer.Option(help=help_of("option_language"))]
