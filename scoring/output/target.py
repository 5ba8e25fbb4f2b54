"""Where a batch is asked to leave its scores, and what lies beside them."""

from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Literal

from policy.errors import MendableError
from scoring.output import csv, parquet, postgresql, xlsx

FORMATS = {"parquet": parquet, "csv": csv, "xlsx": xlsx}
MANIFEST, SUMMARY, REJECTS = "manifest.json", "summary.json", "rejects"
Kind = Literal["file", "folder", "database"]


class OutputError(MendableError):
    """The scores cannot be left where they were asked for."""


class TargetError(OutputError):
    """What is asked for contradicts itself, or cannot be told, which is wrong usage."""

    exit_code = 2


@dataclass(frozen=True)
class Target:
    """Where scores go. `path` is the file or the folder; of a database, the folder of what lies beside its table.

    `format` names one of FORMATS; `location` and `table` are those of a database.
    """

    kind: Kind
    path: Path
    format: str = "parquet"
    location: str = ""
    table: str = ""

    @property
    def writer(self) -> ModuleType:
        """The module that writes the format: `write(parts, path)`, `ENDING`."""
        return FORMATS[self.format]

    @property
    def shown(self) -> str:
        """The target for messages, as it was typed, without secrets."""
        if self.kind == "database":
            return f"table {self.table} of {postgresql.shown(self.location)}"
        return str(self.path)

    @property
    def place(self) -> str:
        """The target for its lock and its journal, the same however its path is typed, without secrets."""
        return self.shown if self.kind == "database" else str(self.path.resolve())

    @property
    def places(self) -> tuple[Path, ...]:
        """Every place that a batch replaces: the folder, or the file and what lies beside it."""
        if self.kind != "file":
            return (self.path,)
        return self.path, self.rejects, self.other_rejects, self.manifest, self.summary

    def beside(self, name: str) -> Path:
        """Where a file called `name` lies beside the scores."""
        return self.path.with_name(f"{self.path.name}.{name}") if self.kind == "file" else self.path / name

    @property
    def rejects(self) -> Path:
        """Parquet file of the applications that got no decision."""
        return self.beside("rejects.parquet") if self.kind == "file" else self.other_rejects / "applications.parquet"

    @property
    def other_rejects(self) -> Path:
        """Folder of the rejected rows of the other tables."""
        return self.beside(REJECTS)

    @property
    def manifest(self) -> Path:
        """JSON file: the account of every table, the parts and inputs with their SHA-256, versions, seconds."""
        return self.beside(MANIFEST)

    @property
    def summary(self) -> Path:
        """JSON file: what the command tells of the batch."""
        return self.beside(SUMMARY)


def target(output: str, format_: str | None = None, table: str | None = None, rejects: Path | None = None) -> Target:
    """What `--output`, `--format`, `--table` and `--rejects` ask for.

    A name that ends like a format is a file; one that ends in / or is a folder is a folder of parts; `env:NAME`,
    `file:PATH` and what holds :// is the address of a database.

    Raises
    ------
    TargetError
        When they contradict each other, or it cannot be told which is meant.
    """
    if format_ is not None and format_ not in FORMATS:
        message = f"--format must be one of {', '.join(FORMATS)}; got {format_!r}"
        raise TargetError(message)
    if "://" in output or output.startswith(("env:", "file:")):
        return _database(output, format_, table, rejects)
    if table is not None or rejects is not None:
        message = "--table and --rejects are about a database: wanted an address as --output, or none of them"
        raise TargetError(message)
    path = Path(output)
    of_name = next((name for name, module in FORMATS.items() if path.suffix == module.ENDING), None)
    ends_like = next((m.ENDING for m in FORMATS.values() if path.suffix.lower() == m.ENDING), None)
    if output.endswith("/") and ends_like is not None:
        message = (
            f"wanted a folder for parts whose name does not end like a file ({ends_like}), or a file; got {path.name}/"
        )
        raise TargetError(message)
    if output.endswith("/") or (path.is_dir() and of_name is None):
        return Target("folder", path, format_ or "parquet")
    if of_name is None:
        message = (
            f"wanted a file that ends in {', '.join(m.ENDING for m in FORMATS.values())}, a folder that ends in /, "
            f"or the address of a database for the scores; got {path.name}"
        )
        raise TargetError(message)
    if format_ not in (None, of_name):
        message = f"--format {format_} is written as a file that ends in {FORMATS[format_].ENDING}; got {path.name}"
        raise TargetError(message)
    return Target("file", path, of_name)


def _database(location: str, format_: str | None, table: str | None, rejects: Path | None) -> Target:
    if format_ is not None:
        message = "--format is about files: wanted none with a database"
        raise TargetError(message)
    if table is None or rejects is None:
        message = "wanted --table NAME and --rejects FOLDER (rejected rows, summary, manifest) with a database"
        raise TargetError(message)
    parts = table.split(".")
    if len(parts) > 2 or not all(parts) or any(len(part.encode()) > 63 for part in parts):
        message = f"--table must be a name or schema.name, each of at most 63 bytes; got {table!r}"
        raise TargetError(message)
    return Target("database", rejects, location=location, table=table)
