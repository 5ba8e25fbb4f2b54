"""The example bank with one fault at a time, from its files to decisions: no fault ever pays."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from schemas.conform import conform, write_table
from schemas.folder import read_tables
from schemas.tables import TABLES

pytestmark = pytest.mark.pipeline

Cli = Callable[..., subprocess.CompletedProcess[str]]
LATER = pd.Timestamp("2024-03-15")
"""Day that the example is moved to: before 2024-01-05 no tolerance is in force, and every application is referred."""
FIRST = "2022-03-10"
"""Day before which applications stay where they are: the records of `records` are not known to them."""
EXAMPLE = Path(__file__).parents[2] / "data/samples/bank_example"
STATEMENTS = ("财务报表_2021.csv", "财务报表_2022.csv")
CONDUCT = """  conduct:
    from: 不良记录.csv
    columns: {enterprise_id: 客户号, record_id: 记录号, kind: 类型, happened_on: 发生日, resolved_on: 解除日,
              amount: {from: 金额, unit: 万元}, days_past_due: 逾期天数, known_on: 获知日}
"""


@pytest.fixture(scope="module")
def decided(simulated_run: Path, techcredit: Cli, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple]:
    """Decisions on the example bank after `change` of its folder, by application; with what import and score said.

    Tables that the bank lacks are delivered and empty, but for those named in `absent`, which are not delivered.
    """

    def run(change: Callable[[Path], None], absent: tuple[str, ...] = (), code: int = 0) -> tuple[pd.DataFrame, str]:
        bank = tmp_path_factory.mktemp("bank") / "files"
        shutil.copytree(EXAMPLE, bank)
        change(bank)
        tables, output = bank.parent / "tables", bank.parent / "scores.parquet"
        arguments = ("--mapping", str(bank / "mapping.yaml"), "--input", str(bank), "--output", str(tables))
        imported = techcredit(simulated_run, "import", *arguments)
        assert imported.returncode == 0, imported.stderr
        applications = read_tables(tables)["applications"]
        moved = applications["as_of"].where(applications["as_of"] < FIRST, LATER.as_unit("us"))
        # The bank of the model says of every applicant whether it is a related party; outcomes of moved days are none.
        write_table(applications.assign(as_of=moved, related_party=False), "applications", tables)
        (tables / "outcomes.parquet").unlink(missing_ok=True)
        for name in set(TABLES) - set(read_tables(tables)) - set(absent):
            empty = pd.DataFrame(columns=[column.name for column in TABLES[name].columns])
            write_table(conform(empty, TABLES[name]), name, tables)
        for name in absent:
            (tables / f"{name}.parquet").unlink(missing_ok=True)
        scored = techcredit(
            simulated_run,
            "score",
            *("--model", "data/simulated", "--input", str(tables), "--output", str(output)),
            *("--extracted-on", "2024-06-30"),
        )
        assert scored.returncode == code, scored.stderr
        found = pd.read_parquet(output).set_index("application_id").sort_index()
        return found, imported.stdout + scored.stdout + scored.stderr

    return run


@pytest.fixture(scope="module")
def plain(decided: Callable[..., tuple]) -> pd.DataFrame:
    """Decisions on the example bank as it is."""
    return decided(lambda bank: None)[0]


def doubled(bank: Path) -> None:
    for name in STATEMENTS:
        head, *rows = (bank / name).read_bytes().rstrip(b"\r\n").split(b"\n")
        (bank / name).write_bytes(b"\n".join([head, *rows, *rows]) + b"\n")


def copied(bank: Path) -> None:
    shutil.copy(bank / STATEMENTS[0], bank / "财务报表_2021 - 副本.csv")


def records(resolved: str) -> Callable[[Path], None]:
    """An overdue debt and an enforcement of every enterprise, with this end."""

    def change(bank: Path) -> None:
        ids = [line.split(",")[0] for line in (bank / "客户基本信息表.csv").read_text("gbk").splitlines()[1:]]
        lines = ["客户号,记录号,类型,发生日,解除日,金额,逾期天数,获知日"]
        for number, name in enumerate(ids):
            lines.append(f"{name},R{number}a,overdue,2022-01-10,{resolved},50,120,2022-02-10")
            lines.append(f"{name},R{number}b,enforcement,2022-02-10,{resolved},50,,2022-03-10")
        (bank / "不良记录.csv").write_text("\n".join(lines) + "\n", encoding="gbk")
        mapping = bank / "mapping.yaml"
        mapping.write_text(mapping.read_text(encoding="utf8") + CONDUCT, encoding="utf8")

    return change


def test_the_bank_as_it_is_has_every_kind_of_a_decision_without_gaps(plain: pd.DataFrame) -> None:
    assert (plain["data_gap"] == "").all()
    assert (plain["decision"] == "approve").any()


@pytest.mark.parametrize("change", [doubled, copied])
def test_statements_delivered_twice_change_nothing_and_are_told(
    decided: Callable[..., tuple], plain: pd.DataFrame, change: Callable[[Path], None]
) -> None:
    found, said = decided(change)
    pd.testing.assert_frame_equal(found[["pd", "decision"]], plain[["pd", "decision"]])
    twice = 96 if change is doubled else 48
    assert f"rejected 0 + identical duplicates {twice}" in said


def test_without_statements_nothing_is_approved_and_every_referral_says_why(
    decided: Callable[..., tuple], plain: pd.DataFrame
) -> None:
    found, _ = decided(lambda bank: None, absent=("statements",))
    assert (found["decision"] != "approve").all()
    referred = found[found["decision"] == "refer"]
    assert (referred["rule"] == "data_gap").all()
    assert (found["data_gap"] == "statements (not_delivered)").all()
    assert len(found) == len(plain)


def test_records_with_an_end_before_their_start_are_unknown_and_not_absent(
    decided: Callable[..., tuple], plain: pd.DataFrame
) -> None:
    found, said = decided(records("2021-01-05"), code=3)
    assert "table conduct: 96 of 96 rows were rejected" in said
    known = plain["as_of"] >= "2022-03-10"
    assert known.any()
    assert (found.loc[known, "decision"] != "approve").all()
    assert found.loc[known, "data_gap"].str.contains("conduct").all()


def test_records_in_force_raise_the_pds_of_most(decided: Callable[..., tuple], plain: pd.DataFrame) -> None:
    found, _ = decided(records(""))
    known = plain["as_of"] >= "2022-03-10"
    assert (found.loc[known, "data_gap"] == "").all()
    assert (found.loc[known, "pd"] > plain.loc[known, "pd"]).mean() > 0.8


def test_a_record_that_became_known_after_the_decision_plays_no_part(
    decided: Callable[..., tuple], plain: pd.DataFrame
) -> None:
    found, _ = decided(records("2021-01-05"), code=3)
    before = plain["as_of"] < "2022-02-10"
    pd.testing.assert_frame_equal(found.loc[before, ["pd", "decision"]], plain.loc[before, ["pd", "decision"]])
