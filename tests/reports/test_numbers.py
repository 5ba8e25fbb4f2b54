"""Numbers as a person reads them."""

import pytest

from reports.numbers import money
from schemas.declarations import Text


@pytest.mark.parametrize(
    ("value", "currency", "en", "zh"),
    [
        (10_210_000, "CNY", "CNY 10,210,000", "1,021万元"),
        (1_234_567_890, "CNY", "CNY 1,234,567,890", "123,457万元"),
        (999_999, "CNY", "CNY 999,999", "100万元"),
        (125_400, "CNY", "CNY 125,400", "12.5万元"),
        (20_000, "USD", "USD 20,000", "2万美元"),
        (9_999, "CNY", "CNY 9,999", "9,999元"),
        (0, "CNY", "CNY 0", "0元"),
        (-2_500_000, "CNY", "CNY −2,500,000", "−250万元"),
        (3_000_000, "EUR", "EUR 3,000,000", "300万 EUR"),
        (None, "CNY", "–", "–"),
    ],
)
def test_money_is_in_whole_units_in_english_and_in_ten_thousands_in_chinese(value, currency, en, zh):
    assert money(value, currency) == Text(en, zh)
