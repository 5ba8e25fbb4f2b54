"""A local Spark for the tests of this folder, a small bank for it, and what its check leaves."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from schemas.checks import Checks
from scoring.bundle import Bundle
from scoring.spark.checked import CheckOptions, is_checked, write_checked
from scoring.spark.errors import SparkError
from tests.scoring.small_bank import DAY, asked, firms, small_bundle, staff, unchecked, write_bank

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

QUICK = {
    "spark.driver.memory": "1g",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""For a few hundred rows compiling costs more than it gives."""
BANK = 60


@pytest.fixture(scope="package")
def spark(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[SparkSession]":
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    pytest.importorskip("sqlglot", reason="the extra spark is not installed")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which this machine does not have")
    from scoring.spark.session import session

    warehouse = {"spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse"))}
    with session("local[2]", {**QUICK, **warehouse}) as found:
        yield found


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small bank as it delivers: e0 has no day of foundation, e1 no headcount, one headcount breaks a rule."""
    people = [{**row, "rd_staff": 9999} if row["enterprise_id"] == "e2" else row for row in staff(BANK)]
    founded = [{**row, "founded_on": None} if row["enterprise_id"] == "e0" else row for row in firms(BANK)]
    lent = [*asked(BANK), {**asked(4)[3], "application_id": "again", "product": " Working-Capital loan\u3000"}]
    tables = write_bank(
        tmp_path_factory.mktemp("bank") / "tables",
        enterprises=founded,
        headcount=[row for row in people if row["enterprise_id"] != "e1"],
        applications=[*lent, lent[0]],
    )
    return unchecked(tables)


@pytest.fixture(scope="module")
def bundle(loan_book: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    tables = write_bank(
        tmp_path_factory.mktemp("peers"), enterprises=firms(9), headcount=staff(9), applications=asked(9)
    )
    return small_bundle(loan_book, tables)


@pytest.fixture
def checked(bank: Path, tmp_path: Path) -> Path:
    """The bank's tables after their check, with the account."""
    assert not is_checked(str(bank))
    (tmp_path / "work").mkdir()
    write_checked(bank, tmp_path / "fit", tmp_path / "work", tmp_path / "rejects", CheckOptions(DAY, Checks()))
    assert is_checked(str(tmp_path / "fit"))
    return tmp_path / "fit"


@pytest.fixture
def refused(spark: "SparkSession", bundle: Bundle, tmp_path: Path) -> Callable[..., bool]:
    """Whether tables are refused with a sentence, and nothing is written."""
    from scoring.spark.job import score_with_spark

    def told(tables: Path | str, sentence: str, output: Path | None = None, day: pd.Timestamp | None = None) -> bool:
        place = output or tmp_path / "out"
        with pytest.raises(SparkError, match=sentence):
            score_with_spark(spark, bundle, str(tables), str(place), ship_code=False, extracted_on=day)
        return not place.exists()

    return told
