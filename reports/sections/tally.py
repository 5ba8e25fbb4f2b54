"""Where every application of the source went: rows in = study + left out + rejected, counted so that it closes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.fitting.split import LEFT_OUT
from reports.inputs import Inputs


@dataclass(frozen=True)
class Tally:
    """Applications [rows]: rows_in = in_study + left_out_of_study + rejected + duplicates.

    `in_study` are in a part and were scored; `left_out` could be scored but are in no part, by reason; rejected broke a
    rule of validation or have no stage, and no model may score them; duplicates are identical to an earlier row.
    `left_out_by_source` never came into the tables: the source left them out by a rule on facts of origination, by
    reason.
    """

    rows_in: int
    in_study: int
    left_out: Mapping[str, int]
    rejected_by_validation: int
    without_stage: int
    duplicates: int = 0
    left_out_by_source: Mapping[str, int] = field(default_factory=dict)

    @property
    def left_out_of_study(self) -> int:
        """Applications that are in no part though no rule rejected them."""
        return sum(self.left_out.values()) + sum(self.left_out_by_source.values())

    @property
    def rejected(self) -> int:
        """Applications that no model may score."""
        return self.rejected_by_validation + self.without_stage


class TallyError(RuntimeError):
    """The counts of two steps do not add up: the message says which."""


def tally(inputs: Inputs) -> Tally:
    """Count of every application of the source.

    Raises
    ------
    TallyError
        When the counts do not add up to the rows that came in.
    """
    came = next(t for t in inputs.quality["tables"] if t["table"] == "applications")
    table = inputs.features[["application_id", "stage"]].merge(
        inputs.split[["application_id", "part", "reason"]], on="application_id", how="left"
    )
    staged = table[table["stage"].notna()]
    out = staged[staged["part"].isna()]["reason"].value_counts()
    by_source = {str(reason): int(rows) for reason, rows in inputs.quality.get("left_out_by_source", {}).items()}
    left_out = {reason: int(out.get(reason, 0)) for reason in LEFT_OUT if reason != "no_stage"}
    found = Tally(
        rows_in=int(came["rows"]) + sum(by_source.values()),
        in_study=len(inputs.scores),
        left_out=left_out,
        rejected_by_validation=int(came["rejected"]),
        without_stage=int(table["stage"].isna().sum()),
        duplicates=int(came["duplicates"]),
        left_out_by_source=by_source,
    )
    total = found.in_study + found.left_out_of_study + found.rejected + found.duplicates
    if total != found.rows_in:
        message = (
            f"tally of {inputs.source}: wanted {found.rows_in} applications; "
            f"study, left out, rejected and duplicates make {total}"
        )
        raise TallyError(message)
    return found
