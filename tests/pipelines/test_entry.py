"""Exit codes: 1 for what a person can mend, 2 for usage, 3 for too many rejects, 70 for a fault of the program."""

import signal as signals
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
import typer

import decisions.sampling
import features.catalogue
import models.fitting.split
import models.fitting.stage_model
import pipelines.params
import policy.loader
import reports.texts
import schemas.conform
from pipelines.commands.run import StepFailedError, _code
from pipelines.entry import FAULT, INTERRUPTED, TERMINATED, Terminated, guarded
from policy.errors import MendableError
from schemas.account import TooManyRejectedError


def raising(error: Exception) -> Callable[[], None]:
    def app() -> None:
        raise error

    return app


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (schemas.conform.BadTableError("table x: wanted y"), 1),
        (TooManyRejectedError("table x: wanted y"), 3),
        (FileNotFoundError(2, "No such file", "table x: wanted y"), 1),
        (StepFailedError("table x: wanted y", 3), 3),
    ],
)
def test_what_a_person_can_mend_is_one_line(error: Exception, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        guarded(raising(error))
    said = capsys.readouterr().err
    assert left.value.code == code
    assert len(said.splitlines()) == 1
    assert "table x: wanted y" in said


def numpys_own() -> None:
    np.zeros(3).reshape(2, 2)


@pytest.mark.parametrize("app", [numpys_own, raising(KeyError("x")), raising(RuntimeError("x"))])
def test_a_fault_of_the_program_keeps_its_traceback_and_says_so(
    app: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        guarded(app)
    said = capsys.readouterr().err
    assert left.value.code == FAULT == 70
    assert "Traceback" in said
    assert said.splitlines()[-1].startswith("error: this is a fault of the program")


@pytest.mark.parametrize(
    ("signal", "code", "told"),
    [(Terminated(), TERMINATED, "told to end"), (KeyboardInterrupt(), INTERRUPTED, "interrupted")],
)
@pytest.mark.parametrize("cause", [None, ValueError("another")])
def test_what_putting_away_raises_does_not_hide_that_a_run_was_told_to_end(
    signal: BaseException, code: int, told: str, cause: Exception | None, capsys: pytest.CaptureFixture[str]
) -> None:
    def app() -> None:
        try:
            try:
                raise signal
            finally:
                raise RuntimeError
        except RuntimeError as error:
            raise schemas.conform.BadTableError from cause or error

    with pytest.raises(SystemExit) as left:
        guarded(app)
    said = capsys.readouterr().err
    assert left.value.code == code
    assert said.startswith(f"error: {told}")
    assert len(said.splitlines()) == 1


START = """
import os, signal, sys, time
from pipelines.entry import guarded

def tell(number=signal.SIGTERM):
    os.kill(os.getpid(), number)
    time.sleep(0.01)

def wait():
    print("went on", flush=True)
    while True:
        time.sleep(0.01)

"""
FINALISER = """
class Kept:
    def __del__(self):
        tell()  # what the signal raises in here is dropped

def app():
    Kept()
    wait()
"""
OTHER = """
def app():
    try:
        tell(signal.{name})
    except BaseException:
        pass
    raise RuntimeError("the query was interrupted")  # as the SQL engine has it
"""
PUTTING_AWAY = """
def app():
    try:
        tell()
    finally:
        for _ in range(50):
            tell()
        print("put away", flush=True)
"""
DEALT_WITH = """
def app():
    try:
        raise ValueError
    except ValueError:
        tell()
        print("dealt with", flush=True)
    wait()
"""
DONE = """
def app():
    try:
        tell()
    except BaseException:
        pass
    sys.exit(0)
"""
IGNORED = """
signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell starts what it does not wait for

def app():
    tell(signal.SIGINT)
    print("went on", flush=True)
"""


@pytest.mark.parametrize(
    ("work", "code", "said"),
    [
        (FINALISER, TERMINATED, "went on"),
        (OTHER.format(name="SIGTERM"), TERMINATED, ""),
        (OTHER.format(name="SIGINT"), INTERRUPTED, ""),
        (PUTTING_AWAY, TERMINATED, "put away"),
        (DEALT_WITH, TERMINATED, "dealt with\nwent on"),
        (DONE, 0, ""),
        (IGNORED, 0, "went on"),
    ],
)
def test_a_process_that_is_told_to_end_does_and_says_so(work: str, code: int, said: str) -> None:
    command = [sys.executable, "-c", f"{START}{work}\nguarded(app)"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == said
    assert done.returncode == code, done.stderr
    assert "fault of the program" not in done.stderr
    last = (done.stderr.splitlines() or [""])[-1]
    assert last.startswith({TERMINATED: "error: told to end", INTERRUPTED: "error: interrupted", 0: ""}[code])


def test_signals_have_their_handlers_back_where_none_came() -> None:
    before = [signals.getsignal(number) for number in (signals.SIGTERM, signals.SIGINT)]
    guarded(lambda: None)
    assert [signals.getsignal(number) for number in (signals.SIGTERM, signals.SIGINT)] == before


def test_wrong_usage_is_two(capsys: pytest.CaptureFixture[str]) -> None:
    app = typer.Typer()
    app.command()(lambda: None)
    with pytest.raises(SystemExit) as left:
        guarded(lambda: app(["--no-such-option"]))
    assert left.value.code == 2
    capsys.readouterr()


@pytest.mark.parametrize(
    "kind",
    [
        schemas.conform.BadTableError,
        policy.loader.PolicyError,
        features.catalogue.CatalogueError,
        models.fitting.split.SplitError,
        models.fitting.stage_model.ModelError,
        reports.texts.TextError,
        pipelines.params.ParamsError,
    ],
)
def test_every_error_of_ours_a_person_can_mend_has_the_one_base_class(kind: type[Exception]) -> None:
    assert issubclass(kind, MendableError)


def test_a_design_that_does_not_exist_is_a_persons_mistake() -> None:
    with pytest.raises(MendableError, match="design must be one of"):
        decisions.sampling.sample([0.1], [1.0], [True], [1.0], "guess")


def test_the_run_ends_with_the_code_of_its_step() -> None:
    assert _code("ERROR: failed to reproduce: failed to run: python -m pipelines.validate, exited with 3\n") == 3
    assert _code("ERROR: something else\n") == 1
