"""What a path is called never changes what is read: no pattern, no column from a folder named `column=value`."""

from pathlib import Path

import pandas as pd
import pytest

from features.engine import engine, parquet

NAMES = ("as_of=2030-06-30", "product=rd_loan", "amount=5", "row=3", "batch[1]", "q?", "x*y", "it's", "a b")


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_read_by_its_content_alone(tmp_path: Path, name: str) -> None:
    for folder, value in ((tmp_path / name, 1), (tmp_path / "batch1", 2), (tmp_path / "qq", 3), (tmp_path / "xxy", 4)):
        folder.mkdir()
        pd.DataFrame({"id": [value]}).to_parquet(folder / "t.parquet")
    with engine("200MB") as base:
        assert base.frame(f"SELECT * FROM {parquet(tmp_path / name / 't.parquet')}").to_dict("list") == {"id": [1]}
