"""Whatever a table holds: no row is lost, kept rows keep the rules, rejected rows are those that came."""

from typing import Any

import pandas as pd
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from schemas.check import Validated, validated
from schemas.conform import conform
from schemas.tables import TABLES

DAY = pd.Timestamp("2024-06-30")
IDS = st.sampled_from(["e1", "e2", "e3", "", None])
MONEY = st.one_of(st.none(), st.sampled_from([0.0, -1.0, 5.0, 7.0, 9.999e16, float("inf"), float("-inf")]))
DAYS = st.one_of(
    st.none(), st.sampled_from(["0001-01-01", "1900-01-01", "2021-06-30", "2022-06-30", "2023-06-30", "9999-12-31"])
)
TRUTH = st.sampled_from([True, False, None])


def rows(**columns: st.SearchStrategy[Any]) -> st.SearchStrategy[pd.DataFrame]:
    """Up to six rows of these columns, some of them twice."""
    row = st.fixed_dictionaries(columns)
    made = st.lists(row, min_size=1, max_size=4).flatmap(
        lambda some: st.lists(st.sampled_from(some), max_size=2).map(lambda again: [*some, *again])
    )
    return made.map(lambda found: pd.DataFrame(found, columns=list(columns)))


TABLES_OF_A_BANK = st.fixed_dictionaries(
    {
        "enterprises": rows(enterprise_id=IDS, founded_on=DAYS, registered_capital=MONEY, franchise=TRUTH),
        "headcount": rows(enterprise_id=IDS, period_end=DAYS, known_on=DAYS, staff=MONEY, rd_staff=MONEY),
        "conduct": rows(
            enterprise_id=IDS,
            record_id=st.sampled_from(["r1", "r2"]),
            kind=st.sampled_from(["overdue", "overdeu"]),
            happened_on=DAYS,
            resolved_on=DAYS,
            amount=MONEY,
        ),
        "applications": rows(
            application_id=st.sampled_from(["a1", "a2", None]),
            enterprise_id=IDS,
            as_of=DAYS,
            amount=MONEY,
            exposure=MONEY,
        ),
        "outcomes": rows(
            application_id=st.sampled_from(["a1", "a2", None]),
            window_ends_on=DAYS,
            defaulted=TRUTH,
            defaulted_on=DAYS,
            known_on=DAYS,
            weight=MONEY,
        ),
    }
)


def checked(raw: dict[str, pd.DataFrame]) -> tuple[dict[str, pd.DataFrame], Validated]:
    tables = {name: conform(frame, TABLES[name]) for name, frame in raw.items()}
    return tables, validated(tables, DAY)


@settings(max_examples=10, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(TABLES_OF_A_BANK)
def test_no_row_is_lost_kept_rows_keep_the_rules_and_rejected_rows_are_those_that_came(
    raw: dict[str, pd.DataFrame],
) -> None:
    tables, result = checked(raw)
    for q in result.quality:
        came, kept, rejects = tables[q.table], result.tables[q.table], result.rejects[q.table]
        assert q.rows == len(came) == len(kept) + len(rejects) + q.duplicates
        assert (q.kept, q.rejected) == (len(kept), len(rejects))
        at = came.loc[list(rejects["row"])].reset_index(drop=True)
        pd.testing.assert_frame_equal(rejects[list(came.columns)], at, check_exact=True)
        assert all(len(broken) and len(set(broken)) == len(broken) for broken in rejects["rules"])
        assert sum(q.broken.values()) == sum(len(broken) for broken in rejects["rules"])
        everything = pd.concat([kept, rejects[list(came.columns)]])
        assert len(everything.merge(came.drop_duplicates(), how="inner")) == len(everything)
    again = validated(result.tables, DAY)
    assert [q.rejected + q.duplicates for q in again.quality] == [0] * len(result.quality)


def test_rejected_rows_come_back_from_their_file_as_they_were(tmp_path) -> None:
    raw = pd.DataFrame(
        {
            "enterprise_id": ["e1", "e2"],
            "founded_on": ["1900-01-01", "2001-01-01"],
            "registered_capital": [1e17, 1.0],
            "franchise": [True, None],
        }
    )
    tables, result = checked({"enterprises": raw})
    result.rejects["enterprises"].to_parquet(tmp_path / "enterprises.parquet")
    back = pd.read_parquet(tmp_path / "enterprises.parquet")
    assert [list(r) for r in back["rules"]] == [["founded_on_plausible", "registered_capital_range"]]
    came = tables["enterprises"].head(1)
    pd.testing.assert_frame_equal(back[list(came.columns)], came, check_exact=True)
