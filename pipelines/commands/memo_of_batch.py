"""Memos from a batch of scores: decided again from its tables, and refused where that gives another decision."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pandas.api.types import is_numeric_dtype

from explanations.contributions import contributions, domain_sums
from explanations.reasons import MOST, SIDES, reasons
from features.catalogue import compute
from features.declarations import IDENTITY
from features.peers import with_peer_ranks
from features.states import not_applicable
from features.table import known_and_ruled
from pipelines.commands.columns import refuse_lost
from pipelines.commands.memo import MemoError, require_known, run_inputs
from pipelines.granted import held_back
from policy.folders import temporary
from reports.inputs import Inputs, Planned
from schemas.checks import Checks, checked_folder
from schemas.fit import fit, write_fit
from schemas.tables import TABLES
from scoring.assemble import compared, decided
from scoring.batch import of_applications
from scoring.bundle import Bundle, open_bundle
from scoring.check.earlier import require_as_left

REASONS = tuple(f"{side}_{rank}" for side in SIDES for rank in range(1, MOST + 1))
SAME = (
    *("enterprise_id", "as_of", "stage", "size_class", "decision", "rule", "grade", "data_gap", "fired", "compared"),
    *REASONS,
    *(f"{reason}_feature" for reason in REASONS),
)
"""Columns of a score that have to be the same when it is decided again, beside the versions."""
CLOSE = (
    "pd",
    "limit",
    "tolerance",
    *(f"{reason}_{what}" for reason in REASONS for what in ("value", "peers", "contribution")),
)
"""Those that have to be the same up to the last digits."""
VERSIONS = ("model_version", "training_data", "policy_version")


def batch_inputs(
    model: Path,
    tables: Path,
    scores: Path,
    names: Sequence[str],
    extracted_on: datetime | None,
    wanted: Checks,
    ledger: str | None = None,
) -> Inputs:
    """What memos of the applications `names` of a batch are made from: its tables, with the models of the run `model`.

    The tables go through the check and the preparation of `score`, and are decided again; with a `ledger` as there.

    Raises
    ------
    MemoError
        When `scores` has no such application, the check rejected it, or it is decided otherwise than `scores` says.
    BadTableError
        When the tables cannot be used.
    """
    told = _scores(scores, names)
    require_known(names, told["application_id"].tolist(), f"{scores}")
    bundle = open_bundle(model)
    bundle = bundle if ledger is None else held_back(bundle, ledger)
    day = None if extracted_on is None else pd.Timestamp(extracted_on)
    require_as_left(tables)
    refuse_lost(tables, bundle)
    result, _ = checked_folder(tables, day, wanted)
    found = fit(result, tables)
    require_known(names, result.tables["applications"]["application_id"].tolist(), f"the fit rows of {tables}")
    with temporary() as folder:
        write_fit(of_applications(found, names), folder)
        table, inapplicable = _computed(folder, bundle)
    rows = table[table["application_id"].isin(names) & table["stage"].notna()].reset_index(drop=True)
    require_known(names, rows["application_id"].tolist(), f"those of {tables} with a stage")
    verdicts = decided(rows, bundle)
    _require_same(verdicts, told, scores)
    absent = [name for name in TABLES if name not in found.tables]
    told_rows = rows.merge(inapplicable, on="application_id", validate="1:1")
    return _batch(run_inputs(model), told_rows, verdicts, bundle, absent, found.tables)


def _computed(folder: Path, bundle: Bundle) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Feature table of the applications in `folder`, and the features that do not apply to each."""
    tables, inapplicable = [], []
    for staged, ruled in known_and_ruled(folder, bundle.schemes, bundle.taught):
        computed = compute(staged)
        tables.append(pd.concat([staged[list(IDENTITY)], computed, ruled], axis=1))
        inapplicable.append(staged[["application_id"]].assign(not_applicable=not_applicable(staged, computed)))
    ranked = with_peer_ranks(pd.concat(tables, ignore_index=True), bundle.ranks)
    return ranked, pd.concat(inapplicable, ignore_index=True)


