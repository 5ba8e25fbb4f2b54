import pandas as pd
import pytest


def right(patent_id, kind="invention", applied_on="2018-01-10", known_on="2019-07-10", **days):
    return {"patent_id": patent_id, "kind": kind, "applied_on": applied_on, "known_on": known_on, **days}


def test_a_right_is_valid_from_grant_to_end_or_sale(known):
    rows = [
        right("valid", granted_on="2021-06-30"),
        right("granted later", granted_on="2021-07-01"),
        right("ended on the day", granted_on="2020-01-01", ended_on="2021-06-30"),
        right("ends later", granted_on="2020-01-01", ended_on="2021-07-01"),
        right("sold", granted_on="2020-01-01", transferred_on="2021-06-30"),
        right("sold later", granted_on="2020-01-01", transferred_on="2021-07-01"),
        right("not known", granted_on="2020-01-01", known_on="2021-07-01"),
        right("bought", granted_on="2019-01-01", acquired_on="2020-01-01"),
        right("bought later", granted_on="2019-01-01", acquired_on="2021-07-01"),
        right("ended ungranted", ended_on="2020-05-05"),
    ]
    found = known(patents=rows)
    assert found["valid_inventions"] == 4
    assert found["rights_filed"] == 8
    assert found["inventions_granted"] == 6
    assert found["inventions_decided"] == 7
    assert found["valid_bought"] == 1
    assert found["rights_ended_3y"] == 1


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        ("invention", "class_1_valid"),
        ("plant_variety", "class_1_valid"),
        ("new_drug", "class_1_valid"),
        ("circuit_layout", "class_1_valid"),
        ("other_class_1", "class_1_valid"),
        ("utility", "class_2_valid"),
        ("design", "class_2_valid"),
        ("software", "class_2_valid"),
    ],
)
def test_kinds_of_class_1_and_class_2(known, kind, group):
    found = known(patents=[right("1", kind, granted_on="2020-01-01")])
    assert found[["class_1_valid", "class_2_valid"]].sum() == 1
    assert found[group] == 1


def test_related_self_developed_pledged_and_pct_rights(known):
    rows = [
        right("1", granted_on="2020-01-01", related=True, self_developed=True, pct=True, pledged_on="2021-01-01"),
        right("2", granted_on="2020-01-01", related=False, self_developed=True, pct=False),
        right("3", "utility", "2020-09-01", "2021-03-01", granted_on="2021-03-01", related=True, pct=False),
        right("4", "invention", "2020-09-01", "2020-12-01", related=True, pct=True),
        right("5", "invention", "2020-06-30", "2020-12-01", related=True, pct=True),
    ]
    rows[1] |= {"pledged_on": "2020-02-01", "released_on": "2021-06-30"}
    found = known(patents=rows)
    assert (found["class_1_related"], found["class_1_self_developed"]) == (1, 2)
    assert found["valid_related"] == 2
    assert found["valid_pledged"] == 1
    assert found["pct_filed"] == 3
    assert found["related_inventions_applied_1y"] == 1
    assert found["related_pct_applied_1y"] == 1
    assert found["last_filing_on"] == pd.Timestamp("2020-09-01")
    assert found["rights_filed_3y"] == 3
    assert found["valid_filed_3y"] == 1


def test_a_pledge_released_later_is_still_open(known):
    row = right("1", granted_on="2020-01-01", pledged_on="2021-06-30", released_on="2021-07-01")
    assert known(patents=[row])["valid_pledged"] == 1


def test_age_of_rights_counts_from_filing(known):
    rows = [right("1", applied_on="2020-06-30", granted_on="2021-01-01"), right("2", applied_on="2021-06-20")]
    assert known(patents=[rows[0] | {"known_on": "2021-01-01"}, rows[1]])["valid_age_days"] == 365


def test_an_enterprise_without_rights_has_none(known):
    found = known(patents=[])
    assert found["valid_inventions"] == 0
    assert found["class_1_related"] == 0
    assert pd.isna(found["last_filing_on"])


def test_rights_that_do_not_say_whether_they_are_related_leave_the_count_missing(known):
    found = known(
        patents=[right("1", granted_on="2020-01-01"), right("2", "utility", granted_on="2020-01-01", related=True)]
    )
    assert pd.isna(found["class_1_related"])
    assert pd.isna(found["pct_filed"])
    assert found["valid_related"] == 1
