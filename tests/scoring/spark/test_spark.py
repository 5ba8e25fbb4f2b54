"""Scoring on a local Spark: the quantities, decisions and counts of the batch job, and refusals with a sentence."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

pytest.importorskip("pyspark", reason="the extra spark is not installed")
pytest.importorskip("sqlglot", reason="the extra spark is not installed")

from pyspark.sql import SparkSession

from features.as_of import quantities
from features.queries import QUERIES
from scoring.batch import score_folder
from scoring.bundle import Bundle
from scoring.spark.errors import SparkError
from scoring.spark.job import counts_of, score_with_spark
from scoring.spark.packing import unpacked
from scoring.spark.quantities import TOLD, packed
from scoring.spark.shipping import CODE
from scoring.spark.tables import read, views
from tests.features.drawn import drawn_tables, saved
from tests.scoring.small_bank import DAY
from tests.scoring.spark.conftest import BANK

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which this machine does not have"),
]


def test_every_query_gives_the_same_quantities_on_both_engines(spark: SparkSession, tmp_path: Path) -> None:
    """Two applications per enterprise, amounts that end on half a cent, products with spaces of all kinds."""
    tables = drawn_tables(21, 80)
    applications = tables["applications"]
    twice = applications.assign(enterprise_id=[str(n // 2) for n in range(len(applications))])
    spaced = twice["product"].where(np.arange(80) % 3 != 0, "\u3000 Loan-\u00a0")
    tables["applications"] = twice.assign(product=spaced.astype("str"), as_of=twice["as_of"].iloc[0])
    for name in ("equity_rounds", "borrowings", "conduct"):
        money = [c for c in ("amount", "balance", "line") if c in tables[name]]
        tables[name][money] = tables[name][money].abs().round(0) / 1000 + 0.005
    folder = saved(tables, tmp_path / "tables")
    plain = pd.concat(quantities(folder, QUERIES), ignore_index=True)
    delivered = read(spark, str(folder))
    views(delivered)
    rows = packed(spark, delivered).toArrow().combine_chunks()
    found, gaps = unpacked(rows["application_id"].combine_chunks(), rows[TOLD].combine_chunks())
    assert gaps.empty
    by_id = [frame.sort_values("application_id", ignore_index=True) for frame in (found, plain)]
    pd.testing.assert_frame_equal(*by_id, rtol=1e-12, atol=1e-12)
    assert by_id[1]["other_amount_of_product"].gt(0).any()


def test_rows_decisions_and_counts_are_those_of_the_batch_job(
    spark: SparkSession, bank: Path, checked: Path, bundle: Bundle, tmp_path: Path
) -> None:
    counts = score_folder(bundle, bank, tmp_path / "plain.parquet", DAY)
    done = score_with_spark(spark, bundle, str(checked), str(tmp_path / "out"), ship_code=True)
    by_id = [
        pd.read_parquet(path).sort_values("application_id", ignore_index=True)
        for path in (tmp_path / "out", tmp_path / "plain.parquet")
    ]
    pd.testing.assert_frame_equal(*by_id, rtol=1e-12, atol=1e-12)
    told = counts_of(done)
    for name in ("rows_in", "scored", "rejected", "duplicates", "extracted_on", "decisions", "rules"):
        assert getattr(told, name) == getattr(counts, name)
    for name in ("data_gaps", "out_of_range", "products", "beyond_peers", "unknown"):
        assert getattr(told, name) == getattr(counts, name)
    assert [each.line() for each in told.quality] == [each.line() for each in counts.quality]
    assert told.rows_in == BANK + 2 == told.scored + told.rejected + told.duplicates
    left = pd.read_parquet(tmp_path / "out.rejects.parquet")
    assert [(r.application_id, list(r.rules)) for r in left.itertuples()] == [("a0", ["no_stage_rule_applies"])]
    assert {"headcount (no_row)", "headcount (rd_staff_within_staff)"} <= set(told.data_gaps)
    ours = spark.range(1).mapInArrow(_where_ours_come_from, "place string").collect()[0][0]
    assert CODE in ours


def _where_ours_come_from(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    import sys

    for _ in batches:
        yield pa.RecordBatch.from_pydict({"place": [str(sys.path[0])]})


def test_a_database_goes_in_and_a_table_comes_out(
    spark: SparkSession, checked: Path, bundle: Bundle, tmp_path: Path
) -> None:
    spark.sql("CREATE DATABASE bank")
    for path in checked.glob("*.parquet"):
        spark.read.parquet(str(path)).write.saveAsTable(f"bank.{path.stem}")
    done = score_with_spark(spark, bundle, "spark-database:bank", "spark-table:bank.scores", ship_code=False)
    assert spark.table("bank.scores").count() == done.tally.scored == BANK
    assert counts_of(done).rows_in == BANK + 1
    with pytest.raises(SparkError, match=r"wanted a place where nothing lies yet .*; spark-table:bank.scores is there"):
        score_with_spark(spark, bundle, "spark-database:bank", "spark-table:bank.scores")
    with pytest.raises(SparkError, match=r"wanted database.table after spark-table:; got 'scores; drop'"):
        score_with_spark(spark, bundle, "spark-database:bank", "spark-table:scores; drop")
    with pytest.raises(SparkError, match=r"wanted a database of Spark's catalogue .*; there is none named 'other'"):
        score_with_spark(spark, bundle, "spark-database:other", str(tmp_path / "out"))


def test_tables_that_cannot_be_used_are_refused(refused: Callable[..., bool], checked: Path, tmp_path: Path) -> None:
    staffed = pd.read_parquet(checked / "headcount.parquet")
    for wrong, sentence in (
        (staffed.assign(period_end=staffed["period_end"].dt.tz_localize("Asia/Shanghai")), "a moment, whose day"),
        (staffed.assign(staff="many"), "table headcount, column staff: wanted number; got string"),
        (staffed.drop(columns="period_end"), "table headcount: wanted column period_end; the table has"),
    ):
        wrong.to_parquet(checked / "headcount.parquet")
        assert refused(checked, sentence)
    staffed.iloc[1:].to_parquet(checked / "headcount.parquet")
    few = rf"wanted the rows that the check of .* kept .*; got headcount {len(staffed) - 1} instead of {len(staffed)}"
    assert refused(checked, few)
    (checked / "applications.parquet").unlink()
    assert refused(checked, r"wanted the table applications in .*; it is not there")
    (checked / "gaps.parquet").unlink()
    assert refused(checked, "wanted checked tables, as validation leaves them, with gaps.parquet")
    assert refused(tmp_path / "nowhere", "wanted a folder of canonical tables, or spark-database: and")


def test_an_output_among_the_tables_or_that_is_there_is_refused(
    refused: Callable[..., bool], checked: Path, tmp_path: Path
) -> None:
    assert refused(checked, "wanted a place for the scores outside the tables", checked / "scores")
    (tmp_path / "out.rejects.parquet").mkdir()
    assert refused(checked, r"wanted a place where nothing lies yet .*rejects.parquet is there")


def test_parts_with_unlike_columns_are_refused_at_any_place(
    spark: SparkSession, checked: Path, bundle: Bundle, tmp_path: Path
) -> None:
    """Spark itself reads them: what a part lacks is missing, what it has beside the first is left out."""
    staffed, place = pd.read_parquet(checked / "headcount.parquet"), checked / "headcount.parquet"
    half = len(staffed) // 2
    place.unlink()
    address, output = f"file://{checked}", tmp_path / "out"
    for second, sentence in (
        (staffed.iloc[half:].drop(columns="rd_staff"), "month=2/two.parquet lacks rd_staff"),
        (staffed.iloc[half:].assign(more=1), "month=2/two.parquet has more beside them"),
        (staffed.iloc[half:].assign(staff="9"), "month=2/two.parquet has staff as string instead of double"),
        (staffed.iloc[half:].assign(month="2"), "wanted column month once, .*; month=2/two.parquet has it twice"),
    ):
        _in_parts(place, staffed.iloc[:half], second)
        with pytest.raises(SparkError, match=sentence):
            score_with_spark(spark, bundle, address, f"file://{output}", ship_code=False)
    (place / "month=2" / "two.parquet").write_bytes(b"PAR1 cut")
    with pytest.raises(SparkError, match=r"cannot read month=2/two.parquet of file:.* as Parquet: "):
        score_with_spark(spark, bundle, address, f"file://{output}", ship_code=False)
    (place / "_delta_log").mkdir()
    (place / "_delta_log" / "0.json").write_text("{}")
    with pytest.raises(SparkError, match=r"it holds _delta_log\. Write the table as plain Parquet files first"):
        score_with_spark(spark, bundle, address, f"file://{output}", ship_code=False)
    assert not output.exists()


def test_parts_at_an_address_are_the_table_they_were_cut_from(
    spark: SparkSession, checked: Path, bundle: Bundle, tmp_path: Path
) -> None:
    score_with_spark(spark, bundle, str(checked), str(tmp_path / "whole"), ship_code=False)
    staffed, place = pd.read_parquet(checked / "headcount.parquet"), checked / "headcount.parquet"
    place.unlink()
    _in_parts(place, staffed.iloc[::2], staffed.iloc[1::2])
    done = score_with_spark(spark, bundle, f"file://{checked}", f"file://{tmp_path}/parts", ship_code=False)
    assert done.anew == ("headcount",), "it is told, since no digest can be compared"
    by_id = [
        pd.read_parquet(tmp_path / name).sort_values("application_id", ignore_index=True) for name in ("whole", "parts")
    ]
    pd.testing.assert_frame_equal(*by_id, check_exact=True)


def _in_parts(place: Path, *parts: pd.DataFrame) -> None:
    """Write a table as parts, one partition each, with the marks that a job leaves."""
    for month, (name, part) in enumerate(zip(("one", "two"), parts, strict=True), start=1):
        (place / f"month={month}").mkdir(parents=True, exist_ok=True)
        part.to_parquet(place / f"month={month}" / f"{name}.parquet")
    (place / "_SUCCESS").touch()
    (place / "month=1" / ".notes").write_text("of the job")
