"""Amounts of money as memos write them: one unit on the page, millions of CNY (万元 in Chinese), else thousands."""

from dataclasses import dataclass

from reports.numbers import CURRENCIES, MISSING, absent
from reports.texts import both
from schemas.declarations import Text

MILLION, TEN_THOUSAND, THOUSAND = 1e6, 1e4, 1e3
MOST_DIGITS = 6


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
        (Text(en='3.2', zh='320'), Text(en='1,250.4', zh='1,250.4'))
        """
        if value is None or absent(value):
            return Text(MISSING, MISSING)
        if self.chinese:
            return Text(_short(value / MILLION, 2), _short(value / TEN_THOUSAND, 0))
        return Text(_short(value / THOUSAND, 1), _short(value / THOUSAND, 1))

    def amount(self, value: float | None) -> Text:
        """Amount with its unit.

        >>> Money("CNY").amount(3_200_000), Money("USD").amount(1_250_400)
        (Text(en='CNY 3.2 m', zh='320万元'), Text(en='USD 1,250.4 k', zh='1,250.4千美元'))
        """
        if value is None or absent(value):
            return Text(MISSING, MISSING)
        number = self.number(value)
        if self.chinese:
            return both("memo.amount_m", number=number)
        return both("memo.amount_k", number=number, currency=self._name())

    def whole(self, value: float) -> Text:
        """Amount in whole units of the currency, for what is counted per person.

        >>> Money("CNY").whole(12_500.4)
        Text(en='CNY 12,500', zh='12,500元')
        """
        number = f"{value:,.0f}".replace("-", "−")
        return both("memo.amount_whole", number=number, currency=self._name())

    def unit(self) -> Text:
        """The unit of amounts that stand without it.

        >>> Money("CNY").unit(), Money("USD").unit()
        (Text(en='CNY m', zh='万元'), Text(en='USD k', zh='千美元'))
        """
        return both("memo.figures_m") if self.chinese else both("memo.figures_k", currency=self._name())

    def note(self) -> Text:
        """The unit of the page, in words."""
        return both("memo.unit_m") if self.chinese else both("memo.unit_k", currency=self._name())

    def _name(self) -> Text:
        if self.currency in CURRENCIES:
            return Text(self.currency, both(f"currency.{self.currency}").zh)
        return Text(self.currency, self.currency)


def _short(value: float, digits: int) -> str:
    """Number with so many decimals, without closing zeros, so that amounts of a page add up as they are shown.

    A number below a hundred units of its last decimal has as many more as show three digits of it.

    >>> [_short(x, 2) for x in (0.0, 1234.4, 45.678, 3.2, 0.1553, 0.00098)], _short(1919.3, 0), _short(15.53, 0)
    (['0', '1,234.4', '45.68', '3.2', '0.155', '0.00098'], '1,919', '15.5')
    """
    size = abs(value)
    while 0 < size < 10.0 ** (2 - digits) and digits < MOST_DIGITS:
        digits += 1
    shown = f"{value:,.{digits}f}"
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return "0" if shown in ("-0", "") else shown.replace("-", "−")
