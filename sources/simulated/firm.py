"""Simulated registration and headcount of the enterprises."""

import numpy as np
import pandas as pd

from schemas.credit_code import check_digit
from sources.simulated.book import Book
from sources.simulated.draws import YEAR_ENDS, Array, choice, coded, days, exp, logistic, numbered, stream
from sources.simulated.faults import late, with_gaps
from sources.simulated.states import due_year
from sources.simulated.world import CITIES, INDUSTRIES, LISTING, OWNERSHIP, PROVINCES

SURNAMES = ("王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周")
TRADES = {
    "new_materials": "新材料",
    "environment": "环保科技",
    "information_technology": "信息技术",
    "biology": "生物科技",
    "equipment": "智能装备",
    "new_energy": "新能源",
    "new_energy_vehicles": "汽车科技",
    "aerospace": "航空科技",
    "software": "软件",
    "digital_creation": "数字科技",
    "research": "科技研发",
    "testing": "检测技术",
    "transfer": "科技服务",
}
"""Word of the trade in the name of an enterprise, by field of the industry."""
UNKNOWN_CONTROLLERS = 0.03
"""Share of enterprises whose controller the bank does not know (assumption of this project)."""


def enterprise_ids(rows: Array) -> pd.Series:
    """The bank's identifiers of enterprises by row of the states."""
    return numbered("E", rows)


def reported_years(book: Book, before: int = 3) -> tuple[Array, Array]:
    """Row and fiscal year index of every year-end the bank holds figures of, founding year included.

    From `before` years before the last one due at the first application, to the year of the last application.
    """
    rows = len(book.states.founded)
    first = due_year(book.states.first) - before + 1
    last = np.zeros(rows, dtype=np.int64)
    np.maximum.at(last, book.enterprise, due_year(book.day) + 1)
    years = np.arange(len(YEAR_ENDS))[None, :]
    alive = YEAR_ENDS[None, :] > book.states.founded[:, None] + 60
    row, year = np.nonzero(alive & (years >= first[:, None]) & (years <= last[:, None]))
    return row, year


def enterprises(book: Book) -> pd.DataFrame:
    """Table `enterprises`."""
    rng = stream(book.seed, "table enterprises")
    rows = len(book.states.founded)
    provinces = coded(book.province, list(PROVINCES))
    cities = provinces + coded(choice(rng, list(CITIES.values()), rows), list(CITIES))
    capital = exp(14.9 + 0.6 * book.states.size + 0.7 * rng.standard_normal(rows)).round(-4)
    frame = pd.DataFrame(
        {
            "enterprise_id": enterprise_ids(np.arange(rows)),
            "credit_code": _credit_codes(rng, cities),
            "province": provinces,
            "city": cities,
            "industry": coded(book.industry, [i.code for i in INDUSTRIES]),
            "founded_on": days(book.states.founded),
            "registered_capital": capital,
            "paid_in_capital": (capital * rng.beta(2.0, 1.2, rows)).round(-3),
            "ownership": coded(choice(rng, list(OWNERSHIP.values()), rows), list(OWNERSHIP)),
            "listing": coded(choice(rng, list(LISTING.values()), rows), list(LISTING)),
            "setting": coded((rng.random(rows) < 0.12).astype(int), ("urban", "rural")),
        }
    )
    named = _named(book, with_gaps(frame, rng, ("paid_in_capital", "setting"), 0.06))
    return with_gaps(named, stream(book.seed, "table controllers"), ("controller",), UNKNOWN_CONTROLLERS)


def _named(book: Book, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with names that nobody can take for real ones: 示例 means example, 某 somebody."""
    number = pd.Series(np.arange(1, len(frame) + 1)).astype("str").str.zfill(5)
    surname = coded(stream(book.seed, "table surnames").integers(0, len(SURNAMES), len(frame)), SURNAMES)
    trade = coded(book.industry, [TRADES[i.field] for i in INDUSTRIES])
    state = frame["ownership"] == "state"
    person, owner = "示例人 " + surname + "某" + number, "示例国有资本" + number + "号公司"
    return frame.assign(name="示例" + trade + number + "号有限公司", controller=person.mask(state, owner))


def _credit_codes(rng: np.random.Generator, cities: pd.Series) -> pd.Series:
    """Unified social credit codes of enterprises: 91, the place, the organisation code of GB 11714, the check digit."""
    digits = rng.integers(0, 10, (len(cities), 8))
    body = pd.Series(digits @ 10 ** np.arange(7, -1, -1)).astype("str").str.zfill(8)
    # GB 11714-1997: 11 - (sum of digit times weight modulo 11); ten is written X, eleven 0.
    control = (11 - digits @ np.array([3, 7, 9, 10, 5, 8, 4, 2]) % 11) % 11
    first17 = "91" + cities + body + coded(control, "0123456789X")
    return first17 + check_digit(first17)


def headcount(book: Book) -> pd.DataFrame:
    """Table `headcount`: annual counts, known with the annual report."""
    rng = stream(book.seed, "table headcount")
    row, year = reported_years(book)
    given = book.delivered.headcount[row]
    row, year = row[given], year[given]
    found, past = book.states, book.histories

    def noise(deviation: float) -> Array:
        return np.asarray(exp(deviation * rng.standard_normal(len(row))))

    staff = np.maximum(np.round(found.revenue[row, year] / 6.5e5 * noise(0.35)), 3)
    rd_staff = np.round(staff * logistic(-1.45 + 0.65 * found.rd_staff[row, year]))
    postgraduates = np.round(staff * (0.10 * exp(0.75 * found.postgraduate[row, year])).clip(0, 0.8))
    bachelors = np.maximum(postgraduates, np.round(staff * (0.45 * noise(0.25)).clip(0, 0.95)))
    frame = pd.DataFrame(
        {
            "enterprise_id": enterprise_ids(row),
            "period_end": days(YEAR_ENDS[year]),
            "known_on": days(YEAR_ENDS[year] + late(rng, len(row), 100, 0.25, 25)),
            "staff": staff,
            "rd_staff": rd_staff,
            "st_staff": np.minimum(staff, np.round(rd_staff * (1.05 + 0.2 * rng.random(len(row))))),
            "postgraduates": postgraduates,
            "bachelors": bachelors,
            "graduates_hired": rng.poisson((0.05 * staff * noise(0.5)).clip(0, 500)).astype(np.float64),
            "core_team": past.core_team[row].astype(np.float64),
            "core_joins": past.leaves[row, year].astype(np.float64),
            "core_leaves": past.leaves[row, year].astype(np.float64),
        }
    )
    return with_gaps(
        frame, rng, ("rd_staff", "st_staff", "bachelors", "graduates_hired", "core_joins", "postgraduates")
    )
