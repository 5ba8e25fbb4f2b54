"""Chapter: how much results depend on assumed policy figures, on the seed, and on a table that is not delivered."""

from reports.sections import blanked, refits
from reports.texts import both
from reports.thresholds.sensitivity import grids as lines
from reports.validation import topics, verdicts
from reports.validation.facts import Validated
from reports.validation.heading import Heading
from reports.validation.names_of_tests import of_topic
from reports.validation.studied import studied
from reports.view import Section


def section(of: Validated) -> Section:
    """Sensitivity to assumed figures, of the certified lines, to refits, and to tables that are not delivered."""
    run = of.run
    tests = of_topic(of.tests, "sensitivity")
    found = of.validation.get("sensitivity") or {}
    delta, stage = both("validation_sensitivity.delta_note"), both("validation_sensitivity.wrong_stage_note")
    blocks = (
        *(studied(of, ()) if not found else ()),
        *topics.grids(found.get("refer_band"), both("validation_sensitivity.refer_band"), run.source),
        *topics.grids(found.get("delta"), both("validation_sensitivity.delta"), run.source, delta),
        *topics.grids(found.get("wrong_stage"), both("validation_sensitivity.wrong_stage"), run.source, stage),
        *verdicts.grids(of, tests, both("validation_sensitivity.tests")),
        *lines(run.thresholds),
        Heading(both("refits.title")),
        *studied(of, refits.section(run).blocks),
        Heading(both("page.blanked")),
        *studied(of, blanked.section(run).blocks),
    )
    return Section("sensitivity", both("validation_page.sensitivity"), blocks)
