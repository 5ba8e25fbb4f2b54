"""The headline: the certified limit, the realised ratio, and why the two may differ."""

from decisions.modes import MODES
from policy.segments import CAPPED
from reports.inputs import Inputs
from reports.links import counted
from reports.numbers import count, decimal, interval, percent, rate
from reports.sections import cover
from reports.sections.lead import lead, level, period, tone
from reports.sections.limit_outcome import LimitOutcome, limit_outcomes
from reports.sections.outcome_delay import outcome_delay
from reports.sources import notes
from reports.texts import both, coded, joined
from reports.view import Grid, Paragraph, Points, Row, Section, Tile, Tiles, number, short, word
from schemas.declarations import Text


def section(inputs: Inputs) -> Section:
    """The three sentences, the tiles, the table per size class, the explanation and the assumptions."""
    found = limit_outcomes(inputs)
    told = cover.sentence(inputs)
    why = [*_explanation(inputs), *([told] if told is not None else [])]
    blocks = (
        *(Paragraph(said, f"lead {tone(found)}") for said in lead(inputs, found)),
        _tiles(inputs, found),
        _grid(found),
        Points(both("headline.explained"), tuple(why)),
        Points(both("headline.assumptions"), tuple(_assumptions(inputs))),
        *_assumed(inputs),
    )
    return Section("headline", both("page.headline"), blocks)


def _tiles(inputs: Inputs, found: tuple[LimitOutcome, ...]) -> Tiles:
    total, later = found[-1], period(inputs, "out_of_time")
    verdicts = [p.verdict for p in found[:-1]]
    highest = max((p.tolerance for p in found if p.size_class in CAPPED and p.tolerance is not None), default=None)
    allowed = max((p.allowed for p in found if p.size_class in CAPPED and p.allowed is not None), default=None)
    return Tiles(
        (
            Tile(
                both("headline.tile_tolerance"),
                percent(total.allowed if total.allowed is not None else allowed),
                both(
                    "headline.tile_tolerance_detail",
                    capped=rate(highest),
                    confidence=percent(1 - level(inputs), 0),
                    year=period(inputs, "certification"),
                ),
            ),
            Tile(
                both("headline.tile_realised"),
                percent(total.realised),
                both("headline.tile_realised_detail", period=later),
                total.verdict,
            ),
            Tile(
                both("headline.tile_everybody"),
                percent(total.ratio_of_all),
                both("headline.tile_everybody_detail", period=later, loans=count(total.loans)),
            ),
            Tile(
                both("headline.tile_classes"),
                f"{verdicts.count('met')} / {verdicts.count('met') + verdicts.count('exceeded')}",
                both("headline.tile_classes_detail", uncertified=count(verdicts.count("not_certified"))),
            ),
        )
    )


def _grid(found: tuple[LimitOutcome, ...]) -> Grid:
    heads = (
        short("column.size_class"),
        number("column.tolerance"),
        number("column.allowed"),
        number("column.tested"),
        number("column.cut_off"),
        number("column.observed"),
        number("column.upper_bound"),
        number("column.approved_loans"),
        number("column.approved_amount_share"),
        number("column.realised_interval"),
        number("column.ratio_of_all"),
        word("column.verdict"),
    )
    return Grid(both("headline.grid"), heads, tuple(_row(p) for p in found), note=both("note.tolerance"))


def _row(p: LimitOutcome) -> Row:
    total = p.size_class == "all"
    said = coded("verdict", p.verdict)
    if p.reason is not None and not p.certified:
        said = joined((said, coded("certificate", p.reason)), ": ", "：")
    if p.verdict in ("met", "exceeded"):
        said = joined((said, coded("noise", "within" if p.within_noise else "beyond")), ", ", "，")
    ends = [rate(end) for end in p.interval] if p.interval is not None else [percent(None)] * 2
    cells = (
        both("size_text.all") if total else coded("size", p.size_class),
        percent(p.tolerance),
        percent(p.allowed),
        percent(p.tested),
        percent(p.cut_off),
        percent(p.observed),
        percent(p.upper_bound),
        counted(p.approved_loans, decision="approve", **({} if total else {"size": p.size_class})),
        percent(p.approved_share, 1),
        interval(percent(p.realised), *ends),
        percent(p.ratio_of_all),
        said,
    )
    return Row(cells, total, p.verdict)


def _explanation(inputs: Inputs) -> list[Text]:
    by_amount = {
        part: (groups["total"] or {}).get("default_rate_by_amount") for part, groups in inputs.metrics["parts"].items()
    }
    said = [
        both("headline.why_population", certification=period(inputs, "certification")),
        both(
            "headline.why_years",
            development=rate(by_amount["development"]),
            development_years=period(inputs, "development"),
            certification=rate(by_amount["certification"]),
            certification_years=period(inputs, "certification"),
            later=rate(by_amount["out_of_time"]),
            later_years=period(inputs, "out_of_time"),
        ),
    ]
    delay = outcome_delay(inputs)
    keys = notes(inputs.source).headline or ("headline.why_known",)
    if delay is None:
        return said + [both(key) for key in keys if key != "headline.why_known"]
    values = {
        "day": str(delay.day.date()),
        "since": str(delay.since.date()),
        "median": f"{delay.median:.0f}",
        "low": f"{delay.low:.0f}",
        "high": f"{delay.high:.0f}",
        "unknown": percent(delay.unknown_share, 0),
    }
    return said + [both(key, **values) for key in keys]


def _assumed(inputs: Inputs) -> list[Paragraph]:
    """The deciding policy figures that nobody has verified or approved, told once; nothing where there is none."""
    found = inputs.thresholds["assumed"]
    if not found:
        return []
    names = ", ".join(f"{figure['name']} ({figure['flag']})" for figure in found)
    return [Paragraph(both("rules.assumed", count=count(len(found)), names=names), "note")]


def _margin(inputs: Inputs) -> list[Text]:
    """How the NPL ratio became a default ratio, and the margin for a bad year, with the inputs and their flag."""
    known = inputs.thresholds["stock_flow"]
    said = []
    if known["kappa"] is None:
        said.append(both("headline.assume_stock"))
    else:
        values = {"stay": decimal(known["resolution_years"], 1), "growth": percent(known["lending_growth"], 0)}
        said.append(both("headline.assume_flow", **values, flag=known["flag"]))
    key = "headline.assume_margin" if known["rho"] > 0 else "headline.assume_no_margin"
    return [*said, both(key, rho=decimal(known["rho"], 3), flag=known["flag"])]


def _assumptions(inputs: Inputs) -> list[Text]:
    said = [both("headline.assume_same")]
    if any(c["mode"] == MODES[0] for c in inputs.thresholds["certificates"].values()):  # the others allow for it
        said.append(both("headline.assume_exposure"))
    said += [*_margin(inputs), both("headline.assume_per_class")]
    if inputs.thresholds["weights"] == "outcome":
        said.append(both("headline.assume_weights"))
    return said
