import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import beta

from benchmarks.learning_cells import Kept
from benchmarks.thresholds import main
from benchmarks.thresholds_cells import KEY, OURS, measured_cells, measured_next_years
from benchmarks.thresholds_methods import case_of, exact_count, mapie, naive_amounts, naive_count, ours, sgr, switched
from benchmarks.thresholds_settings import SCOPES, Cell, NextYear, SettingError, read_settings
from benchmarks.thresholds_text import cells_text, limits, next_year_text, verdicts
from benchmarks.thresholds_truth import population
from decisions.certificate import certify
from decisions.modes import MODES

SETTINGS = read_settings()
COMMON = SETTINGS.common
CELL = Cell("default", 0.06, 0.045, 1000, 1.0, 20.0, 0.0)
DEPENDENT = replace(CELL, scope="wider", dependence=0.8)


def test_the_cells_cover_what_they_are_meant_to_cover():
    assert {cell.scope for cell in SETTINGS.cells} == set(SCOPES)
    assert {cell.loans for cell in SETTINGS.cells} >= {1000, 2000, 5000, 10_000, 20_000}
    assert {cell.dependence for cell in SETTINGS.cells} >= {0.0, 0.4, 0.8}
    assert all(cell.dependence == 0 for cell in SETTINGS.cells if cell.scope == "default")
    assert {cell.sigma for cell in SETTINGS.cells} == {1.0, 1.6, 2.0}
    assert list(SETTINGS.next_year.rho) == [0.0, 0.02, 0.05, 0.10]


@pytest.mark.parametrize("cell", [CELL, DEPENDENT, replace(CELL, sigma=2.0, cap=100.0, dependence=0.4)])
def test_the_truth_is_what_a_large_draw_shows(cell):
    truth = population(COMMON, cell)
    drawn = truth.draw(np.random.default_rng(1), 400_000)
    ratio, share = truth.at(0.5)
    below = drawn.score <= 0.5
    assert (drawn.true * drawn.exposure).sum() / drawn.exposure.sum() == pytest.approx(cell.base, rel=0.02)
    assert (drawn.true * drawn.exposure)[below].sum() / drawn.exposure[below].sum() == pytest.approx(ratio, rel=0.02)
    assert drawn.exposure[below].sum() / drawn.exposure.sum() == pytest.approx(share, rel=0.02)
    assert (drawn.pd_ - drawn.true)[below].mean() == pytest.approx(0, abs=5e-4)  # the score is calibrated
    beyond = np.searchsorted(truth.share, truth.oracle())
    assert truth.ratio[beyond] == pytest.approx(cell.tolerance, rel=0.03)


def test_a_year_is_as_a_large_draw_of_it_shows():
    truth = population(COMMON, CELL)
    drawn = truth.draw(np.random.default_rng(2), 400_000, factor=-1.5, rho=0.05)
    below = drawn.score <= 0.5
    ratio = drawn.exposure[below & drawn.defaulted].sum() / drawn.exposure[below].sum()
    assert ratio == pytest.approx(truth.ratio_in_year(0.5, -1.5, 0.05), rel=0.03)
    assert ratio > 1.3 * truth.at(0.5)[0]  # a bad year
    assert truth.ratio_in_year(0.5, 0.0, 1e-9) == pytest.approx(truth.at(0.5)[0], rel=1e-3)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cell", [replace(CELL, loans=3000), DEPENDENT])
def test_ours_is_what_certify_gives(cell, mode):
    for seed in range(5):
        drawn = population(COMMON, cell).draw(np.random.default_rng(seed), cell.loans)
        case = case_of(drawn, COMMON, cell.tolerance, cell.cap)
        wanted = certify(
            drawn.pd_, drawn.exposure, drawn.defaulted, np.ones(cell.loans), cell.tolerance, COMMON.delta,
            design="inclusion", grid=COMMON.grid, mode=mode, largest_exposure=cell.cap,
        ).certificate.cut_off  # fmt: skip
        position = ours(case, mode)
        assert wanted == (case.loans.pd_[case.ends[position] - 1] if position >= 0 else None)


