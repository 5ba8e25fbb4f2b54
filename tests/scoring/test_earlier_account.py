"""Tables that were checked before are scored with the gap rows that the account of that check counts, or not at all."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from features.engine import engine
from pipelines.commands.data import validate_tables
from pipelines.commands.explain import feature_row
from pipelines.comparison.loans import of_tables
from policy.errors import MendableError
from schemas.account import summary
from schemas.check import validated
from schemas.checks import Checks
from schemas.conform import conform, write_table
from schemas.fit import fit, write_fit
from schemas.folder import read_tables
from schemas.gaps import of_earlier_check
from schemas.seal import SEAL, seal
from schemas.tables import TABLES
from scoring.check.account import account_of
from scoring.stream_check import StreamChecked, stream_check
from tests.scoring.small_bank import DAY, asked, firms, staff, write_bank

NUMBER = 8


def checked(tmp_path: Path, firm: str = "e3") -> Path:
    """What a check leaves; a headcount breaks a rule, one is of nobody, one written like e1, one not read at import."""
    wrong = [{**staff(1)[0], "rd_staff": 99}, *staff(NUMBER)[1:]]
    lost = [{**staff(1)[0], "enterprise_id": name} for name in ("nobody", " E1")]
    known = [*firms(NUMBER), {**firms(1)[0], "enterprise_id": firm}] if firm != "e3" else firms(NUMBER)
    folder = write_bank(tmp_path / "bank", enterprises=known, headcount=[*wrong, *lost], applications=asked(NUMBER))
    (folder / "gaps.parquet").unlink()
    lines = {"source": ["s"], "row": [3], "rule": ["staff_number"], "enterprise_id": "e3"}
    (folder / "rejects").mkdir()
    pd.DataFrame(lines).to_parquet(folder / "rejects" / "headcount.parquet", index=False)
    result = validated(read_tables(folder), DAY, direct=True)
    found = fit(result, folder)
    (tmp_path / "valid").mkdir()
    write_fit(found, tmp_path / "valid")
    account = {"extracted_on": str(DAY.date()), **summary(result.quality), "unread": {"headcount": 1}, **found.told()}
    account[SEAL] = seal(tmp_path / "valid")
    (tmp_path / "valid" / "summary.json").write_text(json.dumps(account), encoding="utf8")
    return tmp_path / "valid"


def again(folder: Path, work: Path) -> StreamChecked:
    """The check of `score` on what a check left."""
    (work / "work").mkdir(exist_ok=True)
    with engine("500MB", spill=work / "work") as base:
        return stream_check(base, folder, work / "work", work / "rejects", DAY, Checks())


def test_gap_rows_as_the_check_left_them_are_taken(tmp_path: Path) -> None:
    assert again(checked(tmp_path), tmp_path).told["rejected_before"] == {"headcount": 4}


def test_gap_rows_that_the_account_does_not_count_are_refused(tmp_path: Path) -> None:
    folder = checked(tmp_path)
    gaps = of_earlier_check(folder)
    nameless = gaps["enterprise_id"].where(gaps["enterprise_id"] == "nobody")
    for wrong, sentence in (
        (
            gaps.iloc[:0],
            r"wanted the gap rows in .*gaps.parquet that the check left .*; got 0 of headcount instead of 4",
        ),
        (gaps.iloc[1:], "got 3 of headcount instead of 4"),
        (pd.concat([gaps, gaps]), "got 8 of headcount instead of 4"),
        (gaps.assign(enterprise_id=nameless), "got 3 of headcount without enterprise_id instead of at most 1"),
        (gaps.assign(rules=pd.Series([None] * 4, dtype="str")), "got 4 without rules"),
        (gaps.drop(columns="rules"), "wanted .*gaps.parquet as a check or an import leaves it"),
    ):
        wrong.to_parquet(folder / "gaps.parquet", index=False)
        with pytest.raises(MendableError, match=sentence):
            again(folder, tmp_path)


def test_a_row_that_may_speak_of_several_leaves_more_gap_rows_and_never_fewer(tmp_path: Path) -> None:
    folder = checked(tmp_path, "e 1")
    gaps = of_earlier_check(folder)
    assert len(gaps) == 4 + 1 + 2, "the row of E1 for e1 and for e 1, and a row of each of these enterprises"
    again(folder, tmp_path)
    gaps.iloc[:0].to_parquet(folder / "gaps.parquet", index=False)
    with pytest.raises(MendableError, match="got 0 of enterprises instead of 2, 0 of headcount instead of at least 4"):
        again(folder, tmp_path)


def test_gap_rows_beside_what_is_no_account_are_refused(tmp_path: Path) -> None:
    folder = checked(tmp_path)
    (folder / "summary.json").write_text("{}", encoding="utf8")
    with pytest.raises(
        MendableError, match=r"wanted .*summary.json as the check leaves it beside gaps.parquet; it has"
    ):
        again(folder, tmp_path)


def no_records() -> pd.DataFrame:
    """No adverse record of anybody."""
    return pd.DataFrame(columns=["record_id", "enterprise_id", "kind", "happened_on", "known_on"])


def readers(folder: Path, work: Path) -> tuple[Callable[[], object], ...]:
    """What reads checked tables; each refuses before it looks at a model."""
    unread: Any = None
    return (
        lambda: again(folder, work),
        lambda: feature_row(folder, "a1", unread, DAY, Checks()),
        lambda: validate_tables(folder, None, None, Checks()),
        lambda: of_tables(folder, None).__enter__(),
    )


def test_as_many_other_gap_rows_are_refused_by_every_reader(tmp_path: Path) -> None:
    folder = checked(tmp_path)
    gaps = of_earlier_check(folder)
    other = gaps.assign(enterprise_id=gaps["enterprise_id"].replace({"e0": "e5"}))
    assert not other.equals(gaps)
    other.to_parquet(folder / "gaps.parquet", index=False)
    for reader in readers(folder, tmp_path):
        with pytest.raises(MendableError, match=r"wanted the tables in .* as their check left .*; got gaps.parquet ch"):
            reader()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda path: pd.read_parquet(path).iloc[1:].to_parquet(path, index=False), "headcount.parquet changed"),
        (lambda path: path.unlink(), "headcount.parquet not there"),
        (
            lambda path: write_table(conform(no_records(), TABLES["conduct"]), "conduct", path.parent),
            "conduct.parquet add",
        ),
    ],
)
def test_tables_that_are_not_those_of_their_check_are_refused_by_every_reader(
    change: Callable[[Path], object], said: str, tmp_path: Path
) -> None:
    folder = checked(tmp_path)
    change(folder / "headcount.parquet")
    for reader in readers(folder, tmp_path):
        with pytest.raises(MendableError, match=said):
            reader()


@pytest.mark.parametrize("left", [None, "no JSON"])
def test_an_account_without_its_gap_rows_is_refused_by_every_reader(left: str | None, tmp_path: Path) -> None:
    folder = checked(tmp_path)
    (folder / "gaps.parquet").unlink()
    if left is not None:
        (folder / "summary.json").write_text(left, encoding="utf8")
    sentence = (
        "wanted .*gaps.parquet as the check leaves it" if left is None else "wanted .*summary.json as an import or"
    )
    for reader in readers(folder, tmp_path):
        with pytest.raises(MendableError, match=sentence):
            reader()


def test_rejected_rows_that_are_not_those_of_the_check_are_refused(tmp_path: Path) -> None:
    folder = checked(tmp_path)
    (folder / "rejects").mkdir()
    lines = {"source": ["s"], "row": [3], "rule": ["staff_number"], "enterprise_id": "e4"}
    pd.DataFrame(lines).to_parquet(folder / "rejects" / "headcount.parquet", index=False)
    with pytest.raises(MendableError, match=r"got rejects/headcount.parquet added"):
        again(folder, tmp_path)


def test_an_account_without_a_seal_is_refused(tmp_path: Path) -> None:
    folder = checked(tmp_path)
    account = json.loads((folder / "summary.json").read_text(encoding="utf8"))
    (folder / "summary.json").write_text(json.dumps({n: v for n, v in account.items() if n != SEAL}), encoding="utf8")
    with pytest.raises(MendableError, match="it has no SHA-256 of the files that the check left, in files"):
        again(folder, tmp_path)


def test_gap_rows_without_the_account_of_their_check_are_refused_by_every_reader(tmp_path: Path) -> None:
    folder = checked(tmp_path)
    (folder / "summary.json").unlink()
    sentence = r"wanted .*summary.json as the check leaves it beside gaps.parquet; there is no such file"
    for reader in readers(folder, tmp_path):
        with pytest.raises(MendableError, match=sentence):
            reader()


def test_an_account_whose_rows_do_not_add_up_is_none(tmp_path: Path) -> None:
    account = json.loads((checked(tmp_path) / "summary.json").read_text(encoding="utf8"))
    assert account_of(json.dumps(account)) == account
    account["tables"]["headcount"]["rejected"] = 0
    with pytest.raises(ValueError, match=r"rows are not kept \+ rejected \+ duplicates \+ left out in headcount"):
        account_of(json.dumps(account))
