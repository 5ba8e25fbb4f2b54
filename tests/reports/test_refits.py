"""The page of the refits: every refit and stage with its figures, in both languages, offline."""

import re

import pytest

from reports.groups import GROUPS
from reports.refits import refits_page, summary_lines

FIGURES = {
    "applications": 1234,
    "pd_change_median": 0.0512,
    "pd_change_p95": 0.21,
    "decisions_changed": 0.034,
    "reasons_kept": 0.87,
}
NONE = {**dict.fromkeys(FIGURES), "applications": 0}


@pytest.fixture
def found() -> dict[str, object]:
    groups = {**{name: FIGURES for name in GROUPS}, GROUPS[0]: NONE}
    refits = [
        {"kind": "seed", "value": "19", "groups": groups},
        {"kind": "names", "value": "renamed ", "groups": groups},
    ]
    return {"seeds_averaged": 2, "reasons": 4, "refits": refits}


def test_every_refit_has_a_row_per_stage_and_what_is_missing_is_a_dash(found: dict[str, object]) -> None:
    page = refits_page("simulated", found)
    assert page.count("5.1%") == 2 * (len(GROUPS) - 1)
    assert page.count("–") >= 2 * 4
    assert {"seed 19", "other folds", "随机种子19", "其他分折"} <= set(re.findall(r">([^<]+)</span>", page))
    assert not re.search(r"""nan|None|(?:src|href)=["'](?!#|data:)""", page)


def test_a_line_per_refit_tells_the_figures_of_all_stages(found: dict[str, object]) -> None:
    seed, names = summary_lines(found)
    assert seed == (
        "Fitted again, seed 19: change of PD 5.1% in the median, 21.0% at the 95th percentile; "
        "decisions changed 3.4%; reasons kept 87%"
    )
    assert names.startswith("Fitted again, other folds: ")
    assert summary_lines(found, "zh")[0].startswith("重新拟合（随机种子19）")
