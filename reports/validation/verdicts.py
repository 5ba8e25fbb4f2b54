"""Tables of test records: each with statistic, null hypothesis, p-values, limit and its kind, verdict, source."""

from collections.abc import Sequence

from policy.loader import figure
from reports.inputs import Json
from reports.numbers import MISSING, count, p_value
from reports.texts import both, joined
from reports.validation.facts import Validated
from reports.validation.limit_words import compared_value, limit
from reports.validation.names_of_tests import NULLS, STATISTICS, WHY, name_of_test
from reports.validation.words import KINDS, VERDICTS, group_of, named
from reports.view import Cell, Grid, Row, number, word
from schemas.declarations import Text

TONES = {"met": "met", "exceeded": "exceeded", "no_verdict": ""}


def grid(of: Validated, tests: Sequence[Json], caption: Text, folded: bool = False, note: Text | None = None) -> Grid:
    """One row per test record, in the order given."""
    heads = (
        word("validation_column.test"),
        word("validation_column.group"),
        number("validation_column.statistic"),
        number("column.p_value"),
        number("validation_column.p_adjusted"),
        number("validation_column.p_correlated"),
        number("column.loans"),
        number("column.defaults_rows"),
        number("validation_column.limit"),
        word("validation_column.verdict"),
    )
    rows = []
    last = ""
    for test in tests:
        rows.append(_row(test, of, "" if test["test"] == last else name_of_test(test["test"])))
        last = test["test"]
    return Grid(caption, heads, tuple(rows), note, folded=folded)


def grids(of: Validated, tests: Sequence[Json], caption: Text, note: Text | None = None) -> tuple[Grid, ...]:
    """The table of these records; none where there is none of them."""
    return (grid(of, tests, caption, note=note),) if tests else ()


def _row(test: Json, of: Validated, name: Cell) -> Row:
    cells = (
        name,
        group_of(test, of.run.source),
        compared_value(test),
        p_value(test.get("p_value")),
        p_value(test.get("p_holm")),
        p_value(test.get("p_correlated")),
        count(test.get("loans")),
        count(test.get("defaults")),
        limit(test, of.day),
        verdict(test),
    )
    return Row(cells, tone=TONES[test["verdict"]])


def verdict(test: Json) -> Text:
    """The verdict of a record in words, with the reason where it has none."""
    said = named(VERDICTS, test["verdict"])
    why = test.get("why")
    return joined((said, named(WHY, why)), ": ", "：") if why and test["verdict"] == "no_verdict" else said


def sources(tests: Sequence[Json]) -> Grid:
    """Each test once: its null hypothesis, where its formula is from, the kind of its limit and where that is from."""
    heads = (
        word("validation_column.test"),
        word("validation_column.statistic"),
        word("validation_column.null_hypothesis"),
        word("validation_column.formula_from"),
        word("validation_column.limit_kind"),
        word("validation_column.limit_from"),
    )
    # A test informs in some dimensions: the record that names a limit tells of it.
    first = {test["test"]: test for test in sorted(reversed(tests), key=lambda test: bool(test.get("limit_figure")))}
    rows = tuple(
        Row(
            (
                name_of_test(name),
                named(STATISTICS, test["statistic"]) if test.get("statistic") else MISSING,
                named(NULLS, test["null"]) if test.get("null") else MISSING,
                test.get("source") or MISSING,
                named(KINDS, test["limit_kind"]) if test.get("limit_kind") else MISSING,
                figure("model_validation", test["limit_figure"]).source if test.get("limit_figure") else MISSING,
            )
        )
        for name, test in sorted(first.items())
    )
    return Grid(both("validation_tests.sources"), heads, rows)


def tally(tests: Sequence[Json], source: str) -> Grid:
    """Per test how many records met their limit, exceeded it or had no verdict; and where it was exceeded."""
    heads = (
        word("validation_column.test"),
        number("validation_column.met"),
        number("validation_column.exceeded"),
        number("validation_column.no_verdict"),
        word("validation_column.exceeded_in"),
    )
    rows = []
    informing = [name for name in dict.fromkeys(t["test"] for t in tests) if not _decides(tests, name)]
    for name in dict.fromkeys(t["test"] for t in tests if t["test"] not in informing):
        mine = [test for test in tests if test["test"] == name]
        counts = {v: [t for t in mine if t["verdict"] == v] for v in VERDICTS}
        rows.append(
            Row(
                (name_of_test(name), *(count(len(counts[v])) for v in VERDICTS), _where(counts["exceeded"], source)),
                tone="exceeded" if counts["exceeded"] else "",
            )
        )
    note = both("validation_tests.tally_note", informing=joined([name_of_test(name) for name in informing] or ["–"]))
    return Grid(both("validation_tests.tally"), heads, tuple(rows), note)


def _decides(tests: Sequence[Json], name: str) -> bool:
    """Whether any record of a test has a verdict."""
    return any(test["test"] == name and test["verdict"] != "no_verdict" for test in tests)


def _where(exceeded: Sequence[Json], source: str, most: int = 6) -> Cell:
    if not exceeded:
        return ""
    named_groups = [group_of(test, source) for test in exceeded[:most]]
    if len(exceeded) > most:
        named_groups.append(both("validation_tests.more", more=count(len(exceeded) - most)))
    return joined(named_groups)
