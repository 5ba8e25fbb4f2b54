"""No text of a bank steers a terminal or breaks a log line, whatever way a command prints it."""

import io
import logging
import re
import sys
from pathlib import Path

import pytest
import rich.console
from rich.table import Table
from rich.text import Text

import pipelines
from pipelines.commands.screens import show
from pipelines.entry import LONGEST, guarded
from pipelines.printing import Console, printable_streams
from policy.errors import MendableError

HOSTILE = "A\x1b[2J\x1b[31m\u202etxt\x9b1m\rB"
SHOWN = "A\\x1b[2J\\x1b[31m\\u202etxt\\x9b1m\\rB"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_both_streams_write_escapes_and_keep_lines_and_columns(stream: str, capsys: pytest.CaptureFixture[str]) -> None:
    with printable_streams():
        written = getattr(sys, stream)
        written.write(f"{HOSTILE}\tx\n")
        written.writelines([HOSTILE, "\n"])
        logging.StreamHandler(written).emit(logging.makeLogRecord({"msg": HOSTILE}))
        written.flush()
    assert getattr(capsys.readouterr(), stream[3:]) == f"{SHOWN}\tx\n{SHOWN}\n{SHOWN}\n"


def test_the_streams_are_those_from_before_afterwards() -> None:
    before = sys.stdout
    with pytest.raises(KeyError), printable_streams():
        raise KeyError
    assert sys.stdout is before


def test_an_error_of_the_bank_s_values_is_one_printable_line(capsys: pytest.CaptureFixture[str]) -> None:
    def app() -> None:
        message = f"column a: got {HOSTILE}\nerror: another"
        raise MendableError(message)

    with pytest.raises(SystemExit):
        guarded(app)
    said = capsys.readouterr().err
    assert re.fullmatch(r"error: column a: got [ -~]+\n", said)


def test_a_fault_with_hostile_values_cannot_steer_the_terminal_either(capsys: pytest.CaptureFixture[str]) -> None:
    def app() -> None:
        raise KeyError(HOSTILE)

    with pytest.raises(SystemExit):
        guarded(app)
    assert not set(capsys.readouterr().err) & set("\x1b\x9b\u202e\r")


def test_an_error_of_any_length_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    def app() -> None:
        raise MendableError("x" * 1_000_000)

    with pytest.raises(SystemExit):
        guarded(app)
    assert len(capsys.readouterr().err) == len("error: ") + LONGEST + len("…\n")


def test_a_terminal_gets_colours_of_ours_and_none_of_the_bank_s(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    table = Table(title="[bold]ours[/bold]")
    table.add_column(HOSTILE)
    table.add_column(Text(HOSTILE))
    table.add_row(HOSTILE, Text(HOSTILE))
    with printable_streams():
        Console().print(HOSTILE, markup=False)
        Console().print(Text(HOSTILE))
        show(table)
    written = stream.getvalue()
    assert "\x1b[1" in written  # bold
    without = re.sub(r"\x1b\[[\d;]*m", "", written)
    assert "\x1b[31m" not in written
    assert not set(without) & set("\x1b\x9b\u202e\r")
    assert "\\u202e" in without


def test_no_command_has_a_console_of_its_own() -> None:
    folder = Path(pipelines.__file__).parent
    others = [path for path in folder.rglob("*.py") if path.name != "printing.py"]
    assert [path for path in others if "from rich.console import Console" in path.read_text(encoding="utf8")] == []
    assert issubclass(Console, rich.console.Console)
