"""The command line of signatures: `techcredit sign`."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.trust import Password
from reports.texts import text


def _help(key: str) -> str:
    return f"{text(f'cli.{key}', 'en')} / {text(f'cli.{key}', 'zh')}"


def sign(
    model: Annotated[Path, typer.Option(help=_help("option_model"))],
    key: Annotated[Path, typer.Option("--key", help=_help("option_key"))],
    password: Password = None,
) -> None:
    """Sign a finished run."""
    from pipelines.commands.sign import sign_run
    from pipelines.trust import signing_key

    found = signing_key(key, password)
    if found is not None:
        sign_run(model, found)
