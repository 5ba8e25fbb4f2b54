"""The command line of findings: `techcredit findings show`, `set`."""

from datetime import datetime
from typing import Annotated

import typer

from pipelines.help_text import help_of
from pipelines.language_option import Language
from pipelines.model_option import Model

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.command(help=help_of("findings_show"))
def show(
    model: Model,
    language: Language = "en",
    gone: Annotated[bool, typer.Option("--gone", help=help_of("option_findings_gone"))] = False,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=help_of("option_findings_on"))] = None,
    json: Annotated[bool, typer.Option("--json", help=help_of("option_json"))] = False,
) -> None:
    """Show the findings of a run."""
    from pipelines.commands.findings import print_findings, show_findings

    if json:
        print_findings(model)
    else:
        show_findings(model, language, gone, (on or datetime.now().astimezone()).date())


@app.command("set", help=help_of("findings_set"))
def set_(
    model: Model,
    finding: Annotated[str, typer.Option(help=help_of("option_finding"))],
    owner: Annotated[str | None, typer.Option(help=help_of("option_finding_owner"))] = None,
    due: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=help_of("option_finding_due"))] = None,
    status: Annotated[str | None, typer.Option(help=help_of("option_finding_status"))] = None,
    note: Annotated[str | None, typer.Option(help=help_of("option_finding_note"))] = None,
) -> None:
    """Set what a person says of a finding."""
    from pipelines.commands.findings import change_finding

    if owner is None and due is None and status is None and note is None:
        raise typer.BadParameter(help_of("findings_nothing"), param_hint="findings set")
    change_finding(model, finding, owner, due.date() if due else None, status, note)
