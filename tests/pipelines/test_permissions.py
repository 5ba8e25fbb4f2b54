"""What a command writes is closed to other users of the machine; the umask of the caller may close more."""

import os
import stat
from pathlib import Path

import pytest

from tests.conftest import ROOT, run_cli


@pytest.mark.parametrize(("umask", "file", "folder"), [(0o022, 0o640, 0o750), (0o077, 0o600, 0o700)])
def test_imported_tables_are_closed_to_other_users(umask: int, file: int, folder: int, tmp_path: Path) -> None:
    bank = ROOT / "data" / "samples" / "bank_example"
    before = os.umask(umask)
    try:
        given = ("--mapping", str(bank / "mapping.yaml"), "--input", str(bank))
        done = run_cli(ROOT, "import", *given, "--output", str(tmp_path / "t"))
    finally:
        os.umask(before)
    assert done.returncode == 0, done.stderr
    written = [tmp_path / "t", *(tmp_path / "t").rglob("*")]
    assert len(written) > 5
    for path in written:
        assert stat.S_IMODE(path.stat().st_mode) == (folder if path.is_dir() else file), path
