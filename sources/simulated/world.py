"""The world of the simulated portfolio: provinces, industries and other shares, each with its source or flag."""

from typing import NamedTuple

PROVINCES = {
    # Guangdong 7.5 and Jiangsu 5.1 of 46.3 ten-thousand hi-tech enterprises (2023, derived from published counts);
    # the order of the next eight is published, their shares and all others are assumptions of this project.
    "44": 0.162, "32": 0.110, "33": 0.092, "11": 0.072, "31": 0.066, "37": 0.060, "51": 0.045, "35": 0.042, "34": 0.040,
    "41": 0.036, "42": 0.034, "43": 0.032, "61": 0.030, "13": 0.028, "21": 0.022, "12": 0.021, "36": 0.020, "50": 0.018,
    "45": 0.012, "52": 0.010, "53": 0.010, "14": 0.010, "22": 0.008, "23": 0.007, "15": 0.006, "62": 0.006, "65": 0.005,
    "46": 0.004, "64": 0.002, "63": 0.001, "54": 0.001,
}  # fmt: skip
"""Share of enterprises by province (GB/T 2260 code)."""

CITIES = {"0100": 0.45, "0200": 0.25, "0300": 0.20, "0400": 0.10}
"""Share of the cities within a province (assumption): the first is the seat."""


class Industry(NamedTuple):
    """One class of GB/T 4754-2017, its field, its share of enterprises and its effect on the logit of default."""

    code: str
    field: str
    share: float
    effect: float


INDUSTRIES = (
    # Shares within industry and services: strategic emerging industries of the 2023 economic census (published);
    # 60 : 40 between industry and services, the class chosen for each field and the effects: assumptions.
    Industry("2659", "new_materials", 0.064, 0.05),
    Industry("3091", "new_materials", 0.064, 0.05),
    Industry("3591", "environment", 0.102, 0.15),
    Industry("3921", "information_technology", 0.054, 0.0),
    Industry("3973", "information_technology", 0.040, -0.05),
    Industry("2761", "biology", 0.050, -0.10),
    Industry("3581", "biology", 0.043, -0.10),
    Industry("3491", "equipment", 0.050, 0.0),
    Industry("4011", "equipment", 0.041, -0.05),
    Industry("3825", "new_energy", 0.035, 0.25),
    Industry("3841", "new_energy", 0.038, 0.15),
    Industry("3612", "new_energy_vehicles", 0.020, 0.20),
    Industry("3741", "aerospace", 0.008, -0.15),
    Industry("6513", "software", 0.163, 0.0),
    Industry("6572", "digital_creation", 0.106, 0.15),
    Industry("7320", "research", 0.070, -0.10),
    Industry("7452", "testing", 0.030, -0.20),
    Industry("7530", "transfer", 0.031, 0.0),
)

OWNERSHIP = {"private": 0.84, "state": 0.09, "foreign": 0.04, "joint_venture": 0.03}
"""Little giants of the fourth batch: private 84 %, state 9 %, foreign and joint ventures 7 % (published)."""

LISTING = {"unlisted": 0.93, "regional": 0.035, "neeq": 0.025, "bse": 0.002, "gem": 0.004, "star": 0.002, "main": 0.002}
"""Assumption of this project."""

RD_INTENSITY = ((-3.5, 0.012), (-2.034, 0.03), (-0.726, 0.05), (0.313, 0.10), (1.5, 0.24), (3.5, 0.60))
"""Knots (standard normal quantile, R&D over revenue); the inner three fit the published bands."""

PATENT_KINDS = {"utility": 0.573, "design": 0.175, "invention": 0.252}
"""Shares of the grants of 2023 (derived from the published 209, 63.8 and 92.1 ten-thousand)."""

DEFAULT_RATE = {"startup": 0.051, "growth": 0.032, "mature": 0.020}
"""Default rate of accepted loans in 12 months by stage: assumption of this project, nothing is published."""

BAD_YEAR, BAD_YEAR_DRAW = 2020, 2.0
"""A bad year, in which more loans default (standard deviations of the year effect), margins and revenue fall."""

BAD_YEAR_MARGIN, BAD_YEAR_REVENUE = 0.04, 0.93
"""Fall of the margin [fraction of revenue] and factor on the revenue of that fiscal year (assumptions)."""

ACCEPTED_SHARE = 0.70
"""Share of applications the old policy accepted: assumption of this project."""

STAGES = ("startup", "growth", "mature")
STARTUP_YEARS, STARTUP_REVENUE = 5.0, 50e6
GROWTH_YEARS, GROWTH_RATE = 10.0, 0.20
"""Bounds of the true stage [years, CNY, years, fraction a year]: assumption, the notice of 2024 gives none."""

FIRST_DAY, LAST_DAY, EXTRACTED_ON = "2017-01-01", "2025-12-31", "2026-12-31"
"""Days of the first and the last possible application, and the last day anything was known."""
