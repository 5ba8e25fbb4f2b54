"""`techcredit sign`, and what refuses a run without a valid signature."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from decisions.alarm import Terms
from decisions.alarm_state import State, Watch, plain
from models.errors import ModelError
from pipelines.cli import app
from pipelines.commands.alarm import renew_alarm
from pipelines.manifest import main
from pipelines.trust import trust
from schemas.account import TooManyRejectedError
from scoring.alarm_file import digest, open_state, sign_state, state_path, write_state
from scoring.bundle import open_bundle
from scoring.manifest import MANIFEST, ON_MEMOS, SEALED, require_unchanged
from scoring.signature import TRUSTED, PasswordError, SignatureError, name_of, private_key, signature_path
from sources.bank.part import BankDataError
from tests.scoring.test_manifest import FILES, TOLD
from tests.scoring.test_signature import write_keys

WATCHED = State((Watch("micro", date(2024, 1, 1), Terms("a" * 16, 0.05, 1.2, 1e6, 2.0, 4)),))


@pytest.fixture(autouse=True)
def no_key_is_left() -> Iterator[None]:
    """The option sets a variable of the process, which no other test may see."""
    before = os.environ.pop(TRUSTED, None)
    yield
    os.environ.pop(TRUSTED, None)
    if before is not None:
        os.environ[TRUSTED] = before


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A folder with the files of a run, sealed, and not signed."""
    folder = tmp_path / "run"
    for name in (*FILES, *TOLD):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(f"content of {name}".encode())
    main(folder, folder / "manifest")
    return folder


def invoked(*arguments: object) -> str:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def test_a_signed_run_is_accepted_and_another_manifest_of_it_is_not(run: Path, tmp_path: Path) -> None:
    private, public = write_keys(tmp_path, "bank")
    assert "manifest.json.sig" in invoked("sign", "--model", run, "--key", private)
    trust(public)
    require_unchanged(run, (*SEALED, *ON_MEMOS))
    for name in FILES:
        kept = {path: path.read_bytes() for path in (run / name, run / MANIFEST)}
        (run / name).write_bytes(b"forged")
        main(run, run / "manifest")  # as whoever may write there can do
        with pytest.raises(SignatureError, match=r"manifest.json was changed after it was signed"):
            open_bundle(run)
        for path, content in kept.items():
            path.write_bytes(content)


