"""Data gaps in words: which table, what happened, by which rule; what is not known and what it does."""

import re

import pytest

from reports.memo.gaps import gap_lines, rejected_tables, unknown
from schemas.rules import rules
from schemas.tables import TABLES

CODE = re.compile(r"\b[a-z0-9]+_[a-z_0-9]+\b")


@pytest.mark.parametrize(
    ("gap", "en", "zh"),
    [
        (
            "headcount (no_row)",
            "Staff at the end of a period: no row of the applicant was known on the day",
            "期末人员情况：决策日未见该申请人的任何一行",
        ),
        (
            "patents (not_delivered)",
            "Intellectual property of each enterprise: the table was not delivered, "
            "though the models were fitted with it",
            None,
        ),
        (
            "borrowings (balance_range)",
            'Lines and balances of every lender: rows were rejected because "Outstanding balance" is out of its range',
            None,
        ),
        (
            "conduct (resolved_on_not_before_happened_on)",
            'Adverse records: rows were rejected because "Day it ended" comes before "Day it began"',
            "不良记录：有数据行被剔除（“解除日”早于“发生日”）",
        ),
        (
            "statements (revenue_unreadable)",
            'Financial statements: rows were rejected because "Operating revenue of the period" could not be read',
            None,
        ),
        (
            "statements (our_own_rule)",
            "Financial statements: rows were rejected because a value could not be read, "
            "or a rule of the bank's own is broken",
            None,
        ),
    ],
)
def test_a_gap_says_which_table_and_what_happened(gap, en, zh):
    (line,) = gap_lines(gap)
    assert line.en == en
    assert zh is None or line.zh == zh


def test_every_rule_of_every_table_is_told_without_its_code():
    for name, table in TABLES.items():
        for rule in rules(table):
            (line,) = gap_lines(f"{name} ({rule.name})")
            assert CODE.findall(f"{line.en} {line.zh}") == []


def test_several_tables_and_rules_are_told_and_more_than_two_rules_are_counted():
    lines = gap_lines("headcount (bachelors_within_staff,postgraduates_within_staff,staff_range); patents (no_row)")
    assert len(lines) == 2
    assert lines[0].en.endswith("and 1 more")
    assert gap_lines("") == ()


def test_only_tables_with_rejected_rows_count_as_rejected(case_of, inputs):
    features = inputs.features.assign(data_gap="headcount (no_row); conduct (kind_values); patents (not_delivered)")
    assert rejected_tables(case_of("a", features=features)) == {"conduct"}


def test_what_is_not_known_is_told_by_why_with_what_it_does_to_the_pd(case_of):
    lines = [line.en for line in unknown(case_of("d"))]
    assert lines[0] == "Without a value (not known): Share guaranteed, Urban seat."
    # log-odds −1.75, of which −0.125 comes from features without a value
    assert lines[1].startswith("All features without a value together: PD 16.5% → 14.8%;")
    assert lines[-1].startswith("The source has no data about: R&D, Patents")


def test_what_does_not_apply_is_not_unknown(case_of, inputs):
    features = inputs.features.assign(not_applicable="guaranteed_share", is_urban=1.0)
    assert unknown(case_of("d", features=features))[0].en == "Every feature of the model was known."
