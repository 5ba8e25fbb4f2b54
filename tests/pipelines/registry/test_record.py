"""The record of a registry: append-only, chained, whole or not at all, one writer at a time."""

import json
import multiprocessing
import os
from pathlib import Path

import pytest

from pipelines.registry import record
from pipelines.registry.errors import RegistryError
from pipelines.registry.record import append, read, record_of, writing
from scoring.signature import TRUSTED, SignatureError, private_key, signature_path
from tests.scoring.test_signature import write_keys

FORK = multiprocessing.get_context("fork")


def add(registry: Path, name: str) -> None:
    with writing(registry):
        append(registry, "challenger", {"version": name, "on": "2026-01-01"})


def test_a_record_that_was_not_begun_has_no_entry(tmp_path: Path) -> None:
    assert read(tmp_path) == ()


def test_entries_come_back_in_their_order_each_with_the_digest_of_the_one_before(tmp_path: Path) -> None:
    for name in ("v1", "v2", "v3"):
        add(tmp_path, name)
    entries = read(tmp_path)
    assert [(e.number, e.kind, e.content["version"]) for e in entries] == [
        (1, "challenger", "v1"),
        (2, "challenger", "v2"),
        (3, "challenger", "v3"),
    ]
    assert [e.content["before"] for e in entries] == ["", entries[0].digest, entries[1].digest]


@pytest.mark.parametrize("number", [1, 2])
def test_a_changed_entry_is_refused(tmp_path: Path, number: int) -> None:
    for name in ("v1", "v2", "v3"):
        add(tmp_path, name)
    path = record_of(tmp_path) / f"{number:06d}.json"
    path.write_text(path.read_text(encoding="utf8").replace("2026-01-01", "2025-01-01"), encoding="utf8")
    with pytest.raises(RegistryError, match=f"{number + 1:06d}.json: .* an entry was changed after it was recorded"):
        read(tmp_path)


def test_a_removed_entry_is_refused(tmp_path: Path) -> None:
    for name in ("v1", "v2", "v3"):
        add(tmp_path, name)
    (record_of(tmp_path) / "000002.json").unlink()
    with pytest.raises(RegistryError, match=r"wanted entry 000002.json of the record; 000003.json comes next"):
        read(tmp_path)


def test_what_is_no_entry_is_refused(tmp_path: Path) -> None:
    add(tmp_path, "v1")
    (record_of(tmp_path) / "000001.json").write_text(json.dumps({"number": 1}), encoding="utf8")
    with pytest.raises(RegistryError, match="wanted an entry of the record of a registry; got something else"):
        read(tmp_path)


def test_of_many_writers_at_once_none_is_lost(tmp_path: Path) -> None:
    names = [f"v{number}" for number in range(12)]
    processes = [FORK.Process(target=add, args=(tmp_path, name)) for name in names]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert sorted(e.content["version"] for e in read(tmp_path)) == sorted(names)


def test_a_writer_that_waits_too_long_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "SECONDS", 0.1)
    with writing(tmp_path), pytest.raises(RegistryError, match="another process is at it"), writing(tmp_path):
        pass


def _killed(registry: Path) -> None:
    """Write an entry, and die when its content is on the disk and its name is not there yet."""
    os.fsync = lambda _: os._exit(9)
    add(registry, "v2")


def test_a_writer_that_is_killed_leaves_the_record_as_it_was(tmp_path: Path) -> None:
    add(tmp_path, "v1")
    before = read(tmp_path)
    process = FORK.Process(target=_killed, args=(tmp_path,))
    process.start()
    process.join()
    assert process.exitcode == 9
    assert read(tmp_path) == before
    add(tmp_path, "v3")
    assert [e.content["version"] for e in read(tmp_path)] == ["v1", "v3"]


def test_with_a_trusted_key_every_entry_has_to_be_signed_by_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    private, public = write_keys(tmp_path, "bank")
    other, _ = write_keys(tmp_path, "other")
    registry = tmp_path / "registry"
    monkeypatch.setenv(TRUSTED, str(public))
    with writing(registry):
        append(registry, "champion", {"version": "v1"}, private_key(private))
    assert read(registry)[0].content["version"] == "v1"
    for key in (None, private_key(other)):
        with writing(registry), pytest.raises(SignatureError, match="it has to sign the entries of the registry"):
            append(registry, "champion", {"version": "v2"}, key)
    assert len(read(registry)) == 1
    signature_path(record_of(registry) / "000001.json").unlink()
    with pytest.raises(SignatureError, match=r"000001.json.sig is not there"):
        read(registry)