def test_the_other_ways_by_hand():
    # 100 equal loans per cut-off, cumulated 1 of 100, 4 of 200, 30 of 300, against 5 %.
    from benchmarks.thresholds_truth import Loans

    pd_ = np.repeat([0.01, 0.02, 0.03], 100)
    defaulted = np.concatenate([np.arange(100) < d for d in (1, 3, 26)])
    drawn = Loans(pd_, pd_, np.ones(300), pd_, defaulted)
    case = case_of(drawn, replace(COMMON, grid=3), 0.05, 1.0)
    assert case.ends.tolist() == [100, 200, 300]
    assert (naive_amounts(case), naive_count(case), exact_count(case), sgr(case)) == (1, 1, -1, -1)
    # exact tails .037, .026, 1: all three tests start at the last cut-off, which the PDs call best, and fail there
    assert case.start == 2
    assert exact_count(replace(case, start=0)) == 1
    assert mapie(case) == -1


def test_the_switch_knows_dependence():
    known = [population(COMMON, cell).draw(np.random.default_rng(3), 4000) for cell in (CELL, DEPENDENT)]
    assert switched(known[1], 0.2) == "robust"
    assert [switched(loans, 1e-9) for loans in known] == ["weighted_binomial", "robust"]


def test_the_proof_in_small():
    cells = [CELL, DEPENDENT]
    lines = list(measured_cells(COMMON, cells, 60, 1, Kept(None, KEY)))
    plain, dependent = (line["methods"] for line in lines)
    for mode in OURS:
        assert limits(plain[mode]["violations"], 60, 2)[0] <= COMMON.delta
    for mode in ("robust", "strict"):
        assert limits(dependent[mode]["violations"], 60, 2)[0] <= COMMON.delta
    # Counts do not see that large loans default more: next to every such certificate is wrong.
    assert dependent["exact count LTT"]["violations"] > 50
    assert plain["naive amounts"]["violations"] > 15
    assert plain["weighted_binomial"]["efficiency"] > plain["robust"]["efficiency"] > 0.3
    assert lines[1]["switched"] > 40 > lines[0]["switched"]
    found = verdicts(lines, COMMON.delta)
    assert [row["above"] for row in found if row["promised"]] == [0] * 6
    assert "exact" not in cells_text(lines, COMMON.delta)
    assert "*" in cells_text(lines, COMMON.delta).split("Approved amount")[0].splitlines()[-2]


def test_the_margin_lowers_what_next_year_breaks():
    following = NextYear(0.06, 0.045, [1000], 1.0, 20.0, [0.0, 0.05])
    none, some = measured_next_years(COMMON, following, 60, Kept(None, KEY))
    assert none["plain"] == none["margin"]
    assert none["tightened"] == pytest.approx(0.045)
    assert some["margin"]["violations"] < some["plain"]["violations"]
    assert some["tightened"] < 0.02
    assert next_year_text([none, some]).count("\n") == 3


def test_limits_are_those_of_clopper_and_pearson_at_the_level_of_all_cells():
    low, high = limits(7, 100, 10)
    assert low == pytest.approx(beta.ppf(0.0025, 7, 94))
    assert high == pytest.approx(beta.ppf(0.9975, 8, 93))
    assert limits(0, 100, 10)[0] == 0.0
    assert limits(100, 100, 10)[1] == 1.0


def test_a_run_can_be_continued_and_ends_with_one_line_of_json(tmp_path, capsys):
    file = tmp_path / "lines.jsonl"
    asked = ["--repetitions", "2", "--mapie-repetitions", "1", "--largest-loans", "500", "--resume", str(file)]
    assert main(asked) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[-1])
    kept = file.read_text(encoding="utf8")
    assert len(kept.splitlines()) == len(first["cells"]) == 4
    assert main(asked) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["cells"] == first["cells"]
    assert file.read_text(encoding="utf8") == kept
    assert set(first["seconds"]) == set(MODES)
    assert all(seconds < 5 for seconds in first["seconds"].values())


def test_what_cannot_be_measured_is_refused_with_a_sentence(capsys):
    assert main(["--repetitions", "0"]) == 1
    assert "wanted at least one repetition and one cell" in capsys.readouterr().err
    with pytest.raises(SettingError, match="scope must be one of default, wider, none; got 'all'"):
        replace(CELL, scope="all")


def test_a_cell_that_occurs_twice_is_refused(tmp_path):
    block = (
        "{scope: none, base: [0.06], tolerance: [0.045], loans: [500, 500], sigma: [1.0], cap: 20, dependence: [0.0]}"
    )
    file = tmp_path / "twice.yaml"
    file.write_text(f"common: {{}}\nblocks: [{block}]\nnext_year: {{}}\n", encoding="utf8")
    with pytest.raises(SettingError, match="wanted every cell once"):
        read_settings(file)
