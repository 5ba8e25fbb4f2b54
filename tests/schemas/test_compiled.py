"""Rules as SQL: conditions, folded identifiers, check digits and patterns say what their forms in pandas say."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.engine import Engine, engine, literal
from schemas.compiled.folding import WRITTEN_APART, ascii_only, macro
from schemas.compiled.regex import NoSuchPatternError, searched
from schemas.compiled.rules import check_digit, met
from schemas.compiled.text import blank
from schemas.conform import conform
from schemas.credit_code import is_valid
from schemas.declarations import Table
from schemas.identifiers import folded
from schemas.rules import Rule, rules
from schemas.tables import TABLES

DAYS = ["2020-01-01", "2020-06-30", "1970-01-01", "2021-01-01", None]
CONDITIONS = [(table, rule) for table in TABLES.values() for rule in rules(table) if rule.kind == "condition"]
IDS = st.text(alphabet="eE01.\u3000 \t\x1c\uff11\uff25\u200bß\n", max_size=5)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Path]]:
    with engine("200MB", 1) as opened:
        yield opened, tmp_path_factory.mktemp("compiled")


def in_sql(base: tuple[Engine, Path], frame: pd.DataFrame, sql: str) -> list[object]:
    """Values of an SQL expression over the rows of a frame, in order."""
    opened, folder = base
    frame.assign(place=range(len(frame))).to_parquet(folder / "rows.parquet", index=False)
    rows = opened.rows(f"SELECT place, {sql} FROM read_parquet({literal(str(folder / 'rows.parquet'))}) ORDER BY place")
    return [value for _, value in rows]


def prepare_folding(base: tuple[Engine, Path], ids: Sequence[str]) -> None:
    opened, folder = base
    apart = pd.Series(sorted({i for i in ids if not i.isascii()}), dtype="str")
    pd.DataFrame({"apart_id": apart, "apart_alike": folded(apart)}).to_parquet(folder / "apart.parquet")
    path = literal(str(folder / "apart.parquet"))
    opened.run(f"CREATE OR REPLACE TEMP TABLE {WRITTEN_APART} AS FROM read_parquet({path})")
    opened.run(macro())


@pytest.mark.parametrize(("table", "rule"), CONDITIONS, ids=[rule.name for _, rule in CONDITIONS])
@given(data=st.data())
@settings(max_examples=25)
def test_each_condition_says_the_same_in_pandas_and_in_sql(
    base: tuple[Engine, Path], table: Table, rule: Rule, data: st.DataObject
) -> None:
    pools = {"date": st.sampled_from(DAYS), "boolean": st.sampled_from([True, False, None]), "string": IDS}
    drawn = st.fixed_dictionaries({c: pools[table.column(c).dtype] for c in rule.columns})
    given_rows = pd.DataFrame(data.draw(st.lists(drawn, min_size=1, max_size=8)))
    needed = {c.name: None for c in table.columns if c.name not in given_rows}
    frame = conform(given_rows.assign(**needed).astype({c: "object" for c in needed}), table)
    prepare_folding(base, list(frame[table.key[0]].dropna()))
    assert rule.met is not None
    assert in_sql(base, frame[list(rule.columns)], met(rule, "")) == rule.met(frame).astype("bool").tolist()


@given(ids=st.lists(IDS, min_size=1, max_size=8))
@settings(max_examples=60)
def test_identifiers_fold_alike_in_sql(base: tuple[Engine, Path], ids: list[str]) -> None:
    prepare_folding(base, ids)
    frame = pd.DataFrame({"id": pd.Series(ids, dtype="str")})
    assert in_sql(base, frame, "folded(id)") == [None if pd.isna(f) else f for f in folded(frame["id"])]
    assert in_sql(base, frame, ascii_only("id")) == [i.isascii() for i in ids]


def test_every_character_without_ink_is_blank_in_sql_and_no_other(base: tuple[Engine, Path]) -> None:
    texts = pd.Series(["", *(chr(p) for p in range(0x110000) if not 0xD800 <= p <= 0xDFFF)], dtype="str")
    assert in_sql(base, pd.DataFrame({"x": texts}), blank("x")) == (texts.str.strip() == "").tolist()


@given(codes=st.lists(st.text("0123456789AIOYX\n中", min_size=16, max_size=19), min_size=1, max_size=20))
@settings(max_examples=30)
def test_check_digits_are_right_in_sql(base: tuple[Engine, Path], codes: list[str]) -> None:
    known = ["91350100M000100Y43", "91350100M000100Y44", "91350100m000100y43", "91350100M000100Y43\n"]
    frame = pd.DataFrame({"x": pd.Series([*known, *codes], dtype="str")})
    assert in_sql(base, frame, check_digit("x")) == is_valid(frame["x"]).tolist()


PATTERNS = (
    "^a$",
    "a|b+$",
    r"\d{2,}",
    r"[^\d\s]",
    r"\s$",
    r"(?:ab)*?c",
    ".",
    "^$",
    r"[\x00-\x1f]",
    r"\Aa.b\Z",
    "[a-b]{2}",
)


@given(text=st.text("ab1\u0663\n \x1c中c", max_size=6), pattern=st.sampled_from(PATTERNS))
@settings(max_examples=150)
def test_patterns_are_found_in_the_same_texts(base: tuple[Engine, Path], text: str, pattern: str) -> None:
    query = f"SELECT regexp_matches({literal(text)}, {literal(searched(pattern))})"
    assert base[0].rows(query) == [(re.search(pattern, text) is not None,)]


@pytest.mark.parametrize("pattern", [r"\w", "(?i)a", "(?=a)b", r"(a)\1", "(?:a$)b", r"\bab", "a{2000}", "(a"])
def test_a_pattern_that_means_something_else_there_is_refused(pattern: str) -> None:
    with pytest.raises(NoSuchPatternError):
        searched(pattern)


def test_a_rule_on_the_key_has_no_form_per_row() -> None:
    (unique,) = (rule for rule in rules(TABLES["applications"]) if rule.kind == "unique")
    with pytest.raises(ValueError, match="wanted a rule that SQL can state per row; got unique_key of kind unique"):
        met(unique, "2024-01-01")
