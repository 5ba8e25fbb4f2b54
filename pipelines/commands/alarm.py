"""`techcredit alarm`: outcomes of the booked loans against the promise of the certificates."""

import sys
from datetime import datetime
from pathlib import Path

import pandas as pd
from rich.table import Table as Screen

from decisions.alarm import AlarmError
from decisions.alarm_state import Renewal, State, links, renewed
from decisions.suspension import standing
from pipelines.commands.screens import show
from pipelines.files import read_json
from policy.errors import MendableError
from reports.alarm import alarm_page, screen_heads, screen_rows
from reports.texts import both, in_language, text
from scoring.alarm_book import check_outcomes
from scoring.alarm_file import SIGNED, open_state, write_state
from scoring.alarm_update import SCORED, Promise, booked, updated
from scoring.bundle import open_bundle
from scoring.signature import PrivateKey, require_signer

TESTED = ["exposure", "pd", "weight"]


class AlarmStandsError(MendableError):
    """An alarm stands: what a scheduler has to notice, although everything was done."""

    exit_code = 4


def update_alarm(
    model: Path, outcomes: Path, scores: list[Path], until: datetime, key: PrivateKey | None = None
) -> None:
    """Feed the outcomes known until a day to the watches of a run, write state and page, and print both.

    Raises
    ------
    AlarmStandsError
        When an alarm stands; everything has been written by then.
    AlarmError
        When the table, the scores or the state cannot be used, or a period fed before has changed.
    """
    require_signer(key, SIGNED)
    bundle = open_bundle(model)
    state = open_state(model)
    fed_before = {(w.size_class, w.opened_on): len(w.periods) for w in state.watches}
    loans = booked(check_outcomes(_table(outcomes)), _scores(model, scores))
    day = bundle.procedure.policy_on
    found, rows = updated(state, loans, _promises(model), bundle.models, until.date(), day)
    path = write_state(found, model, key)
    say = sys.stdout.write
    say(
        f"rows in {rows.all} = watched {rows.watched} + not approved by the decision {rows.not_approved} "
        f"+ approved in a class without certificate {rows.not_certified} + granted before a renewal {rows.earlier}\n"
    )
    for watch in found.watches:
        new = len(watch.periods) - fed_before.get((watch.size_class, watch.opened_on), 0)
        told = f"{new} new periods" if new else "no new period has ended"
        say(f"{watch.size_class}: {told} until {until:%Y-%m-%d}\n")
    say(f"{path}\n")
    _shown(found, model, "en")


def show_alarm(model: Path, language: str) -> None:
    """Print the watches of a run and write their page.

    Raises
    ------
    AlarmStandsError
        When an alarm stands.
    """
    open_bundle(model)
    state = open_state(model)
    if not state.watches:
        message = f"wanted outcomes fed to the watch of {model}; nothing has been. First: techcredit alarm update"
        raise AlarmError(message)
    _shown(state, model, language)


def renew_alarm(
    model: Path, size_class: str, on: datetime, by: str, reason: str, key: PrivateKey | None = None
) -> None:
    """End the watch of a size class: from that day its certificate approves again, and is watched anew."""
    require_signer(key, SIGNED)
    open_bundle(model)
    state = renewed(open_state(model), size_class, Renewal(on.date(), by, reason))
    write_state(state, model, key)
    sys.stdout.write(f"{size_class}: renewed from {on:%Y-%m-%d} by {by}: {reason}\n")
    _page(state, model)


def _shown(state: State, model: Path, language: str) -> None:
    screen = Screen(title=text("alarm.title", language))
    for head in screen_heads():
        screen.add_column(in_language(head, language))
    for row in screen_rows(state):
        screen.add_row(*(in_language(cell, language) for cell in row))
    show(screen)
    for watch in state.watches:
        sys.stdout.write(f"{text('alarm.chain', language, size_class=watch.size_class)} {links(watch)[-1]}\n")
    _page(state, model)
    suspended = standing(state.suspensions())
    if suspended:
        raise AlarmStandsError("; ".join(suspended))


def _page(state: State, model: Path) -> None:
    path = model / "alarm" / "alarm.html"
    path.write_text(alarm_page(state, both("alarm.run", run=model.resolve().name)), encoding="utf8")
    sys.stdout.write(f"{path}\n")


def _require_file(path: Path) -> None:
    """Nothing, where `path` is no folder: parts of a folder may differ, and nobody would see it."""
    if path.is_dir():
        message = f"wanted a table in one file; {path} is a folder"
        raise AlarmError(message)


def _table(path: Path) -> pd.DataFrame:
    _require_file(path)
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    if path.suffix == ".csv":
        return pd.read_csv(path, dtype={"application_id": "str"}, encoding="utf-8-sig")
    message = f"wanted a table that ends in .csv or .parquet; got {path.name}"
    raise AlarmError(message)


def _scores(model: Path, files: list[Path]) -> pd.DataFrame:
    """Scores that decided: those of the files, or the run's own out-of-time decisions; one per application."""
    for path in files:
        _require_file(path)
    parts = [pd.read_parquet(path) for path in files or [model / "thresholds" / "decisions.parquet"]]
    for part, path in zip(parts, files, strict=False):
        absent = [name for name in SCORED if name not in part.columns]
        if absent:
            message = f"{path}: wanted the columns {', '.join(SCORED)} of `techcredit score`; {absent[0]} is not there"
            raise AlarmError(message)
    found = pd.concat(parts, ignore_index=True)
    twice = found["application_id"].duplicated()
    if twice.any():
        message = f"wanted one score per application; {found.loc[twice, 'application_id'].iloc[0]} has several"
        raise AlarmError(message)
    return found


def _promises(model: Path) -> dict[str, Promise]:
    """The certificates in force that have a cut-off, with the loans they were tested on."""
    scored = pd.read_parquet(model / "evaluation" / "scores.parquet")
    able = pd.read_parquet(model / "thresholds" / "decidable.parquet").set_index("application_id")["decidable"]
    tested = scored[(scored["part"] == "certification") & scored["application_id"].map(able).fillna(False).astype(bool)]
    certificates = read_json(model / "thresholds" / "thresholds.json")["certificates"]
    found = {}
    for name, certificate in certificates.items():
        if certificate["cut_off"] is None:
            continue
        mine = tested[tested["size_class"].isin(certificate.get("classes") or [name])]
        line = mine["stage"].map(certificate.get("lines") or {}).fillna(certificate["cut_off"])
        found[name] = Promise(certificate, mine.loc[mine["pd"] <= line, TESTED])
    return found
