"""When so many rows were rejected that nobody should go on."""

import pytest

from schemas.account import LIMITS, TableQuality, TooManyRejectedError, accounts, exceeded, refuse_too_many, summary
from schemas.checks import checks
from schemas.conform import BadTableError


def quality(table: str, rows: int, rejected: int, duplicates: int = 0) -> TableQuality:
    return TableQuality(table, rows, rows - rejected - duplicates, rejected, duplicates, {"amount_range": rejected})


def test_the_line_says_where_every_row_went() -> None:
    line = quality("borrowings", 10, 2, 3).line()
    assert line == "borrowings: rows in 10 = kept 5 + rejected 2 + identical duplicates 3; amount_range 2"


@pytest.mark.parametrize(
    ("table", "rows", "rejected", "too_many"),
    [
        ("statements", 100, 10, False),
        ("statements", 100, 11, True),
        ("conduct", 100, 3, True),
        ("conduct", 100, 2, False),
        ("enterprises", 2, 1, False),
        ("applications", 1, 1, True),
        ("applications", 0, 0, False),
    ],
)
def test_more_than_the_share_of_the_table_is_too_many_and_one_row_never(
    table: str, rows: int, rejected: int, too_many: bool
) -> None:
    assert bool(exceeded([quality(table, rows, rejected)])) == too_many


def test_too_many_rejected_rows_are_a_sentence_with_exit_code_three() -> None:
    with pytest.raises(
        TooManyRejectedError, match=r"table conduct: 96 of 96 rows were rejected, more than the limit of"
    ):
        refuse_too_many([quality("conduct", 96, 96)])
    with pytest.raises(TooManyRejectedError, match=r"every application was rejected \(2 of 2 rows\)") as told:
        refuse_too_many([quality("applications", 2, 2)])
    assert told.value.exit_code == 3


def test_a_limit_of_the_bank_wins() -> None:
    many = [quality("conduct", 100, 50)]
    assert exceeded(many, checks({"conduct": 0.5}).limits) == []
    assert exceeded(many, checks({"default": 0.6}).limits) == []
    assert checks().limits == LIMITS


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ({"conduit": 0.1}, r"wanted default or a table .*; got conduit"),
        ({"conduct": 2}, r"rejected_limit of conduct must be a share from 0 to 1; got 2"),
        ({"conduct": True}, r"must be a share from 0 to 1; got True"),
    ],
)
def test_a_limit_that_is_none_is_named(limits: dict[str, float], sentence: str) -> None:
    with pytest.raises(BadTableError, match=sentence):
        checks(limits)


def test_the_account_reads_back_from_its_json() -> None:
    found = [quality("conduct", 100, 1), quality("applications", 7, 0, 2)]
    assert accounts(summary(found)).splitlines() == [q.line() for q in found]
