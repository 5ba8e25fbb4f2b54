"""The memo of one application, as plain texts in reading order: who, what for, how much, what decides, what speaks."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import ClassVar

from reports.inputs import Inputs
from reports.memo.applicant import Line, name_of, who
from reports.memo.case import Case, cases
from reports.memo.conditions import before
from reports.memo.cutting import cut
from reports.memo.effects import Bar, bars
from reports.memo.facts import Figures, Group, figures, groups, points
from reports.memo.gaps import gaps, unknown
from reports.memo.money import Money
from reports.memo.plans import plan_lines
from reports.memo.reasons import Reason, reasons, rest, unexpected
from reports.memo.request import asks, what
from reports.memo.verdict import fired, sentence, why
from reports.texts import both, coded, joined
from schemas.declarations import Text

DENSE_FROM = 4200
"""Letters from which the lines of a memo stand closer in print."""
DENSEST_FROM = 4900
"""Letters from which they stand closest."""


@dataclass(frozen=True)
class Memo:
    """All that a memo shows, as texts; `plans` is None where nobody worked out what would change the answer."""

    kind: ClassVar[str] = "memo"
    application_id: str
    enterprise: Text
    asks: Text
    day: Text
    decision: str
    decision_name: Text
    why: Text
    who: tuple[Line, ...]
    what: tuple[Line, ...]
    sentence: Text
    fired: tuple[Text, ...]
    bars: tuple[Bar, ...]
    against: tuple[Reason, ...]
    in_favour: tuple[Reason, ...]
    unexpected: tuple[Text, ...]
    rest: Text
    figures: Figures
    groups: tuple[Group, ...]
    points: tuple[Text, ...]
    plans: tuple[Text, ...] | None
    gaps: tuple[Text, ...]
    unknown: tuple[Text, ...]
    before: tuple[Text, ...]
    later: Text
    money: Text
    versions: tuple[tuple[Text, str], ...]

    @property
    def shown_id(self) -> str:
        """The identifier for the page: long ones are cut, and signs that cannot be seen are written as numbers."""
        return cut(self.application_id, 40)

    @property
    def density(self) -> str:
        """How close the lines of the page stand in print, by how much it holds: apart, dense or densest."""
        letters = _letters(self)
        return "densest" if letters > DENSEST_FROM else "dense" if letters > DENSE_FROM else "apart"


def memos(inputs: Inputs, applications: Sequence[str]) -> tuple[Memo, ...]:
    """Memos of out-of-time applications of a finished run, in the order asked for."""
    return tuple(memo_of(case) for case in cases(inputs, applications))


def memo_of(case: Case) -> Memo:
    """The memo of one application."""
    money = Money(case.frame.notes.currency)
    decision = str(case.verdict["decision"])
    model, policy, data = case.frame.versions[str(case.row["stage"])]
    return Memo(
        application_id=case.application_id,
        enterprise=name_of(case),
        asks=asks(case, money),
        day=both("memo.as_of", day=str(case.day)),
        decision=decision,
        decision_name=both("memo.recommended", decision=coded("decision", decision)),
        why=why(case),
        who=who(case),
        what=what(case, money),
        sentence=sentence(case),
        fired=fired(case, money),
        bars=bars(case.domains, case.base, case.logit),
        against=reasons(case, "against", money),
        in_favour=reasons(case, "for", money),
        unexpected=unexpected(case, money),
        rest=rest(case),
        figures=figures(case, money),
        groups=groups(case, money),
        points=points(case),
        plans=None if case.plans is None else plan_lines(case.plans, money),
        gaps=gaps(case),
        unknown=unknown(case),
        before=before(case),
        later=_later(case),
        money=money.note(),
        versions=(
            (both("memo.model_version"), model),
            (both("memo.policy_version"), policy),
            (both("memo.data_version"), data),
        ),
    )


def _letters(part: object) -> int:
    """Letters of the longer language in all texts of a part of a memo."""
    if isinstance(part, Text):
        return max(len(part.en), 2 * len(part.zh))
    if isinstance(part, str):
        return len(part)
    if isinstance(part, tuple):
        return sum(_letters(each) for each in part)
    return sum(_letters(getattr(part, f.name)) for f in fields(part)) if is_dataclass(part) else 0


def _later(case: Case) -> Text:
    """Which figures of the page are later than its day."""
    frame, told = case.frame, []
    if frame.built_on > case.day:
        told.append(both("memo.later_model", day=str(frame.built_on)))
    if frame.policy_on > case.day:
        told.append(both("memo.later_policy", day=str(frame.policy_on)))
    return both("memo.later", what=joined(told, "; ", "；")) if told else both("memo.none_later")
