import shutil
from pathlib import Path

import pytest

from features.formulas import DOCUMENTS, POLICY, ROOM, formulas
from features.version import version


@pytest.fixture
def copy(tmp_path: Path) -> tuple[Path, Path]:
    """A copy of the features and of the policy documents, to be changed."""
    room, policies = tmp_path / "features", tmp_path / "policy"
    shutil.copytree(ROOM, room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(POLICY, policies, ignore=shutil.ignore_patterns("__pycache__"))
    return room, policies


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf8")


def test_a_copy_has_the_same_fingerprint(copy: tuple[Path, Path]) -> None:
    assert formulas(*copy) == formulas()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("ratios.py", "below > 0", "below >= 0"),
        ("sql/conduct.sql", "a.before_12", "a.before_18"),
        ("domains/finance.py", "RUNWAY_CAP = 60", "RUNWAY_CAP = 48"),
    ],
)
def test_a_changed_formula_is_another_version(copy: tuple[Path, Path], file: str, old: str, new: str) -> None:
    changed(copy[0] / file, old, new)
    assert formulas(*copy) != formulas()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("ratios.py", "# ", "#  more words "),
        ("sql/conduct.sql", "-- Adverse records", "-- Some adverse records"),
        ("ratios.py", "Mean length of a month", "Average length of a month"),
        ("domains/finance.py", 'Text("Leverage"', 'Text("Debt ratio"'),
    ],
)
def test_words_are_no_formula(copy: tuple[Path, Path], file: str, old: str, new: str) -> None:
    path = copy[0] / file
    if old == "# ":
        path.write_text("# A remark.\n" + path.read_text(encoding="utf8"), encoding="utf8")
    else:
        changed(path, old, new)
    assert formulas(*copy) == formulas()


def test_a_changed_policy_figure_is_another_version_and_its_source_is_not(copy: tuple[Path, Path]) -> None:
    changed(copy[1] / "stage.yaml", "Assumption of this project.", "Assumption.")
    assert formulas(*copy) == formulas()
    changed(copy[1] / "stage.yaml", "age_months: {below: 120}", "age_months: {below: 96}")
    formulas.cache_clear()
    assert formulas(*copy) != formulas()


def test_every_policy_document_that_the_features_name_counts() -> None:
    named = {
        d for p in ROOM.rglob("*.py") for d in (f.stem for f in POLICY.glob("*.yaml")) if f'"{d}"' in p.read_text()
    }
    # `features.gaps` has a column "rules"; policy/rules.yaml compares what is computed here and changes no value.
    assert named - {"rules"} == set(DOCUMENTS)


def test_the_version_of_the_catalogue_covers_the_formulas(monkeypatch: pytest.MonkeyPatch) -> None:
    before = version()
    monkeypatch.setattr("features.version.formulas", lambda: "another")
    assert version() != before
