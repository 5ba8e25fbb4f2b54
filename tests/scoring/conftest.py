"""Fixtures of batches in parts: the tables, the models, a run that can be stopped, and runs that nothing disturbed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from scoring.batch import score_folder
from scoring.bundle import Bundle
from scoring.options import Options
from scoring.output.target import target
from tests.scoring.batches import NUMBER, PART, Listening
from tests.scoring.small_bank import DAY, asked, firms, small_bundle, staff, write_bank


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty applications; one of them twice, one broken, one enterprise without an age."""
    known = firms(NUMBER)
    known[7] = {**known[7], "founded_on": None}
    wanted = asked(NUMBER)
    wanted[3] = {**wanted[3], "amount": 9.999e16}
    folder = tmp_path_factory.mktemp("bank") / "tables"
    wrong = [{**staff(1)[0], "rd_staff": 99}, *staff(NUMBER)[1:]]
    return write_bank(folder, enterprises=known, headcount=wrong, applications=[*wanted, wanted[0]])


@pytest.fixture(scope="module")
def bundle(loan_book: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder = tmp_path_factory.mktemp("peers") / "tables"
    good = write_bank(folder, enterprises=firms(NUMBER), headcount=staff(NUMBER), applications=asked(NUMBER))
    return small_bundle(loan_book, good)


@pytest.fixture
def score(bundle: Bundle, tables: Path) -> Callable[..., Listening]:
    def run(
        output: str, most: int = 10**9, format_: str | None = None, given: Path = tables, **options: Any
    ) -> Listening:
        told = Listening(most)
        asked_for = Options(**{"part": PART, "progress": told, **options})
        score_folder(bundle, given, target(output, format_), DAY, options=asked_for)
        return told

    return run


@pytest.fixture(scope="module")
def undisturbed(bundle: Bundle, tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with scores.parquet, and the folder scores/, of runs that nothing disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    for output in (f"{folder}/file/scores.parquet", f"{folder}/folder/scores/"):
        score_folder(bundle, tables, target(output), DAY, options=Options(part=PART))
    return folder
