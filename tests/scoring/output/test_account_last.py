"""Scores in one file: at no moment does an account stand beside scores of another batch."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from policy.digests import sha256
from scoring.output import publish
from tests.scoring.batches import Listening


class EndedError(Exception):
    """The process is ended here."""


@pytest.mark.parametrize("moves", range(3))
def test_a_batch_that_is_ended_between_two_files_leaves_no_account_of_other_scores(
    score: Callable[..., Listening], tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    output, manifest = tmp_path / "scores.parquet", tmp_path / "scores.parquet.manifest.json"
    score(str(output), part=10)
    first = output.read_bytes()
    output.write_bytes(first + b"scores of another night")
    known = json.loads(manifest.read_text(encoding="utf8"))
    known["files"]["scores.parquet"]["sha256"] = sha256(output)
    manifest.write_text(json.dumps(known), encoding="utf8")
    plain, left = publish._move, [moves]

    def ended(path: Path, to: Path) -> None:
        if not left[0]:
            raise EndedError
        left[0] -= 1
        plain(path, to)

    with monkeypatch.context() as patch:
        patch.setattr(publish, "_move", ended)
        with pytest.raises(EndedError):
            score(str(output), part=10)
    if manifest.exists():
        told = json.loads(manifest.read_text(encoding="utf8"))
        assert told["files"]["scores.parquet"]["sha256"] == sha256(output)
    score(str(output), part=10)
    told = json.loads(manifest.read_text(encoding="utf8"))
    assert told["files"]["scores.parquet"]["sha256"] == sha256(output)
    assert output.read_bytes() == first
