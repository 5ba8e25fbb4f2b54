from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.params import ParamsError, require_entries, section


@dataclass(frozen=True)
class Parameters:
    trees: int
    seed: int


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "params.yaml"
    path.write_text(text, encoding="utf8")
    return path


def test_the_keys_of_a_source_win_over_the_default(tmp_path: Path) -> None:
    path = written(tmp_path, "train: {default: {trees: 10, seed: 1}, sba: {trees: 20}}")
    assert section("train", Parameters, "sba", path) == Parameters(trees=20, seed=1)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (
            "train: {default: {trees: 1, seed: 1, tree: 2}, sba: {}}",
            "section train, source sba: no such key tree; the keys are seed, trees",
        ),
        ("train: {default: {trees: 1}, sba: {}}", "key seed is missing"),
        ("train: {default: {trees: 1, seed: 1}}", "section train: wanted source sba; it has default"),
        ("split: {}", "wanted section train; it has split"),
    ],
)
def test_a_misspelt_key_stops_with_a_sentence(tmp_path: Path, text: str, match: str) -> None:
    with pytest.raises(ParamsError, match=match):
        section("train", Parameters, "sba", written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ParamsError, match=r"wanted .*params.yaml in the folder the command runs in"):
        section("train", Parameters, "sba", tmp_path / "params.yaml")


def test_a_source_that_sources_names_takes_the_defaults_where_a_section_has_no_entry(tmp_path: Path) -> None:
    path = written(
        tmp_path, "{sources: {mybank: folder}, train: {default: {trees: 10, seed: 1}}, split: {default: {}}}"
    )
    assert section("train", Parameters, "mybank", path) == Parameters(trees=10, seed=1)
    with pytest.raises(ParamsError, match="section split, source mybank: key seed, trees is missing"):
        section("split", Parameters, "mybank", path)
    with pytest.raises(ParamsError, match="section train: wanted source mybanc"):
        section("train", Parameters, "mybanc", path)


def test_the_sections_without_an_entry_are_named_before_dvc_stops_at_them(tmp_path: Path) -> None:
    path = written(
        tmp_path, "{sources: {b: f}, train: {default: {}, b: {}}, split: {default: {}}, pool: {default: {}}}"
    )
    with pytest.raises(ParamsError, match=r"wanted `b: {}`, or keys of its own, in section split, pool; there is none"):
        require_entries("b", path)
