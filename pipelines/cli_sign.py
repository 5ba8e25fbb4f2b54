"""The command line of signatures: `techcredit sign`."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.help_text import help_of
from pipelines.model_option import Model
from pipelines.trust import Password


def sign(
    model: Model,
    key: Annotated[Path, typer.Option("--key", help=help_of("option_key"))],
    password: Password = None,
) -> None:
    """Sign a finished run."""
    from pipelines.commands.sign import sign_run
    from pipelines.trust import signing_key

    found = signing_key(key, password)
    if found is not None:
        sign_run(model, found)
