"""Numbers as a person reads them; what is missing shows as a dash, never as 0 or NaN."""

import math

from reports.texts import both
from schemas.declarations import Text

MISSING = "–"
CURRENCIES = ("CNY", "USD")
"""Currencies that have a Chinese name in texts.yaml; others show their code."""


def absent(value: float | None) -> bool:
    """Tell whether there is no number to show."""
    return value is None or not math.isfinite(value)


def decimal(value: float | None, digits: int = 3) -> str:
    """Number with a fixed count of decimals and a real minus sign.

    >>> decimal(-0.12345), decimal(None), decimal(float("nan"))
    ('−0.123', '–', '–')
    """
    if value is None or absent(value):
        return MISSING
    return f"{round(value, digits) + 0.0:,.{digits}f}".replace("-", "−")


def signed(value: float | None, digits: int = 3) -> str:
    """Number that always carries its sign.

    >>> signed(0.5, 1)
    '+0.5'
    """
    shown = decimal(value, digits)
    return f"+{shown}" if value is not None and not absent(value) and not shown.startswith("−") else shown


def percent(value: float | None, digits: int = 2) -> str:
    """Fraction as a percentage.

    >>> percent(0.103, 1)
    '10.3%'
    """
    return MISSING if value is None or absent(value) else f"{decimal(100 * value, digits)}%"


def telling(value: float | None, limit: float | None) -> tuple[str, str]:
    """Two fractions as percentages in so many digits, from two decimals on, that they differ; as they are if equal.

    >>> telling(0.02301, 0.02299), telling(0.02, 0.02)
    (('2.301%', '2.299%'), ('2.00%', '2.00%'))
    """
    digits = next((d for d in range(2, 12) if percent(value, d) != percent(limit, d)), 2)
    return percent(value, digits), percent(limit, digits)


def rate(value: float | None) -> str:
    """Fraction as a percentage with two decimals below 10 % and one from there, so that small rates keep two figures.

    >>> rate(0.00436), rate(0.2624)
    ('0.44%', '26.2%')
    """
    return percent(value, 2 if value is not None and abs(value) < 0.1 else 1)


def points(value: float | None, digits: int = 2) -> str:
    """Difference of two fractions in percentage points, without unit.

    >>> points(0.0097)
    '0.97'
    """
    return MISSING if value is None or absent(value) else decimal(100 * value, digits)


def count(value: float | None) -> str:
    """Whole number with thousands separated.

    >>> count(63645)
    '63,645'
    """
    return decimal(value, 0)


def plain(value: float | None, digits: int = 2) -> str:
    """Number with at most so many decimals, none where it is whole.

    >>> plain(3.0), plain(0.125)
    ('3', '0.12')
    """
    if value is None or absent(value):
        return MISSING
    return decimal(value, 0 if float(value).is_integer() else digits)


def money(value: float | None, currency: str) -> Text:
    """Amount with its currency: whole units in English; in Chinese in ten-thousands (万), whole from a million on.

    >>> money(10_210_000, "CNY")
    Text(en='CNY 10,210,000', zh='1,021万元')
    >>> money(12_500, "USD").zh, money(980, "CNY").zh
    ('1.25万美元', '980元')
    """
    if value is None or absent(value):
        return Text(MISSING, MISSING)
    size = abs(value)
    if size < 10_000:
        zh, unit = decimal(value, 0), ""
    else:
        whole, _, rest = decimal(value / 10_000, 0 if size >= 1e6 else 1 if size >= 1e5 else 2).partition(".")
        rest, unit = rest.rstrip("0"), "万"
        zh = f"{whole}.{rest}" if rest else whole
    name = both(f"currency.{currency}").zh if currency in CURRENCIES else f" {currency}"
    return Text(f"{currency} {decimal(value, 0)}", f"{zh}{unit}{name}")


def interval(value: str, low: str, high: str) -> str:
    """Shown number with its interval, the number alone where the interval is missing.

    >>> interval("0.15", "0.1", "0.2"), interval("–", "–", "–")
    ('0.15 [0.1, 0.2]', '–')
    """
    return value if MISSING in (low, high) else f"{value} [{low}, {high}]"


def p_value(value: float | None) -> str:
    """Probability of a test, four decimals; tiny ones as a bound.

    >>> p_value(1e-9), p_value(0.0634)
    ('<0.0001', '0.0634')
    """
    if value is not None and not absent(value) and value < 0.0001:
        return "<0.0001"
    return decimal(value, 4)
