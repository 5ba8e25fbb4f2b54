"""The example of the page on the tolerance ledger runs and says what the page says."""

import json
import shlex
import sys
from pathlib import Path

import pytest

from pipelines.cli import main
from tests.docs.pages import DOCS, ROOT, blocks


@pytest.mark.parametrize("page", ["ledger.md", "ledger.zh.md"])
def test_the_example_runs_and_says_what_the_page_says(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = blocks(DOCS / page)
    example = next(block.text for block in found if block.kind == "sh")
    said = next(block.text for block in found if block.kind == "text")
    (tmp_path / "params.yaml").symlink_to(ROOT / "params.yaml")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TECHCREDIT_LEDGER", raising=False)
    *recording, showing = example.replace("\\\n", " ").splitlines()
    for line in recording:
        monkeypatch.setattr(sys, "argv", shlex.split(line))
        with pytest.raises(SystemExit, match="0"):
            main()
    assert capsys.readouterr().out == said
    monkeypatch.setattr(sys, "argv", [*shlex.split(showing), "--json"])
    with pytest.raises(SystemExit, match="0"):
        main()
    shown = json.loads(capsys.readouterr().out)["size_classes"]
    told = (DOCS / page).read_text(encoding="utf8")
    for name in ("micro", "small"):
        assert f"{shown[name]['realised']:.2%}".replace("%", " %") in told
        assert f"{shown[name]['granted']:.2%}".replace("%", " %") in told
    assert shown["micro"]["room"] == pytest.approx(0.0075)
    assert shown["small"]["exceeded"] is True
