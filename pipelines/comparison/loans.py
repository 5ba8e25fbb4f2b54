"""Loans with known outcomes that two models are compared on, and what each model decides of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from features.peers import with_peer_ranks
from features.table import FeatureParams, feature_tables
from models.errors import ModelError
from pipelines.comparison.sides import Side
from policy.folders import temporary
from schemas.checks import Checks, checked_folder
from schemas.conform import require
from schemas.fit import fit, write_fit
from scoring.assemble import decided
from scoring.check.earlier import require_as_left
from scoring.manifest import SEALED, require_unchanged

COLUMNS = ["application_id", "enterprise_id", "as_of", "exposure", "weight", "defaulted"]


@dataclass(frozen=True)
class Labelled:
    """Loans with a known outcome (COLUMNS), the folder of their fit tables, and what they are called.

    `accounts` are the lines that say what became of every row of tables that were checked for the comparison.
    """

    rows: pd.DataFrame
    tables: Path
    name: str
    accounts: tuple[str, ...] = ()

    def newer(self, sides: tuple[Side, ...]) -> pd.DataFrame:
        """The loans decided after the last loan that any side was fitted, calibrated or certified on.

        Raises
        ------
        ModelError
            When one of them is among those that a side used: its day is not the one it had there.
        """
        last = max(each.last_used for each in sides)
        kept = self.rows[self.rows["as_of"] > last]
        for each in sides:
            known = sorted(kept.loc[kept["application_id"].isin(each.used), "application_id"])
            if known:
                message = (
                    f"{self.name}: wanted no loan after {last.date()} that {each.name} was fitted, calibrated or "
                    f"certified on; got {len(known)}, the first of them {known[0]}: its day is not the one of that run"
                )
                raise ModelError(message)
        return kept.sort_values("application_id", ignore_index=True)


def of_run(run: Path) -> Labelled:
    """Loans of a finished run, with the outcomes that its split let count.

    Raises
    ------
    ModelError
        When the folder has no tables of a finished run, or they or its scores are not as the run left them.
    SignatureError
        When a key is trusted and the manifest of the run is not signed by it.
    """
    for part in ("valid/applications.parquet", "evaluation/scores.parquet"):
        if not (run / part).exists():
            message = f"wanted a finished run with its tables, such as data/simulated; {run} has no {part}"
            raise ModelError(message)
    require_unchanged(run, (*SEALED, "valid"))
    scored = pd.read_parquet(run / "evaluation" / "scores.parquet", columns=[*COLUMNS, "part"])
    return Labelled(scored.loc[scored["part"].notna(), COLUMNS], run / "valid", str(run))


@contextmanager
def of_tables(tables: Path, until: pd.Timestamp | None) -> Iterator[Labelled]:
    """Loans of a folder of canonical tables whose outcome window has closed and whose outcome was known `until` a day.

    The tables pass the check of `techcredit score`. Without a day they stand for the last one on which anything in them
    was known.

    Raises
    ------
    BadTableError
        When a table that is needed, outcomes among them, is missing or cannot be used.
    """
    require_as_left(tables)
    result, day = checked_folder(tables, until, Checks())
    require(result.tables, ("outcomes",), tables)
    known = result.tables["outcomes"]
    known = known[(known["window_ends_on"] <= day) & (known["known_on"] <= day)]
    rows = result.tables["applications"].merge(known, on="application_id", validate="1:1")
    rows = rows.assign(defaulted=rows["defaulted"].astype("float64"))
    with temporary() as folder:
        write_fit(fit(result, tables), folder)
        yield Labelled(rows[COLUMNS], folder, str(tables), tuple(q.line() for q in result.quality))


def decided_by(tables: Path, loans: pd.DataFrame, sides: tuple[Side, ...]) -> tuple[pd.DataFrame, ...]:
    """What each side says of the loans, as `techcredit score` would on these fit tables: a frame per side.

    Rows are those of `loans` in their order; a loan that no stage rule of a side fits has missing values there.
    """
    if loans.empty:
        return tuple(pd.DataFrame({"application_id": loans["application_id"]}) for _ in sides)
    computed: dict[tuple[FeatureParams, frozenset[str]], pd.DataFrame] = {}
    found: dict[str, pd.DataFrame] = {}
    for each in sides:
        if each.identity in found:
            continue
        asked = (each.bundle.schemes, each.bundle.taught)
        if asked not in computed:
            whole = pd.concat(feature_tables(tables, *asked), ignore_index=True)
            computed[asked] = whole[whole["application_id"].isin(loans["application_id"])].reset_index(drop=True)
        rows = decided(with_peer_ranks(computed[asked], each.bundle.ranks), each.bundle)
        found[each.identity] = loans[["application_id"]].merge(rows, on="application_id", how="left", validate="1:1")
    return tuple(found[each.identity] for each in sides)
