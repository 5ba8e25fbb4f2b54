"""Amounts of money as memos write them: one unit on the page, millions of CNY (万元 in Chinese), else thousands."""

from dataclasses import dataclass

from reports.numbers import CURRENCIES, MISSING, absent
from reports.texts import both
from schemas.declarations import Text

MILLION, TEN_THOUSAND, THOUSAND = 1e6, 1e4, 1e3


@dataclass(frozen=True)
class Money:
    """The unit of all amounts of a page, by the ISO code of the currency."""

    currency: str

    @property
    def chinese(self) -> bool:
        """Whether the currency is counted in 万元, and in millions in English."""
        return self.currency == "CNY"

    def number(self, value: float | None) -> Text:
        """Amount in the unit of the page, without the unit.

        >>> Money("CNY").number(3_200_000), Money("USD").number(1_250_400)
        (Text(en='3.2', zh='320'), Text(en='1,250', zh='1,250'))
        """
        if value is None or absent(value):
            return Text(MISSING, MISSING)
        if self.chinese:
            return Text(_short(value / MILLION), _short(value / TEN_THOUSAND))
        return Text(_short(value / THOUSAND), _short(value / THOUSAND))

    def amount(self, value: float | None) -> Text:
        """Amount with its unit.

        >>> Money("CNY").amount(3_200_000), Money("USD").amount(1_250_400)
        (Text(en='CNY 3.2 m', zh='320万元'), Text(en='USD 1,250 k', zh='1,250千美元'))
        """
        if value is None or absent(value):
            return Text(MISSING, MISSING)
        number = self.number(value)
        if self.chinese:
            return both("memo.amount_m", number=number)
        return both("memo.amount_k", number=number, currency=self._name())

    def note(self) -> Text:
        """The unit of the page, in words."""
        return both("memo.unit_m") if self.chinese else both("memo.unit_k", currency=self._name())

    def _name(self) -> Text:
        if self.currency in CURRENCIES:
            return Text(self.currency, both(f"currency.{self.currency}").zh)
        return Text(self.currency, self.currency)


def _short(value: float) -> str:
    """Number in so many digits that a person compares it at a glance: three or four, none of them a closing zero.

    >>> [_short(x) for x in (0.0, 1234.4, 45.67, 3.2, 0.15, 0.00098)]
    ['0', '1,234', '45.7', '3.2', '0.15', '0.00098']
    """
    size = abs(value)
    digits = 0 if size >= 100 or size == 0 else 1 if size >= 10 else 2 if size >= 1 else 3 if size >= 0.01 else 6
    shown = f"{value:,.{digits}f}"
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return "0" if shown in ("-0", "") else shown.replace("-", "−")
