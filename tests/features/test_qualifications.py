import pytest


def title(kind, granted_on="2020-07-01", expires_on=None, known_on=None):
    return {"kind": kind, "granted_on": granted_on, "expires_on": expires_on, "known_on": known_on or granted_on}


@pytest.mark.parametrize(
    ("expires_on", "expected"), [("2021-06-29", 0), ("2021-06-30", 1), ("2021-07-01", 1), (None, 1)]
)
def test_a_title_is_valid_to_the_end_of_its_last_day(known, expires_on, expected):
    found = known(qualifications=[title("hitech_enterprise", expires_on=expires_on)])
    assert found["hitech_valid"] == expected


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        ("technology_sme", "technology_sme_valid"),
        ("innovative_sme", "innovative_sme_valid"),
        ("specialised_sme", "specialised_sme_valid"),
        ("little_giant", "little_giant_valid"),
    ],
)
def test_each_title_has_its_own_flag(known, kind, column):
    found = known(qualifications=[title(kind)])
    assert found[column] == 1
    assert found["hitech_valid"] == 0


def test_national_ones_count_as_provincial_or_higher_in_two_years(known):
    kinds = ("national_platform", "provincial_platform", "national_award", "provincial_award", "national_programme")
    found = known(qualifications=[title(kind) for kind in kinds] + [title("provincial_platform", "2019-06-30")])
    assert found["provincial_platforms_2y"] == 2
    assert found["provincial_awards_2y"] == 2
    assert found["provincial_programmes_2y"] == 1
    assert found["national_platforms"] == 1
    assert found["provincial_platforms"] == 2
    assert found["national_awards_5y"] == 1


def test_standards_and_national_awards_count_for_five_years(known):
    rows = [
        title("standard_led", "2016-07-01"),
        title("standard_led", "2016-06-30"),
        title("national_award", "2016-07-01"),
    ]
    found = known(qualifications=rows)
    assert (found["standards_led_5y"], found["national_awards_5y"]) == (1, 1)


def test_a_title_granted_or_known_later_is_not_seen(known):
    rows = [
        title("hitech_enterprise", "2021-07-01", known_on="2021-06-01"),
        title("little_giant", known_on="2021-07-01"),
    ]
    found = known(qualifications=rows)
    assert found["hitech_valid"] == 0
    assert found["little_giant_valid"] == 0
