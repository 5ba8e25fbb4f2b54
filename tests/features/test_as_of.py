import pandas as pd
import pytest

from features import as_of
from features.as_of import quantities
from features.catalogue import CATALOGUE, compute
from features.declarations import Query
from features.engine import Engine
from features.queries import QUERIES, quantity_names
from tests.features.drawn import drawn_tables, saved


def gathered(folder, **more):
    frame = pd.concat(quantities(folder, QUERIES, **more), ignore_index=True)
    return frame.sort_values("application_id", ignore_index=True)


def test_one_and_two_threads_and_any_bucket_give_the_same_bytes(tmp_path):
    folder = saved(drawn_tables(11, 60), tmp_path / "tables")
    expected = gathered(folder, threads=1)
    assert len(expected) == 60
    for more in ({"threads": 2}, {"threads": 2, "bucket": 7}, {"threads": 1, "bucket": 1}, {"bucket": 60}):
        pd.testing.assert_frame_equal(gathered(folder, **more), expected, check_exact=True)


def test_the_order_of_rows_does_not_matter(tmp_path):
    tables = drawn_tables(12)
    shuffled = {name: frame.sample(frac=1, random_state=1) for name, frame in tables.items()}
    first, second = saved(tables, tmp_path / "a"), saved(shuffled, tmp_path / "b")
    pd.testing.assert_frame_equal(gathered(first), gathered(second), check_exact=True)


def test_applications_of_one_enterprise_are_each_seen_on_their_own_day(write_tables):
    days = {"1": "2020-01-01", "2": "2021-01-01", "3": "2022-01-01"}
    rows = [
        {"application_id": k, "enterprise_id": "e", "as_of": d, "amount": 1, "exposure": 1} for k, d in days.items()
    ]
    counts = [
        {"enterprise_id": "e", "period_end": f"{y}-12-31", "known_on": f"{y + 1}-04-30", "staff": y}
        for y in (2019, 2020)
    ]
    found = gathered(write_tables(applications=rows, headcount=counts), bucket=1)
    assert found["staff"].tolist()[1:] == [2019, 2020]
    assert pd.isna(found["staff"][0])


def test_applications_come_back_in_order_with_their_columns(tmp_path):
    (frame,) = quantities(saved(drawn_tables(13), tmp_path / "tables"), QUERIES)
    assert frame["application_id"].is_monotonic_increasing
    assert [*frame.columns, "stage", "size_class"] == ["application_id", "enterprise_id", *quantity_names()]
    assert {str(dtype) for dtype in frame.dtypes} == {"str", "float64", "datetime64[us]"}


@pytest.mark.parametrize("query", [q for q in QUERIES if len(q.tables) > 1], ids=lambda q: q.name)
def test_a_missing_table_gives_missing_quantities_and_features_still_come(tmp_path, query):
    tables = drawn_tables(14, 20)
    for name in query.tables[1:]:
        del tables[name]
    (frame,) = quantities(saved(tables, tmp_path / "tables"), QUERIES)
    assert frame[list(query.columns)].isna().all().all()
    features = compute(frame.assign(stage="growth", size_class="small"))
    fed = [f.name for f in CATALOGUE if not f.rank and set(f.inputs) and set(f.inputs) <= set(query.columns)]
    assert features[fed].isna().all().all()
    assert features["loan_amount"].notna().any()


def test_a_table_is_held_only_while_queries_read_it(tmp_path, monkeypatch):
    folder = saved(drawn_tables(15, 20), tmp_path / "tables")
    seen = []
    plain = Engine.frame

    def spied(self, sql, values=()):
        known = {name for (name,) in self.rows("SELECT table_name FROM duckdb_tables()")}
        read = next((set(q.tables) for q in QUERIES if as_of._text(q) == sql), None)
        seen.append((known - {"numbered", "applicants", "applications"}, read))
        return plain(self, sql, values)

    monkeypatch.setattr(Engine, "frame", spied)
    expected = gathered(folder)
    assert sum(read is not None for _, read in seen) == len(QUERIES)
    for place, (held, read) in enumerate(seen):
        later = set().union(*(other or set() for _, other in seen[place:]))
        assert (read or set()) - {"applications"} <= held <= later
    assert len(expected) == 20


def test_a_quote_in_an_identifier_does_no_harm(write_tables):
    rows = [
        {"application_id": f"{n}'", "enterprise_id": f"e'{n}", "as_of": "2020-01-01", "amount": n, "exposure": 1}
        for n in range(5)
    ]
    found = gathered(write_tables(applications=rows), bucket=2)
    assert found["enterprise_id"].tolist() == [f"e'{n}" for n in range(5)]


def one_query(tmp_path, monkeypatch, sql, query):
    (tmp_path / "wrong.sql").write_text(sql, encoding="utf8")
    monkeypatch.setattr(as_of, "SQL", tmp_path)
    return list(quantities(saved(drawn_tables(15, 5), tmp_path / "tables"), [query]))


def test_a_query_with_other_columns_than_declared_is_an_error(tmp_path, monkeypatch):
    sql = "SELECT application_id, amount FROM applications"
    with pytest.raises(ValueError, match=r"wrong.sql: wanted columns application_id, size; got application_id, amount"):
        one_query(tmp_path, monkeypatch, sql, Query("wrong", ("applications",), ("size",)))


def test_a_query_with_two_rows_an_application_is_an_error(tmp_path, monkeypatch):
    sql = "SELECT application_id, amount FROM applications UNION ALL SELECT application_id, amount FROM applications"
    with pytest.raises(ValueError, match=r"wrong.sql: wanted one row per application; got 10 rows for 5"):
        one_query(tmp_path, monkeypatch, sql, Query("wrong", ("applications",), ("amount",)))
