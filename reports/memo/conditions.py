"""Conditions before and after pay-out that the rules and facts of the memo state; all others a person writes."""

from reports.memo.case import Case
from reports.memo.cutting import listed
from reports.memo.gaps import gap_lines
from reports.memo.rule_words import short
from reports.texts import both
from schemas.declarations import Text

MOST = 4


def before(case: Case) -> tuple[Text, ...]:
    """What fired rules ask to be cleared up, gaps to be mended, security to be in force; nothing of a decline."""
    if case.verdict["decision"] == "decline":
        return ()
    found: list[Text] = []
    if gap_lines("" if case.row["data_gap"] is None else str(case.row["data_gap"])):
        found.append(both("memo.settle_gaps"))
    codes = dict.fromkeys(str(row["rule"]) for row in case.fired if row["effect"] == "refer" and row["state"] == "met")
    found += [both("memo.settle_rule", rule=short(code)) for code in codes if code != "data_gap"]
    if case.known.guarantees or case.known.application.get("collateral"):
        found.append(both("memo.settle_guarantee"))
    return listed(found, MOST)
