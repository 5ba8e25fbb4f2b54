"""What must be said about each source: its currency, its proxies, and what its figures can and cannot show."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reports.texts import both
from schemas.declarations import Text


@dataclass(frozen=True)
class SourceNotes:
    """Keys of texts.yaml for one source; `currency` is the ISO code its money is in.

    `exposure` and `amount` name these two in memos, with the quantity behind them where they are proxies; `loans` says
    whether the source holds loans at all; `industries` is the scheme of policy/industry_names.yaml its codes are of.
    """

    name: str
    currency: str
    exposure: str = "memo.exposure"
    amount: str = "memo.amount"
    loans: bool = True
    industries: str = "gb_t_4754_2017"
    headline: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()


NOTES: Mapping[str, SourceNotes] = {
    "sba": SourceNotes(
        "source.sba",
        "USD",
        industries="naics",
        headline=("source.sba_hindsight",),
        proxies=("source.sba_stage_proxy", "source.sba_size_proxy", "source.sba_npl_proxy"),
        limits=("source.sba_sample", "source.sba_debentures", "source.sba_accepted", "source.sba_innovation"),
    ),
    "us_firms": SourceNotes(
        "source.us_firms",
        "USD",
        exposure="memo.exposure_liabilities",
        amount="memo.amount_liabilities",
        loans=False,
        headline=("headline.why_known", "source.us_firms_exposure_proxy"),
        proxies=("source.us_firms_stage_proxy", "source.us_firms_size_proxy", "source.us_firms_exposure_proxy"),
        limits=("source.us_firms_sample",),
    ),
    "simulated": SourceNotes(
        "source.simulated",
        "CNY",
        headline=("headline.why_known", "source.simulated_truth"),
        limits=("source.simulated_truth",),
    ),
}
OWN = SourceNotes("source.own", "CNY", limits=("source.own_tables",))
"""Notes of a source that is not one of ours: a bank's own tables."""


def notes(source: str, currency: str | None = None) -> SourceNotes:
    """Notes of a source; a bank's own tables where it is not one of ours; `currency` wins over the one noted here."""
    found = NOTES.get(source, OWN)
    return found if currency is None else replace(found, currency=currency)


def currency_note(source: str, currency: str | None = None) -> Text:
    """The currency of all money of a source, in words."""
    return both("source.currency", currency=notes(source, currency).currency)
