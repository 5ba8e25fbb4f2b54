"""Step `validate`: canonical tables in; fit rows, rejected rows with their rules, and the counts out."""

import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipelines.entry import run
from pipelines.files import left_out_by_source
from pipelines.params import section
from schemas.account import refuse_too_many, sentences
from schemas.checks import NEEDED, Checks, checked_folder, checks, write_check
from schemas.conform import write_table
from schemas.fit import fit, write_fit
from schemas.gaps import unread_rows


@dataclass(frozen=True)
class ValidateParams:
    """Parameters of the step: the day the tables were extracted, limits of rejected rows, the bank's expectations.

    `rejected_limit` gives shares by table, with `default` for the others; `expectations` a file or folder of suites.
    """

    extracted_on: str
    rejected_limit: dict[str, float] | None = None
    expectations: str | None = None

    def checks(self) -> Checks:
        """The checks these parameters ask for."""
        return checks(self.rejected_limit, None if self.expectations is None else Path(self.expectations))


def main(source: str, tables: Path, valid: Path) -> None:
    """Check the canonical TABLES and write fit rows, rejects and counts into the folder VALID."""
    params = section("validate", ValidateParams, source)
    check(tables, valid, pd.Timestamp(params.extracted_on), params.checks())


def check(tables: Path, valid: Path, extracted_on: pd.Timestamp, wanted: Checks) -> None:
    """Check a folder of canonical tables as of the day they were extracted; fit rows go to `valid`.

    Raises
    ------
    TooManyRejectedError
        When more rows were rejected than the limit allows; everything has been written by then.
    """
    result, day = checked_folder(tables, extracted_on, wanted)
    found = fit(result, tables)
    write_fit(found, valid)
    for name in NEEDED:  # fit rows may be checked again, and that asks for these tables even where they say nothing
        write_table(result.tables[name], name, valid)
    told = {"left_out_by_source": left_out_by_source(tables), "unread": unread_rows(tables), **found.told()}
    write_check(result, day, wanted, valid, told, sealed=True)
    sys.stdout.write("".join(f"{line}\n" for line in (*(q.line() for q in result.quality), *sentences(told))))
    refuse_too_many(result.quality, wanted.limits)


if __name__ == "__main__":
    run(main)
