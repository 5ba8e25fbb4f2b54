"""YAML and JSON that people give: bombs are refused before they grow, every fault is one sentence."""

import json
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policy.guarded import (
    DEEPEST,
    MOST_BYTES,
    RepeatedKeyError,
    UnreadableError,
    load_json,
    load_yaml,
    read_json,
    read_yaml,
)

LAUGHS = "a0: &a0 lol\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)  # a billion values
MERGES = "a0: &a0 {k: 1}\n" + "".join(
    f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}], k{n}: 1}}\n" for n in range(1, 10)
)
DEEP = "\n".join([f"a0: &a0 [{'[' * 30}{']' * 30}]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 30))])


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (LAUGHS, r"line 7: it stands for more than 200,000 values, aliases written out"),
        (MERGES, r"it stands for more than 200,000 values"),
        (DEEP, rf"nested more than {DEEPEST} deep"),
        ("[" * 1_000_000, rf"line 1: lists and mappings are nested more than {DEEPEST} deep"),
        ("{a: " * 100_000, rf"nested more than {DEEPEST} deep"),
        ("- " * 50_000, rf"nested more than {DEEPEST} deep"),
        ("a: &a [*a]", r"alias a, line 1: it stands for nothing before it"),
        ("a: *b", r"alias b, line 1: it stands for nothing before it"),
        ("a: 1\nb: 2\na: 3", r"key a stands twice, in line 1 and in line 3; keep one"),
        ("a: " + "9" * 5000, r"Exceeds the limit"),
        ("a: 2024-02-31", r"day is out of range"),
        ("a: !!python/object/apply:os.system [ls]", r"could not determine a constructor"),
        ("a: [", r"expected node content"),
        ("\x00", r"not allowed"),
        ("a: !!int x", r"invalid literal"),
    ],
)
def test_what_would_grow_or_cannot_be_read_is_refused_quickly(text: str, match: str) -> None:
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(UnreadableError, match=match):
        load_yaml(text)
    assert time.process_time() - began < 5
    assert tracemalloc.get_traced_memory()[1] < 100e6
    tracemalloc.stop()


def test_aliases_and_merges_that_stay_small_are_kept() -> None:
    text = "a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: [*a, *a]\n"
    assert load_yaml(text) == yaml.safe_load(text)


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(VALUES)
def test_ordinary_content_is_read_as_the_libraries_read_it(content: Any) -> None:
    written = yaml.safe_dump(content, allow_unicode=True)
    assert load_yaml(written) == yaml.safe_load(written)
    assert load_json(json.dumps(content)) == content


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("[" * 1_000_000, "it is nested too deep"),
        ('{"a":' * 1_000_000, "it is nested too deep"),
        ('{"a": 1, "a": 2}', "key 'a' stands twice; keep one"),
        ("{", "Expecting property name"),
        ("9" * 5000, "Exceeds the limit"),
    ],
)
def test_json_is_held_to_the_same(text: str, match: str) -> None:
    with pytest.raises(UnreadableError, match=match):
        load_json(text)


@pytest.mark.parametrize("read", [read_yaml, read_json])
def test_a_file_that_is_too_large_or_no_text_is_refused(tmp_path: Path, read: Any) -> None:
    path = tmp_path / "file"
    path.write_bytes(b" " * (MOST_BYTES + 1))
    with pytest.raises(UnreadableError, match="it is larger than 4,000,000 bytes"):
        read(path)
    path.write_bytes(b"a: \xff")
    with pytest.raises(UnreadableError, match="'utf-8' codec can't decode"):
        read(path)
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none")


def test_an_endless_file_is_not_read_to_its_end() -> None:
    with pytest.raises(UnreadableError, match="it is larger than"):
        read_yaml(Path("/dev/zero"))


def test_a_repeated_key_has_an_error_of_its_own() -> None:
    with pytest.raises(RepeatedKeyError):
        load_json('{"a": {"b": 1, "b": 1}}')
