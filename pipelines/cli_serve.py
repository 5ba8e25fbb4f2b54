"""The command line of the server: `techcredit serve`."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.help_text import help_of
from pipelines.model_option import Model
from pipelines.trust import Trusted

Port = Annotated[int, typer.Option(min=0, max=65535, help=help_of("option_port"))]


def serve(
    model: Model,
    port: Port = 8000,
    host: Annotated[str, typer.Option(help=help_of("option_host"))] = "127.0.0.1",
    params: Annotated[Path | None, typer.Option("--params", help=help_of("option_params"))] = None,
    expectations: Annotated[Path | None, typer.Option(help=help_of("option_expectations"))] = None,
    strict_policy: Annotated[bool, typer.Option("--strict-policy", help=help_of("option_strict_policy"))] = False,
    ledger: Annotated[str | None, typer.Option(help=help_of("option_score_ledger"))] = None,
    trusted_key: Trusted = None,
) -> None:
    """Decide one enterprise at a time over HTTP."""
    from pipelines.commands.data import checks_asked
    from pipelines.commands.serve import serve_run

    serve_run(model, host, port, checks_asked(params, expectations), ledger, strict_policy)
