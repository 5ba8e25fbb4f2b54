"""`techcredit run` and `study`: the pipeline of one source brought up to date, with progress, then its summary."""

import importlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from pipelines.chosen import chosen_figures
from pipelines.files import IMPORT_SUMMARY
from pipelines.params import chosen_source, require_entries
from pipelines.policy_day import policy_day
from pipelines.printing import Console
from pipelines.registry.told import registry_lines
from pipelines.registry.versions import REGISTRY
from policy.errors import MendableError
from policy.strict import assumed, refuse_assumed
from schemas.account import accounts, sentences


class StepFailedError(MendableError):
    """A step of the pipeline failed; the exit code of its own command is the one of the run."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.exit_code = code


def _code(said: str) -> int:
    """Exit code of the command that failed, as DVC tells it; 1 where it tells none."""
    told = re.findall(r"exited with (\d+)", said)
    return int(told[-1]) if told else MendableError.exit_code


def run_source(source: str | None, strict: bool = False) -> None:
    """Run `dvc repro` of the last steps of a run of the source in this folder and print the summary it leaves.

    Raises
    ------
    ParamsError
        When the source is not one of params.yaml, or a section has no entry for it.
    StepFailedError
        When a step failed; its own message has been printed.
    PolicyError
        When `strict` and a policy figure of the decisions is assumed or recalled; nothing has run then.
    """
    chosen = chosen_source(source)
    require_entries(chosen)
    if strict:
        refuse_assumed(assumed(policy_day(chosen), chosen_figures(chosen)))
    console = Console(stderr=True)
    changed = _reproduce(_targets(chosen), console)
    if not changed:
        console.print(f"Nothing to do: {chosen} is up to date. / 无需运行：{chosen} 已是最新。")
    from reports.summary import one_screen

    folder = Path("data") / chosen
    delivered = folder / "tables" / IMPORT_SUMMARY
    if delivered.exists():
        sys.stdout.write("import of the bank's own tables, then validation:\n")
        sys.stdout.write(accounts(json.loads(delivered.read_text(encoding="utf8"))))
    checked = json.loads((folder / "valid" / "summary.json").read_text(encoding="utf8"))
    sys.stdout.write(accounts(checked) + "".join(f"{sentence}\n" for sentence in sentences(checked)))
    summary = folder / "report" / "summary.json"
    sys.stdout.write(one_screen(json.loads(summary.read_text(encoding="utf8"))) + "\n")
    sys.stdout.writelines(f"{line}\n" for line in registry_lines(REGISTRY / chosen, folder))


def _targets(source: str) -> tuple[str, ...]:
    """The last steps of a run, on which nothing else of it stands."""
    return tuple(f"{step}@{source}" for step in ("headline", "model_validation", "report", "manifest", "track"))


def study_source(source: str | None) -> None:
    """Run `dvc repro` of the run's steps and of study@<source>, and print the summary of the completed report.

    Raises
    ------
    ParamsError
        When the source is not one of params.yaml, or a section has no entry for it.
    StepFailedError
        When a step failed; its own message has been printed.
    """
    chosen = chosen_source(source)
    require_entries(chosen)
    _reproduce((*_targets(chosen), f"sensitivity@{chosen}", f"study@{chosen}"), Console(stderr=True))
    from reports.summary import one_screen

    found = json.loads((Path("data") / chosen / "study" / "summary.json").read_text(encoding="utf8"))
    sys.stdout.write("\n".join([*found["study"], one_screen(found)]) + "\n")


def _reproduce(targets: tuple[str, ...], console: Console) -> bool:
    """Run DVC, show each step with its time; True when a step was run."""
    environment = {
        **os.environ,
        "DVC_NO_ANALYTICS": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    command = [sys.executable, "-m", "dvc", "repro", *targets]
    said: list[str] = []
    step, began, changed = "", time.monotonic(), False
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as process:
        # Loaded while DVC looks for changes: the summary needs it, and a run with nothing to do is to be over soon.
        importlib.import_module("reports.summary")
        with console.status("dvc repro") as status:
            for line in process.stdout or ():
                said.append(line)
                if line.startswith("Running stage"):
                    _done(console, step, began)
                    step, began, changed = line.split("'")[1], time.monotonic(), True
                    status.update(step)
        code = process.wait()
    if code:
        console.print("".join(said[-30:]), markup=False, highlight=False)
        message = f"step {step or targets[-1]} failed; its message is above"
        raise StepFailedError(message, _code("".join(said)))
    _done(console, step, began)
    return changed


def _done(console: Console, step: str, began: float) -> None:
    if step:
        console.print(f"{step:<24} {time.monotonic() - began:6.1f} s", highlight=False)