@pytest.mark.parametrize(
    "command",
    [
        ("score", "--input", "tables", "--output", "scores.parquet"),
        ("explain", "--input", "tables", "--application", "a"),
        ("thresholds",),
        ("alarm", "show"),
    ],
)
def test_commands_refuse_a_run_that_is_not_signed_by_the_trusted_key(
    run: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    _, public = write_keys(tmp_path, "bank")
    with pytest.raises(SignatureError, match=r"manifest.json.sig is not there"):
        invoked(*command, "--model", run, "--trusted-key", public)


@pytest.mark.parametrize("command", [("memo", "--all"), ("thresholds", "--explain")])
def test_memos_and_pages_refuse_it_too(run: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    _, public = write_keys(tmp_path, "bank")
    for name in ("path.parquet", "cross_class.parquet"):
        (run / "thresholds" / name).write_bytes(b"content")
    main(run, run / "manifest")
    with pytest.raises(SignatureError, match=r"manifest.json.sig is not there"):
        invoked(*command, "--model", run, "--trusted-key", public)


def test_the_variable_of_the_environment_asks_for_a_signature_as_well(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, public = write_keys(tmp_path, "bank")
    monkeypatch.setenv(TRUSTED, str(public))
    with pytest.raises(SignatureError, match=r"manifest.json.sig is not there"):
        invoked("thresholds", "--model", run)


def test_what_was_changed_is_not_signed(run: Path, tmp_path: Path) -> None:
    private, _ = write_keys(tmp_path, "bank")
    (run / FILES[0]).write_bytes(b"forged")
    with pytest.raises(ModelError, match=f"{FILES[0]} was changed after the run"):
        invoked("sign", "--model", run, "--key", private)
    assert not signature_path(run / MANIFEST).exists()


def test_the_password_comes_from_the_environment_or_a_file_and_never_from_the_command_line(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private, _ = write_keys(tmp_path, "bank", "secret one")
    with pytest.raises(
        PasswordError, match="wanted env:NAME or file:PATH as the place of the password; got something"
    ) as usage:
        invoked("sign", "--model", run, "--key", private, "--password", "secret one")
    assert usage.value.exit_code == 2
    with pytest.raises(BankDataError, match="environment variable 'KEY_WORD'"):
        invoked("sign", "--model", run, "--key", private, "--password", "env:KEY_WORD")
    monkeypatch.setenv("KEY_WORD", "secret one")
    said = invoked("sign", "--model", run, "--key", private, "--password", "env:KEY_WORD")
    assert "secret" not in said
    (tmp_path / "word").write_text("secret one\n", encoding="utf8")
    invoked("sign", "--model", run, "--key", private, "--password", f"file:{tmp_path / 'word'}")


def test_a_forged_state_of_the_alarm_is_refused_where_a_key_is_trusted(run: Path, tmp_path: Path) -> None:
    private, public = write_keys(tmp_path, "bank")
    write_state(WATCHED, run)
    assert "state.json.sig" in invoked("sign", "--model", run, "--key", private)
    trust(public)
    assert open_state(run) == WATCHED
    forged = json.dumps(plain(State()))  # well-formed, with a fingerprint that fits
    state_path(run).write_text(forged, encoding="utf8")
    with pytest.raises(SignatureError, match=r"state.json was changed after it was signed"):
        open_state(run)
    signature_path(state_path(run)).unlink()
    with pytest.raises(SignatureError, match=r"state.json.sig is not there"):
        open_state(run)


def test_a_new_state_of_the_alarm_is_written_only_with_the_key_that_is_trusted(run: Path, tmp_path: Path) -> None:
    private, public = write_keys(tmp_path, "bank")
    other, _ = write_keys(tmp_path, "other")
    trust(public)
    for key in (None, private_key(other)):
        with pytest.raises(SignatureError, match=r"wanted --key with the private key to the trusted key"):
            write_state(WATCHED, run, key)
        with pytest.raises(SignatureError, match=r"wanted --key"):
            renew_alarm(run, "micro", None, "", "", key)  # type: ignore[arg-type]
    assert not state_path(run).exists()
    write_state(WATCHED, run, private_key(private))
    assert open_state(run) == WATCHED


def test_a_state_written_without_a_key_keeps_no_signature_of_the_state_before(run: Path, tmp_path: Path) -> None:
    private, _ = write_keys(tmp_path, "bank")
    write_state(WATCHED, run, private_key(private))
    assert signature_path(state_path(run)).exists()
    write_state(State(), run)
    assert not signature_path(state_path(run)).exists()


def test_the_digest_tells_two_states_apart(run: Path, tmp_path: Path) -> None:
    private, _ = write_keys(tmp_path, "bank")
    assert digest(run) is None
    assert sign_state(run, private_key(private)) is None
    write_state(WATCHED, run)
    first = digest(run)
    write_state(State(), run)
    assert first != digest(run)


def test_the_summary_of_a_batch_names_the_key_that_was_checked_and_none_where_none_was(
    finished: Path, tmp_path: Path
) -> None:
    private, public = write_keys(tmp_path, "bank")
    score = ("score", "--model", finished, "--input", finished / "tables", "--extracted-on", "2030-01-01", "--output")

    def signed_by(name: str, *trusted: object) -> str | None:
        with suppress(TooManyRejectedError):  # the simulated portfolio has faults; everything is written by then
            invoked(*score, tmp_path / f"{name}.parquet", *trusted)
        told = json.loads((tmp_path / f"{name}.parquet.summary.json").read_text(encoding="utf8"))
        found: str | None = told["signed_by"]
        return found

    invoked("sign", "--model", finished, "--key", private)
    try:
        assert signed_by("unchecked") is None  # a signature that nobody looked at proves nothing
        assert signed_by("checked", "--trusted-key", public) == name_of(private_key(private).public_key())
    finally:
        signature_path(finished / MANIFEST).unlink()
