"""The option `--model` of the command line: the folder of a run, or a version of a registry such as its champion."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from pipelines.help_text import help_of


def found(model: Path) -> Path:
    """The folder of a run that `model` is or, in a registry (registry/simulated/champion), stands for.

    Raises
    ------
    RegistryError, SignatureError
        When the registry has no such version, is not as it was written, or its record is gone.
    """
    named = model.name in ("champion", "challenger") and not model.exists()
    if not named and not (model.parent / "record").is_dir() and not re.fullmatch(r"v\d+", model.name):
        return model
    from pipelines.registry.versions import resolved  # heavy where no registry is meant

    return resolved(model)


Model = Annotated[Path, typer.Option(help=help_of("option_model"), callback=found)]
