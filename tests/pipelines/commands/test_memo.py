"""`techcredit memo`: which memos are written where, and every refusal."""

import json
from pathlib import Path

import pandas as pd
import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.commands import memo as commands
from pipelines.commands.memo import MemoError, asked, require_known, run_inputs, shown, write_all, write_chosen
from pipelines.commands.memo_of_batch import CLOSE, SAME, _require_same, _scores
from reports.applications.names import file_key
from reports.inputs import Inputs
from reports.memo.page import memos
from reports.page import memo_page
from tests.reports.applications.test_list import NASTY, renamed
from tests.reports.conftest import _inputs


@pytest.fixture
def inputs() -> Inputs:
    return _inputs()


@pytest.fixture
def told(inputs: Inputs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """The command on the tiny run; what it wrote lies in `out`."""
    monkeypatch.setattr(commands, "run_inputs", lambda model: inputs)

    def call(*arguments: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, ["memo", "--model", str(tmp_path / "run"), *arguments])
        assert done.exit_code == code, (done.output, done.exception)
        return done.output if done.exception is None or code == 2 else str(done.exception)

    return call


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_memo_is_written_in_both_languages_and_is_that_of_the_page(told, inputs, tmp_path):
    out = tmp_path / "out"
    lines = told("--application", "a", "--application", "d", "--out", str(out)).splitlines()
    assert names(out) == sorted(f"{file_key(name)}.{x}.html" for name in "ad" for x in ("en", "zh"))
    assert lines[0] == f"a\t{out / file_key('a')}.en.html"
    assert len(lines) == 4
    (memo,) = memos(inputs, ["d"])
    assert (out / f"{file_key('d')}.zh.html").read_text(encoding="utf8") == memo_page(inputs, memo, "zh")


def test_one_language_alone_may_be_asked_for(told, tmp_path):
    told("--application", "a", "--out", str(tmp_path / "out"), "--language", "zh")
    assert names(tmp_path / "out") == [f"{file_key('a')}.zh.html"]


def test_a_list_is_one_identifier_per_line_or_json(told, tmp_path):
    lines, as_json = tmp_path / "ids.txt", tmp_path / "ids.json"
    lines.write_text("\ufeffa\r\n\r\nb\r\n", encoding="utf8")
    as_json.write_text(json.dumps(["c"]), encoding="utf8")
    told("--list", str(lines), "--out", str(tmp_path / "one"), "--language", "en")
    told("--list", str(as_json), "--out", str(tmp_path / "two"), "--language", "en")
    assert names(tmp_path / "one") == sorted(f"{file_key(name)}.en.html" for name in "ab")
    assert names(tmp_path / "two") == [f"{file_key('c')}.en.html"]


def test_a_memo_as_pdf_is_one_page_that_names_its_application(told, tmp_path):
    told("--application", "a", "--out", str(tmp_path / "out"), "--language", "zh", "--format", "pdf")
    assert names(tmp_path / "out") == [f"{file_key('a')}.zh.pdf"]
    (page,) = PdfReader(tmp_path / "out" / f"{file_key('a')}.zh.pdf").pages
    assert "系统建议" in page.extract_text()


def test_no_memo_is_written_into_a_run_but_into_its_folder_for_memos(told, tmp_path):
    run = tmp_path / "run"
    (run / "manifest").mkdir(parents=True)
    (run / "manifest" / "manifest.json").write_text("{}", encoding="utf8")
    for out in (run, run / "models" / "startup", run / "report"):
        assert "wanted a folder for memos outside the run" in told("--application", "a", "--out", str(out), code=1)
        assert "wanted a folder for memos outside the run" in told("--all", "--out", str(out), code=1)
    told("--application", "a", "--out", str(run / "memos"), "--language", "en")
    assert names(run) == ["manifest", "memos"]


def test_a_folder_with_other_files_is_not_taken_for_all_memos(told, tmp_path):
    out = tmp_path / "mine"
    (out / "chunks").mkdir(parents=True)
    (out / "chunks" / "app.js").write_text("mine", encoding="utf8")
    assert "is something else" in told("--all", "--out", str(out), "--overwrite", code=1)
    assert (out / "chunks" / "app.js").read_text(encoding="utf8") == "mine"


def test_a_memo_that_cannot_be_written_whole_leaves_nothing(told, tmp_path, monkeypatch):
    def full(self, content):
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    said = told("--application", "a", "--out", str(tmp_path / "out"), "--language", "en", code=1)
    assert said.endswith(f"{file_key('a')}.en.html could not be written: No space left on device")
    assert names(tmp_path / "out") == []


def test_an_identifier_is_never_a_path(inputs, tmp_path, capsys):
    run = renamed(inputs, dict(zip("abcdef", NASTY[3:9], strict=True)))
    write_chosen(run, NASTY[3:9], tmp_path / "deep" / "out", ["en"], ["html"], False)
    assert names(tmp_path / "deep" / "out") == sorted(f"{file_key(name)}.en.html" for name in NASTY[3:9])
    assert names(tmp_path / "deep") == ["out"]
    assert len(capsys.readouterr().out.splitlines()) == 6


def test_what_would_break_or_hide_in_a_line_is_escaped():
    assert [shown(name) for name in ("A 1", "a\nb", "a\u202eb")] == ["A 1", "'a\\nb'", "'a\\u202eb'"]


def test_memos_of_all_are_packed_and_the_word_that_they_are_there_is_last(told, tmp_path, monkeypatch):
    out = tmp_path / "run" / "memos"
    assert f"memos of 6 applications: {out / 'memo.html'}" in told("--all")
    assert names(out) == ["chunks", "memo.html", "written.js"]
    assert "wanted a folder without the memos of a run" in told("--all", code=1)
    told("--all", "--overwrite")

    def stopped(*_):
        yield "chunks/0.js", ""
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "memo_files", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_all(_inputs(), tmp_path / "run", out, overwrite=True)
    assert "written.js" not in names(out)


def test_the_same_memo_may_be_written_again_and_another_file_is_not_replaced(told, tmp_path):
    out = tmp_path / "out"
    arguments = ("--application", "a", "--out", str(out), "--language", "en")
    told(*arguments)
    told(*arguments)
    path = out / f"{file_key('a')}.en.html"
    whole = path.read_text(encoding="utf8")
    path.write_text("mine", encoding="utf8")
    assert "is there and is not the same; another --out, or --overwrite" in told(*arguments, code=1)
    assert path.read_text(encoding="utf8") == "mine"
    told(*arguments, "--overwrite")
    assert path.read_text(encoding="utf8") == whole


def test_an_unknown_application_is_named_and_nothing_is_written(told, tmp_path):
    said = told("--application", "a", "--application", "nobody", "--out", str(tmp_path / "out"), code=1)
    assert said.startswith(f"wanted applications of the run in {tmp_path / 'run'}; 'nobody' is not among its 6.")
    assert not (tmp_path / "out").exists()


def test_many_unknown_ones_are_counted():
    with pytest.raises(MemoError, match=r"'1', '2', '3', '4', '5' and 3 others are not among its 1$"):
        require_known([str(number) for number in range(1, 9)], ["a"], "the run")


def test_an_identifier_asked_for_twice_is_refused(tmp_path):
    with pytest.raises(MemoError, match="wanted each application once; 'a' is asked for more than once"):
        asked(["a", "b", "a"], None)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("ids.txt", b"\n  \n", "wanted identifiers of applications, one per line; .* holds none"),
        ("ids.json", b"[]", "wanted identifiers of applications, one per line; .* holds none"),
        ("ids.txt", "申请".encode("gbk"), "wanted UTF-8 in "),
        ("ids.json", b'{"a": 1}', "wanted a JSON list of identifiers in .*; got dict"),
        ("ids.json", b"[1]", "wanted a JSON list of identifiers in "),
        ("ids.json", b"[", "wanted a JSON list of identifiers in "),
    ],
)
def test_a_list_that_is_none_is_refused(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(MemoError, match=said):
        asked([], tmp_path / name)


def test_a_folder_that_is_a_file_or_cannot_be_written_is_told(told, tmp_path):
    (tmp_path / "out").write_text("", encoding="utf8")
    assert "wanted a folder for the memos" in told("--application", "a", "--out", str(tmp_path / "out"), code=1)
    below = str(tmp_path / "out" / "below")
    assert "wanted a folder that can be written" in told("--application", "a", "--out", below, code=1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "wanted either --application or --list, or --all"),
        (("--all", "--application", "a"), "wanted either --application or --list, or --all"),
        (("--application", "a"), "wanted a folder for the memos"),
        (("--all", "--format", "pdf"), "all memos of a run are written as HTML"),
        (("--all", "--input", "x", "--scores", "y"), "all memos of a run are written as HTML"),
        (("--application", "a", "--out", "o", "--input", "x"), "wanted --input and --scores together"),
        (("--application", "a", "--out", "o", "--ledger", "x"), "are about a batch"),
    ],
)
def test_wrong_usage_is_told_with_code_2(told, arguments, said):
    output = " ".join(told(*arguments, code=2).replace("│", " ").split())
    assert said in output


