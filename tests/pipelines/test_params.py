from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.params import ParamsError, section


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
