"""A row without a figure says nothing: it replaces no accounts, no count of staff, and makes no statement younger."""

from pathlib import Path

import pandas as pd
import pytest

from features.as_of import quantities
from features.queries import QUERIES
from tests.features.drawn import drawn_tables, saved

SILENT = {
    "statements": ("statements", "quarters", "statement_rows"),
    "headcount": ("headcount",),
}


def _known(tables: dict[str, pd.DataFrame], folder: Path, names: tuple[str, ...]) -> pd.DataFrame:
    chosen = [query for query in QUERIES if query.name in names]
    assert len(chosen) == len(names)
    return pd.concat(quantities(saved(tables, folder), chosen), ignore_index=True)


@pytest.mark.parametrize("name", sorted(SILENT))
def test_newer_rows_without_a_figure_change_nothing(name: str, tmp_path: Path) -> None:
    tables = drawn_tables(21)
    frame = tables[name]
    figures = list(frame.columns[frame.dtypes == "float64"])
    assert len(figures) > 5
    newest = tables["applications"][["enterprise_id", "as_of"]]
    empty = frame.drop_duplicates("enterprise_id").merge(newest, on="enterprise_id")
    empty = empty.assign(period_end=empty["as_of"], known_on=empty["as_of"], **dict.fromkeys(figures, float("nan")))
    kinds = ["annual", "quarterly"] if name == "statements" else [None]
    rows = [empty[frame.columns].assign(**({} if kind is None else {"period": kind})) for kind in kinds]
    with_empty = tables | {name: pd.concat([frame, *(row.astype(frame.dtypes.to_dict()) for row in rows)])}
    before = _known(tables, tmp_path / "before", SILENT[name])
    after = _known(with_empty, tmp_path / "after", SILENT[name])
    pd.testing.assert_frame_equal(before, after)


def test_a_product_is_read_whatever_its_spelling() -> None:
    from features.rule_functions import product

    told = pd.Series(["rd_loan", "RD_Loan ", "rd\u00a0loan", "ｒｄ＿ｌｏａｎ", "rd-loan", "研发贷", None])
    assert product(told).tolist()[:6] == ["rd_loan"] * 5 + ["研发贷"]
    assert product(told).isna().tolist() == [False] * 6 + [True]
