from pipelines.commands.costs import lost_features
from schemas.tables import TABLES


def test_nothing_missing_costs_nothing() -> None:
    assert lost_features([]) == []


def test_a_missing_table_costs_its_features_and_no_others() -> None:
    lost = lost_features([("patents", c.name) for c in TABLES["patents"].columns])
    assert "valid_invention_count" in lost
    assert "leverage" not in lost
    assert "staff_count" not in lost


def test_a_missing_column_costs_only_what_needs_it() -> None:
    lost = lost_features([("statements", "receivables")])
    assert "receivable_days" in lost
    assert not {"leverage", "current_ratio", "rd_intensity"} & set(lost)
