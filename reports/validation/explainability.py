"""Chapter: what the models lean on, and whether they do so in the direction a lender expects."""

from policy.segments import STAGES
from reports.sections import domains, leanings
from reports.sections.model_quality import pictures
from reports.texts import both, coded
from reports.validation import leaning, topics, verdicts
from reports.validation.facts import Validated
from reports.validation.names_of_tests import of_topic
from reports.validation.studied import studied
from reports.view import Paragraph, Section


def section(of: Validated) -> Section:
    """How contributions are made, directions held and leant against, what each domain adds, pictures by stage."""
    run = of.run
    tests = of_topic(of.tests, "explainability")
    caption = both("validation_explain.monotonicity")
    blocks = (
        Paragraph(both("validation_explain.reading")),
        *leaning.blocks(run),
        *leanings.blocks(run),
        *topics.grids(of.validation.get("monotonicity"), caption, run.source),
        *verdicts.grids(of, tests, both("validation_explain.tests")),
        *studied(of, domains.section(run).blocks),
        Paragraph(both("model.beeswarm_reading"), "note"),
        *(pictures(run, f"beeswarm_{s}", both("picture.beeswarm", stage=coded("stage", s))) for s in STAGES),
    )
    return Section("explainability", both("validation_page.explainability"), blocks)
