"""Sections of params.yaml as frozen dataclasses; a misspelt key stops the run."""

from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, TypeVar

from policy.errors import MendableError
from policy.guarded import UnreadableError, read_yaml

PARAMS = Path("params.yaml")
T = TypeVar("T")


class ParamsError(MendableError):
    """params.yaml lacks a section or a key, or has one that does not exist."""


def content(path: Path = PARAMS) -> dict[str, Any]:
    """All of params.yaml.

    Raises
    ------
    ParamsError
        When the file does not exist or holds no sections of YAML.
    """
    if not path.exists():
        message = f"wanted {path} in the folder the command runs in; {Path.cwd()} has none"
        raise ParamsError(message)
    try:
        loaded = read_yaml(path)
    except UnreadableError as error:
        message = f"wanted YAML in {path}; {error}"
        raise ParamsError(message) from error
    if not isinstance(loaded, dict):
        message = f"wanted sections of parameters in {path}; it holds {type(loaded).__name__}"
        raise ParamsError(message)
    return loaded


def chosen_source(source: str | None) -> str:
    """Name of the source asked for, the default one where none is.

    Raises
    ------
    ParamsError
        When the source is not one of params.yaml.
    """
    params = content()
    chosen = str(source or params["default_source"])
    if chosen not in params["sources"]:
        message = f"source must be one of {', '.join(params['sources'])}; got {chosen!r}"
        raise ParamsError(message)
    return chosen


def require_entries(source: str, path: Path = PARAMS) -> None:
    """Nothing, when every section has an entry for the source: DVC watches entries, and stops at one that is not there.

    Raises
    ------
    ParamsError
        When a section has none; the message is what has to be written.
    """
    known = content(path).items()
    absent = [name for name, entry in known if isinstance(entry, dict) and "default" in entry and source not in entry]
    if absent:
        message = f"{path}: wanted `{source}: {{}}`, or keys of its own, in section {', '.join(absent)}; there is none"
        raise ParamsError(message)


def section(name: str, kind: type[T], source: str, path: Path = PARAMS) -> T:
    """Section `name` for one source as a `kind`: the keys of `default`, then those of the source, which win.

    Keys that `kind` has a default for may be left out, and so may the entry of a source that `sources` names.

    Raises
    ------
    ParamsError
        When the section is missing, the source is neither in it nor in `sources`, or the keys are not those of `kind`.
    """
    everything = content(path)
    if name not in everything:
        message = f"{path}: wanted section {name}; it has {', '.join(everything)}"
        raise ParamsError(message)
    if source not in everything[name] and source not in (everything.get("sources") or ()):
        message = f"{path}, section {name}: wanted source {source}; it has {', '.join(everything[name])}"
        raise ParamsError(message)
    merged = {**(everything[name].get("default") or {}), **(everything[name].get(source) or {})}
    known = fields(kind)  # type: ignore[arg-type]  # T is one of our dataclasses
    wanted = {f.name for f in known}
    needed = {f.name for f in known if f.default is MISSING}
    unknown, absent = sorted(set(merged) - wanted), sorted(needed - set(merged))
    if unknown or absent:
        parts = [f"no such key {', '.join(unknown)}"] * bool(unknown) + [f"key {', '.join(absent)} is missing"] * bool(
            absent
        )
        message = (
            f"{path}, section {name}, source {source}: {'; '.join(parts)}; the keys are {', '.join(sorted(wanted))}"
        )
        raise ParamsError(message)
    return kind(**merged)
