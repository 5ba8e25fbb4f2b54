"""The command line of batches: `techcredit score` and `techcredit clean`."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from pipelines.help_text import help_of
from pipelines.model_option import Model
from pipelines.trust import Trusted

Option = typer.Option
MOST_THREADS = 256
Machines = Literal["local", "spark"]


def score(
    model: Model,
    tables: Annotated[str, Option("--input", help=help_of("option_score_input"))],
    output: Annotated[str, Option(help=help_of("option_scores_output"))],
    extracted_on: Annotated[datetime | None, Option(formats=["%Y-%m-%d"], help=help_of("option_extracted_on"))] = None,
    params: Annotated[Path | None, Option("--params", help=help_of("option_params"))] = None,
    expectations: Annotated[Path | None, Option(help=help_of("option_expectations"))] = None,
    strict_policy: Annotated[bool, Option("--strict-policy", help=help_of("option_strict_policy"))] = False,
    ledger: Annotated[str | None, Option(help=help_of("option_score_ledger"))] = None,
    trusted_key: Trusted = None,
    format_: Annotated[str | None, Option("--format", help=help_of("option_format"))] = None,
    table: Annotated[str | None, Option(help=help_of("option_table"))] = None,
    rejects: Annotated[Path | None, Option(help=help_of("option_rejects"))] = None,
    memory: Annotated[str | None, Option(help=help_of("option_memory"))] = None,
    threads: Annotated[int, Option(min=1, max=MOST_THREADS, help=help_of("option_threads"))] = 2,
    require: Annotated[list[str] | None, Option(help=help_of("option_require"))] = None,
    engine: Annotated[Machines, Option(help=help_of("option_engine"))] = "local",
    master: Annotated[str | None, Option(help=help_of("option_master"))] = None,
) -> None:
    """Score a folder of canonical tables."""
    from scoring.budget import given_back
    from scoring.forked import one_openmp_thread

    given_back()
    one_openmp_thread()
    from pipelines.commands.data import checks_asked

    wanted = checks_asked(params, expectations)
    if engine == "spark":
        _only_here({"--format": format_, "--table": table, "--memory": memory, "--require": require or None})
        from pipelines.commands.score_spark import score_on_spark

        score_on_spark(model, tables, output, extracted_on, wanted, strict_policy, ledger, master, rejects)
        return
    if master is not None:
        raise typer.BadParameter(help_of("needs_spark"), param_hint="--master")
    from pipelines.commands.score import score_tables
    from scoring.budget import memory as bytes_of
    from scoring.output.target import target

    where = target(output, format_, table, rejects)
    allowed = None if memory is None else bytes_of(memory)
    named = _tables(require or [])
    score_tables(model, Path(tables), where, extracted_on, wanted, strict_policy, ledger, allowed, threads, named)


def _tables(named: list[str]) -> tuple[str, ...]:
    """The names, when each is that of a canonical table."""
    from schemas.tables import TABLES

    unknown = [name for name in named if name not in TABLES]
    if unknown:
        wanted = help_of("no_such_table")
        message = f"{wanted}: {', '.join(TABLES)}"
        raise typer.BadParameter(message, param_hint="--require")
    return tuple(named)


def _only_here(given: Mapping[str, str | list[str] | None]) -> None:
    """Nothing, when none of these options is given, which a cluster has no use for."""
    for name, value in given.items():
        if value is not None:
            raise typer.BadParameter(help_of("not_on_spark"), param_hint=name)


def clean(
    folder: Annotated[Path, typer.Argument(help=help_of("argument_clean"))],
    older_than: Annotated[float | None, Option(min=0, help=help_of("option_older_than"))] = None,
) -> None:
    """Remove what killed runs left in a folder."""
    from pipelines.commands.clean import clean_folder

    clean_folder(folder, older_than)
