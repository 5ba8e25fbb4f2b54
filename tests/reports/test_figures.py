"""Figures: labels in both languages from the catalogue, the same bytes for the same frames."""

from pathlib import Path

import pandas as pd
import pytest

from policy.segments import STAGES
from reports.figures import PALETTE, TOTAL, colour, draw_calibration, draw_roc

ROC = pd.DataFrame({"false_positive_rate": [0.0, 0.2, 1.0], "true_positive_rate": [0.0, 0.7, 1.0]})
BINS = pd.DataFrame(
    {"mean_pd": [0.02, 0.1], "default_rate": [0.03, 0.09], "jeffreys_low": [0.01, 0.05], "jeffreys_high": [0.05, 0.15]}
)


def test_the_same_frames_give_the_same_bytes_and_every_character_has_a_glyph(tmp_path: Path):
    # a missing glyph is a warning of matplotlib, and warnings are errors here
    for name in ("a.png", "b.png"):
        draw_roc({"startup": ROC, "total": ROC}, tmp_path / "roc" / name)
        draw_calibration({"growth": BINS}, tmp_path / "calibration" / name)
    for folder in ("roc", "calibration"):
        first, second = ((tmp_path / folder / name).read_bytes() for name in ("a.png", "b.png"))
        assert first == second
        assert first.startswith(b"\x89PNG")


def test_colours_follow_the_order_of_the_stages(monkeypatch: pytest.MonkeyPatch):
    assert [colour(stage) for stage in STAGES] == list(PALETTE[: len(STAGES)])
    assert colour("total") == TOTAL
    more = tuple(f"stage_{n}" for n in range(len(PALETTE) + 1))
    monkeypatch.setattr("reports.figures.STAGES", more)
    assert [colour(stage) for stage in more] == [*PALETTE, PALETTE[0]]