def test_a_folder_without_a_run_is_told(tmp_path):
    with pytest.raises(MemoError, match=r"wanted a finished run in .*thresholds.json is not there"):
        run_inputs(tmp_path)


def _told(**changes: object) -> pd.DataFrame:
    row = dict.fromkeys(SAME, "x") | dict.fromkeys(CLOSE, 0.5)
    row |= {"application_id": "a", "pd": 0.1, "limit": None, "tolerance": 0.03}
    row |= {"model_version": "m", "training_data": "d", "policy_version": "p"}
    return pd.DataFrame([row | changes]).astype({"limit": "float64"})


def test_scores_that_say_the_same_up_to_the_last_digits_are_taken():
    other = _told(pd=0.1 * (1 + 1e-12))
    assert other["pd"].iloc[0] != _told()["pd"].iloc[0]
    _require_same(_told(), other, Path("scores.parquet"))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("decision", "approve"),
        ("pd", 0.1001),
        ("limit", 0.2),
        ("policy_version", "q"),
        ("fired", "z"),
        ("data_gap", "t"),
        ("enterprise_id", "OTHER"),
        ("against_1", "liquidity"),
        ("for_2_feature", "cash_ratio"),
        ("for_1_value", 0.51),
        ("against_4_contribution", 0.6),
    ],
)
def test_scores_that_say_something_else_are_refused(column, value):
    with pytest.raises(
        MemoError, match=f"application 'a': decided again from the tables, {column} is .*; s.parquet says"
    ):
        _require_same(_told(), _told(**{column: value}), Path("s.parquet"))


