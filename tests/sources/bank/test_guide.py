"""The guide says what the code does: every table, key, unit and format of the mapping stands in both languages."""

import re
from pathlib import Path

import pytest
import yaml

from schemas.tables import TABLES
from sources.bank.mapping import TABLE_KEYS, load_mapping
from sources.bank.maps import ENCODINGS
from sources.bank.units import DATE_WORDS, UNITS

ROOT = Path(__file__).parents[3]
GUIDES = ("bring_your_own_data.md", "bring_your_own_data.zh.md")
KEYS = sorted({"tables", "from", "columns", "unit", "values", "format", "column", "is", "matches", "line"} | TABLE_KEYS)


@pytest.fixture(params=GUIDES)
def guide(request: pytest.FixtureRequest) -> str:
    return (ROOT / "docs" / request.param).read_text(encoding="utf8")


@pytest.mark.parametrize("word", [*KEYS, *TABLES, *ENCODINGS, *UNITS, *DATE_WORDS])
def test_the_guide_names_every_table_key_unit_and_format(guide, word):
    assert f"`{word}`" in guide


def test_every_key_of_a_table_stands_in_its_row(guide):
    rows = {line.split("|")[1].strip(" `"): line for line in guide.splitlines() if line.startswith("| `")}
    for name, table in TABLES.items():
        assert all(f"`{key}`" in rows[name] for key in table.key)


def test_every_mapping_shown_in_the_guide_can_be_loaded(guide, tmp_path):
    shown = [block.split("```")[0] for block in guide.split("```yaml\n")[1:]]
    assert len(shown) == 3
    for number, text in enumerate(shown):
        path = tmp_path / f"{number}.yaml"
        path.write_text(text if "tables:" in text else f"tables:\n{text}", encoding="utf8")
        assert load_mapping(path).tables


def test_the_day_known_stands_in_the_row_of_every_table(guide):
    shown = guide.split("|---|---|\n   | `enterprises` |")[1].split("\n3. ")[0]
    rows = {line.split("|")[1].strip(" `"): line for line in f"   | `enterprises` |{shown}".splitlines() if "|" in line}
    assert set(rows) == set(TABLES)
    for name, table in TABLES.items():
        if table.lag is not None:
            assert f"`{table.lag.after}` + {table.lag.months} " in rows[name]
            other = {code: months for code, months in table.lag.overrides.items() if months != table.lag.months}
            assert all(re.search(rf"`{code}` \+? ?{months}\b", rows[name]) for code, months in other.items())
            assert table.lag.never_later_than is None or f"`{table.lag.never_later_than}`" in rows[name]
        elif any(column.name == "known_on" for column in table.columns):
            assert "**" in rows[name]


def test_the_minimum_set_names_every_required_column(guide):
    for name in ("enterprises", "applications", "outcomes"):
        for column in TABLES[name].columns:
            assert not column.required or f"`{column.name}`" in guide


def test_the_example_mapping_is_the_one_the_guide_begins_with(guide):
    whole = yaml.safe_load((ROOT / "data/samples/bank_example/mapping.yaml").read_text(encoding="utf8"))
    first = yaml.safe_load(guide.split("```yaml\n")[1].split("```")[0])
    assert first["encoding"] == whole["encoding"]
    assert first["missing"] == whole["missing"]
    ours, theirs = first["tables"]["enterprises"], whole["tables"]["enterprises"]
    assert ours["from"] == theirs["from"]
    assert ours["columns"].items() <= theirs["columns"].items()