def _scores(path: Path, names: Sequence[str]) -> pd.DataFrame:
    """The scores of a batch, of a folder of parts those of the applications `names` alone."""
    parts = sorted(path.glob("part-*.parquet")) if path.is_dir() else [path]
    if not parts:
        message = f"wanted a folder of scores with part-*.parquet; {path} has none. Memos need scores as Parquet"
        raise MemoError(message)
    if path.suffix in (".csv", ".xlsx"):
        message = f"wanted scores as Parquet, a file or a folder of parts; got {path.name}: score into Parquet"
        raise MemoError(message)
    asked = [("application_id", "in", list(names))] if path.is_dir() else None
    try:
        told = pd.concat([pd.read_parquet(part, filters=asked) for part in parts], ignore_index=True)
    except (OSError, pa.ArrowException) as error:
        message = f"wanted scores as `techcredit score` writes them; {path} cannot be read ({error!r:.150})"
        raise MemoError(message) from error
    missing = [name for name in ("application_id", *SAME, *CLOSE, *VERSIONS) if name not in told.columns]
    if missing:
        message = f"wanted scores as `techcredit score` writes them; {path} has no column {', '.join(missing)}"
        raise MemoError(message)
    words = [name for name in CLOSE if not is_numeric_dtype(told[name])]
    if words:
        message = f"wanted scores as `techcredit score` writes them; {path} has {told[words[0]].dtype} in {words[0]}"
        raise MemoError(message)
    twice = told.loc[told["application_id"].duplicated(), "application_id"]
    if len(twice):
        message = f"wanted each application once in {path}; {str(twice.iloc[0])!r} is there more than once"
        raise MemoError(message)
    return told


def _require_same(verdicts: pd.DataFrame, told: pd.DataFrame, path: Path) -> None:
    """Nothing, when the decisions are those that the file of scores holds.

    Raises
    ------
    MemoError
        When one is not; the first difference is told.
    """
    before = told.set_index("application_id").loc[verdicts["application_id"]].reset_index()
    for name in (*VERSIONS, *SAME, *CLOSE):
        now, then = verdicts[name].reset_index(drop=True), before[name]
        if name in CLOSE:
            same = (now.isna() & then.isna()) | ((now - then).abs() <= 1e-9 * then.abs())
        else:
            same = (now.isna() & then.isna()) | (now.astype("str") == then.astype("str"))
        if not same.all():
            at = int((~same).to_numpy().argmax())
            message = (
                f"application {verdicts['application_id'].iloc[at]!r}: decided again from the tables, {name} is "
                f"{now.iloc[at]!r}; {path} says {then.iloc[at]!r}. Give the tables, the run, the day "
                "(--extracted-on) and the ledger that the scores were made with, or score again"
            )
            raise MemoError(message)


def _batch(
    run: Inputs,
    rows: pd.DataFrame,
    verdicts: pd.DataFrame,
    bundle: Bundle,
    absent: Sequence[str],
    tables: Mapping[str, pd.DataFrame],
) -> Inputs:
    """The run with the applications of the batch in place of its own."""
    parts = contributions(rows, bundle.models)
    fired = compared(rows, bundle)
    scored = verdicts[["application_id", "enterprise_id", "as_of", "stage", "size_class", "pd"]].assign(
        part="out_of_time", weight=1.0, defaulted=float("nan"), exposure=rows["exposure"].to_numpy()
    )
    allowed = bundle.procedure.certified(rows["as_of"], rows["stage"], rows["size_class"])["flow"]
    return replace(
        run,
        features=rows,
        scores=scored,
        decisions=verdicts.assign(default_limit=allowed.to_numpy()),
        fired=fired.assign(application_id=fired["at"].map(rows["application_id"])).drop(columns="at").astype("str"),
        reasons=reasons(parts, rows, bundle.peer_quantiles),
        domains=domain_sums(parts, rows),
        contributions=parts,
        tables=tables,
        quality={**run.quality, "absent": list(absent)},
        suspensions=bundle.procedure.suspensions,
        planned=Planned(rows, bundle),
    )
