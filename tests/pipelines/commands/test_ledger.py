"""`techcredit ledger` as a banker uses it: figures, tables, refusals in one sentence, and what is shown."""

import json
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from pipelines.booked_loans import read_booked_loans
from pipelines.cli import main
from pipelines.commands import ledger_screens
from pipelines.ledger import read
from policy.loader import Figure, figure
from schemas.conform import BadTableError

Run = Callable[..., tuple[int, str, str]]
LOANS = "size_class,balance,is_npl,loan_id\nmicro,600.10,false,a\nmicro,400,true,b\nlarge,1e6,no,c\n"


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def run(ledger: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line on a ledger of its own: exit code, output, errors."""

    def called(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setenv("TECHCREDIT_LEDGER", str(ledger))
        monkeypatch.setattr(sys, "argv", ["techcredit", "ledger", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return called


def grant(size_class: str = "micro", ratio: str = "0.045", **changed: str) -> Sequence[str]:
    options = {
        "since": "2025-12-31",
        "until": "2026-12-31",
        "recorded-on": "2025-12-31",
        "approved-by": "贷审会",
        "basis": "minute 2025-40",
        "overall-npl": "overall_npl_commercial_banks",
    }
    named = options | {key.replace("_", "-"): value for key, value in changed.items()}
    given = [part for key, value in named.items() for part in (f"--{key}", value)]
    return ["grant", "--size-class", size_class, "--npl-ratio", ratio, *given]


def book(balance: str, npl: str, day: str = "2026-01-31", *more: str) -> Sequence[str]:
    figures = ["--size-class", "micro", "--balance", balance, "--npl", npl, "--loans", "10"]
    return ["book", "--day", day, "--recorded-on", "2026-02-01", *figures, *more]


def test_granted_booked_and_shown(run: Run) -> None:
    assert run(*grant()) == (0, "entry 1: grant of micro, 2025-12-31\n", "")
    assert run(*book("1000", "25"))[1] == "entry 2: booked of micro, 2026-01-31\n"
    code, out, _ = run("show", "--day", "2026-02-01", "--json")
    micro = json.loads(out)["size_classes"]["micro"]
    assert code == 0
    assert (micro["granted"], micro["realised"], micro["room"]) == (0.045, 0.025, 0.02)
    assert (micro["state"], micro["grant"]["until"], micro["grant"]["approved_by"]) == (
        "in_force",
        "2026-12-31",
        "贷审会",
    )
    assert micro["room_amount"] is None
    for language, told in (("en", "NPL ratio realised"), ("zh", "已实现不良率")):
        shown = run("show", "--day", "2026-02-01", "--language", language)[1]
        assert told in shown
        assert "2.50%" in shown
        assert "贷审会" in shown


def test_brackets_in_a_name_are_shown_as_they_are(run: Run) -> None:
    run(*grant(approved_by="Committee [bold]", basis="minute [3]"))
    assert "Committee [bold]" in run("show", "--day", "2026-01-01")[1]
    assert "minute [3]" in run("history")[1]


def test_a_grant_that_differs_from_the_tolerance_of_the_certificates_says_so(run: Run) -> None:
    out = run(*grant(ratio="0.04"))[1]
    assert "certificates are tested against 4.50% for micro enterprises on 2025-12-31" in out


def test_what_a_reader_must_know_stands_under_the_table(run: Run) -> None:
    run(*grant())
    run(*book("1000", "50"))
    run("suspend", "--size-class", "micro", "--day", "2026-02-01", "--reason", "alarm", "--recorded-on", "2026-02-01")
    shown = run("show", "--day", "2026-02-01")[1]
    assert "micro: suspended since 2026-02-01; everything is referred until it is renewed." in shown
    assert "micro: the grant is exceeded." in shown
    renewed = ["--size-class", "micro", "--reason", "new certificate", "--approved-by", "Committee"]
    assert run("renew", "--day", "2026-02-02", "--recorded-on", "2026-02-02", *renewed)[0] == 0
    later = run("show", "--day", "2027-01-01", "--language", "zh")[1]
    assert "暂停，续期前" not in later
    assert "容忍度授予已于2026-12-31到期" in later


def test_a_grant_above_what_the_notice_allows_by_now_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run(*grant())
    fallen = Figure("overall", "", "", "fraction", "report", "B", {date(2025, 12, 31): 0.015, date(2026, 2, 1): 0.0149})
    monkeypatch.setattr(ledger_screens, "figure", lambda document, name: fallen)
    assert "notice allows" not in run("show", "--day", "2026-01-31")[1]
    assert "the highest one that the notice allows on 2026-02-01, 4.49%" in run("show", "--day", "2026-02-01")[1]

    def gone(document: str, name: str) -> Figure:
        return figure(document, "gone")

    monkeypatch.setattr(ledger_screens, "figure", gone)
    shown = run("show", "--day", "2026-02-01")[1]
    assert "micro: the highest grant that the notice allows is not known: " in shown


def test_a_table_of_booked_loans_is_summed_by_size_class(run: Run, ledger: Path, tmp_path: Path) -> None:
    (tmp_path / "loans.csv").write_text(LOANS, encoding="utf-8-sig")
    pd.read_csv(tmp_path / "loans.csv").to_parquet(tmp_path / "loans.parquet")
    for number, name in enumerate(("loans.csv", "loans.parquet"), start=1):
        day = f"2026-01-0{number}"
        code, out, err = run("book", "--day", day, "--recorded-on", "2026-02-01", "--table", str(tmp_path / name))
        assert (code, out.count("booked of"), err) == (0, 4, "")
    booked = {(str(e.content.day), e.content.size_class): e.content for e in read(str(ledger)).entries}
    micro = booked["2026-01-02", "micro"]
    assert (micro.balance, micro.npl, micro.loans) == (1000.1, 400.0, 2)
    assert booked["2026-01-01", "small"].balance == 0.0
    assert booked["2026-01-01", "large"].balance == 1e6


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            "tiny,1,no,d",
            r"size_class must be one of micro, small, medium, large; 1 rows break that, the first is row 4",
        ),
        ("micro,-1,no,d", "balance must be a number of at least 0; 1 rows break that, the first is row 4 with .*-1"),
        (
            "micro,,no,d\nmicro,inf,no,e",
            "balance must be a number of at least 0; 2 rows break that, the first is row 4",
        ),
        ("micro,1,,d", "is_npl must be true or false; 1 rows break that"),
        ("micro,1,no,a", "loan_id must be of one row only; 1 rows break that, the first is row 4 with 'a'"),
        ("micro,much,no,d", "column balance: wanted number"),
    ],
)
def test_a_row_that_cannot_be_right_refuses_the_table(tmp_path: Path, rows: str, sentence: str) -> None:
    path = tmp_path / "loans.csv"
    path.write_text(LOANS + rows + "\n", encoding="utf8")
    with pytest.raises(BadTableError, match=sentence):
        read_booked_loans(path)


def test_a_file_that_cannot_be_read_as_booked_loans_is_named(tmp_path: Path) -> None:
    (tmp_path / "loans.csv").write_bytes("size_class,备注\nmicro,甲".encode("gbk"))
    (tmp_path / "loans.parquet").write_text("no")
    (tmp_path / "short.csv").write_text("size_class,balance\nmicro,1\n")
    for name, sentence in (
        ("loans.csv", "wanted booked loans as Parquet, or CSV in UTF-8"),
        ("loans.parquet", "wanted booked loans as Parquet, or CSV in UTF-8"),
        ("short.csv", "wanted column is_npl"),
        ("loans.xlsx", r"a file that ends with .csv or .parquet; got .*loans.xlsx"),
    ):
        with pytest.raises(BadTableError, match=sentence):
            read_booked_loans(tmp_path / name)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (grant(ratio="0.0451"), "micro enterprises must be at most 4.5% on 2025-12-31, .* by section (5) of the NFRA"),
        (grant(ratio="nan"), "tolerated NPL ratio must be a fraction between 0 and 1"),
        (grant(until="2025-12-30"), "last day of a grant must not come before its first"),
        (grant(recorded_on="2027-01-01"), "must not have expired when it is recorded"),
        (grant("tiny"), "size class must be one of micro, small, medium, large; got 'tiny'"),
        (grant(overall_npl="nothing"), "wanted one of"),
        (grant(approved_by=" "), "wanted a name or text as approver of a grant"),
        (book("-1", "0"), "balance must be a number of at least 0 and at most 1e+15; got -1.0"),
        (book("nan", "0"), "balance must be a number of at least 0 and at most 1e+15; got nan"),
        (book("10", "11"), "NPL balance must be at most the balance, 10.00; got 11.00"),
        (book("10", "1", "2026-02-02"), "must speak of 2026-02-01 or earlier"),
        (book("10", "1", "2026-01-31", "--corrects", "7"), "entry 7 is not there or has been corrected already"),
        (["book", "--day", "2026-01-31", "--recorded-on", "2026-02-01", "--table", "none.csv"], "No such file"),
        (["show", "--day", "2026-01-31"], "there is none. `techcredit ledger grant` begins one"),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_no_entry(
    run: Run, ledger: Path, arguments: Sequence[str], sentence: str
) -> None:
    code, _, err = run(*arguments)
    assert code == 1
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    for part in sentence.split(".*"):
        assert part in err
    with closing(sqlite3.connect(ledger)) as connection:
        assert connection.execute("SELECT * FROM sqlite_master").fetchall() == []


def test_what_was_recorded_later_does_not_count_and_is_said(run: Run) -> None:
    run(*book("1000", "25"))
    shown = run("show", "--day", "2026-01-31")[1]
    assert "1,000.00" not in shown
    assert "1 entries recorded after 2026-01-31 do not count; --known-on with a later day counts them." in shown
    shown = run("show", "--day", "2026-01-31", "--known-on", "2026-02-01")[1]
    assert "1,000.00" in shown
    assert "do not count" not in shown


def test_wrong_usage_of_book_is_told(run: Run) -> None:
    code, _, err = run("book", "--day", "2026-01-31", "--recorded-on", "2026-02-01", "--balance", "1")
    assert code == 2
    assert "--npl" in err


def test_a_correction_shows_in_the_history_beside_what_it_corrects(run: Run) -> None:
    run(*book("1000", "25"))
    run(*book("1000", "30", "2026-01-31", "--corrects", "1"))
    listed = json.loads(run("history", "--json")[1])["history"]
    assert [(e["number"], e["npl"], e["corrects"]) for e in listed] == [(1, 25.0, None), (2, 30.0, 1)]
    shown = run("history", "--language", "zh")[1]
    assert "入账" in shown
    assert listed[1]["digest"][:12] in shown


def test_a_digest_from_the_minutes_is_looked_for(run: Run) -> None:
    run(*grant())
    digest = json.loads(run("show", "--day", "2026-01-01", "--json")[1])["digest"]
    assert run("history", "--holds", digest)[0] == 0
    for other in ("0" * 64, digest[:5]):
        code, _, err = run("show", "--day", "2026-01-01", "--holds", other)
        assert (code, "wanted the entry with digest" in err) == (1, True)


def test_a_password_is_in_no_message(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, err = run("history", "--ledger", "postgresql+psycopg://clerk:s3cret@127.0.0.1:1/bank")
    assert code == 1
    assert "clerk:***@127.0.0.1" in err
    assert "s3cret" not in out + err
