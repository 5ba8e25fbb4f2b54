"""The canonical tables of a bank, in reading order."""

from collections.abc import Mapping

from schemas.declarations import Table
from schemas.events import BORROWINGS, CONDUCT, EQUITY_PLEDGES, EQUITY_ROUNDS, GUARANTEES
from schemas.firm import ENTERPRISES, HEADCOUNT, STATEMENTS
from schemas.innovation import PATENTS, QUALIFICATIONS, TECHNOLOGY_CONTRACTS
from schemas.loans import APPLICATIONS, OUTCOMES

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        ENTERPRISES,
        STATEMENTS,
        HEADCOUNT,
        PATENTS,
        TECHNOLOGY_CONTRACTS,
        QUALIFICATIONS,
        EQUITY_ROUNDS,
        EQUITY_PLEDGES,
        BORROWINGS,
        GUARANTEES,
        CONDUCT,
        APPLICATIONS,
        OUTCOMES,
    )
}