def test_scores_with_an_application_twice_or_words_for_numbers_are_refused(tmp_path):
    path = tmp_path / "s.parquet"
    pd.concat([_told(), _told()]).to_parquet(path)
    with pytest.raises(MemoError, match=r"wanted each application once in .*; 'a' is there more than once"):
        _scores(path, ["a"])
    _told(pd="0.1").to_parquet(path)
    with pytest.raises(MemoError, match=r"has (str|object) in pd"):
        _scores(path, ["a"])


def test_of_a_folder_of_parts_the_applications_asked_for_are_read(tmp_path):
    for number, name in enumerate(("b", "a", "c")):
        _told(application_id=name).to_parquet(tmp_path / f"part-0000{number}.parquet")
    (tmp_path / "manifest.json").write_text("{}", encoding="utf8")
    assert _scores(tmp_path, ["a", "c", "elsewhere"])["application_id"].tolist() == ["a", "c"]
    _told().to_parquet(tmp_path / "part-00003.parquet")
    with pytest.raises(MemoError, match=r"wanted each application once in .*; 'a' is there more than once"):
        _scores(tmp_path, ["a"])


@pytest.mark.parametrize("name", ["", "scores.csv", "nowhere.parquet"])
def test_scores_that_are_no_parquet_are_told(tmp_path, name):
    (tmp_path / "scores.csv").write_text("application_id\n", encoding="utf8")
    (tmp_path / "part-00000.csv").write_text("application_id\n", encoding="utf8")
    said = r"has none\. Memos need scores as Parquet|score into Parquet|cannot be read \(FileNotFoundError"
    with pytest.raises(MemoError, match=said):
        _scores(tmp_path / name, ["a"])


def test_a_file_that_holds_no_scores_is_told(tmp_path):
    (tmp_path / "no.parquet").write_text("no", encoding="utf8")
    with pytest.raises(MemoError, match="cannot be read"):
        _scores(tmp_path / "no.parquet", ["a"])
    _told().drop(columns="rule").to_parquet(tmp_path / "old.parquet")
    with pytest.raises(MemoError, match="has no column rule"):
        _scores(tmp_path / "old.parquet", ["a"])
