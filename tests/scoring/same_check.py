"""Compare the stream's check of a folder with the check in memory: account, rejected rows, fit rows, gap rows, told."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from features.engine import Engine, engine
from schemas.check import Validated
from schemas.checks import Checks, checked_folder
from schemas.compiled.columns import TYPES
from schemas.conform import BadTableError
from schemas.declarations import PANDAS_DTYPES
from schemas.fit import fit
from schemas.gaps import read_gaps
from schemas.tables import TABLES
from scoring.stream_check import stream_check


def ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows in an order that does not depend on the order they came in."""
    texts = frame.astype("str").fillna("")
    return frame.loc[texts.sort_values(list(texts.columns)).index].reset_index(drop=True)


def assert_same(folder: Path, work: Path, day: pd.Timestamp | None = None, wanted: Checks | None = None) -> str | None:
    """Nothing where both checks find the same of the tables in `folder`; the sentence where both refuse with it."""
    work.mkdir(parents=True, exist_ok=True)
    plain = wanted or Checks()
    found_plain: list[tuple[Validated, pd.Timestamp]] = []
    refusal = _refused(lambda: found_plain.append(checked_folder(folder, day, plain)))
    if refusal is not None:
        with engine("200MB", 1) as base:
            assert _refused(lambda: stream_check(base, folder, work, work / "rejects", day, plain)) == refusal
        return refusal
    result, extracted_on = found_plain[0]
    found = fit(result, folder)
    with engine("200MB", 1) as base:
        streamed = stream_check(base, folder, work, work / "rejects", day, plain)
        assert streamed.extracted_on == extracted_on
        assert streamed.told == found.told()
        assert streamed.quality == result.quality
        assert [list(q.broken) for q in streamed.quality] == [list(q.broken) for q in result.quality]
        assert list(streamed.relations) == list(found.tables)
        for name, sql in streamed.relations.items():
            pd.testing.assert_frame_equal(ordered(_rows(base, sql, name)), ordered(found.tables[name]))
    for name, rejects in result.rejects.items():
        path = work / "rejects" / f"{name}.parquet"
        assert path.exists() == bool(len(rejects))
        if path.exists():
            written = pd.read_parquet(path)
            pd.testing.assert_frame_equal(written.assign(rules=written["rules"].map(list)), rejects)
    pd.testing.assert_frame_equal(ordered(read_gaps(work)), ordered(found.gaps))
    return None


def _rows(base: Engine, relation: str, name: str) -> pd.DataFrame:
    """Rows of the engine in the pandas dtypes of a conformed table; the engine's own types must be the declared."""
    declared = {column.name: TYPES[column.dtype] for column in TABLES[name].columns}
    assert {row[0]: row[1] for row in base.rows(f"DESCRIBE FROM {relation}")} == declared
    return base.frame(f"FROM {relation}").astype({c.name: PANDAS_DTYPES[c.dtype] for c in TABLES[name].columns})


def _refused(check: Callable[[], object]) -> str | None:
    """The sentence a check refuses tables with; None where it does not."""
    try:
        check()
    except BadTableError as error:
        return str(error)
    return None
