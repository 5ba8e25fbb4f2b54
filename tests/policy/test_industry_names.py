"""Names of industries: every division of the national standard and every sector of NAICS, in both languages."""

import re
from datetime import date

from policy.loader import figure


def test_the_97_divisions_of_the_national_standard_have_names_in_both_languages():
    names = figure("industry_names", "gb_t_4754_2017").on(date(2018, 1, 1))
    assert list(names) == [f"{code:02d}" for code in range(1, 98)]
    assert all(entry["en"].strip() and re.search("[\u4e00-\u9fff]", entry["zh"]) for entry in names.values())
    assert names["65"] == {"en": "Software and information technology services", "zh": "软件和信息技术服务业"}


def test_the_sectors_of_naics_have_names_by_their_first_two_digits():
    names = figure("industry_names", "naics").on(date(2014, 1, 1))
    assert names["72"]["en"] == "Accommodation and food services"
    assert names["31"] == names["33"]
