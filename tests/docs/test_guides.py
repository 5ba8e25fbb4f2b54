"""The guides do what they say: their blocks are applied to a copy of the project, and the result is looked at."""

import json
import re
import shutil
from datetime import date
from pathlib import Path
from string import Formatter

import pandas as pd
import pytest
import yaml

from decisions.stock_flow import flow_tolerance, read_stock_flow, resolution_factor
from decisions.tolerance import tolerances
from policy.loader import PolicyError, figure
from reports.texts import catalogue
from schemas.check import validated
from schemas.folder import read_tables
from tests.docs.pages import DOCS, FENCE, ROOT, apply, blocks, changes, merge_yaml, project_copy, run_in

EXECUTED = ("add_a_feature", "add_a_quantity", "add_a_source", "change_the_tolerance", "change_a_text")


@pytest.mark.parametrize("guide", [*EXECUTED, "change_the_segmentation"])
def test_both_languages_of_a_guide_show_the_same_blocks(guide: str) -> None:
    assert blocks(DOCS / f"{guide}.md") == blocks(DOCS / f"{guide}.zh.md")


@pytest.mark.parametrize("guide", [*EXECUTED, "change_the_segmentation"])
def test_a_guide_names_every_file_its_blocks_change(guide: str) -> None:
    for page in (DOCS / f"{guide}.md", DOCS / f"{guide}.zh.md"):
        prose = FENCE.sub("", page.read_text(encoding="utf8"))
        assert [block.file for block in changes(page.name) if f"`{block.file}`" not in prose] == []


COMPUTED = """
import pandas as pd
import pytest
import features
from features.catalogue import by_name, compute
names = ("rd_share_of_st_staff", "staff_over_peak")
known = pd.DataFrame({"rd_staff": [6, 6], "st_staff": [8, 0], "staff": [30, 30], "staff_highest_3y": [40, None]})
found = compute(known, [by_name()[name] for name in names])
print(features.__file__)
print(found.to_json(orient="split"))
tests = [f"tests/features/test_{name}.py" for name in ("definitions", "catalogue")]
tests += ["tests/features/test_headcount.py::test_the_peak_of_staff_is_the_largest_known_count_of_three_years"]
raise SystemExit(pytest.main(["-q", "-p", "no:cacheprovider", *tests]))
"""


def test_a_feature_and_a_quantity_added_by_the_guides_are_listed_computed_and_pass_their_tests(tmp_path: Path) -> None:
    folder = project_copy(tmp_path)
    apply("add_a_feature.md", folder)
    apply("add_a_quantity.md", folder)
    place, found, *said = run_in(folder, "-c", COMPUTED).splitlines()
    assert Path(place).is_relative_to(folder)
    assert json.loads(found)["data"] == [[0.75, 0.75], [None, None]]
    assert re.search(r"^\d+ passed", said[-1])


def test_a_source_added_by_the_guide_is_ingested_and_valid(tmp_path: Path) -> None:
    folder = project_copy(tmp_path)
    apply("add_a_source.md", folder)
    tables, truth = folder / "tables", folder / "truth"
    run_in(folder, "-m", "pipelines.ingest", "leasing", "data/samples/leasing", str(tables), str(truth))
    result = validated(read_tables(tables), pd.Timestamp("2022-12-31"))
    assert all(rejected.empty for rejected in result.rejects.values())
    assert result.tables["enterprises"]["enterprise_id"].tolist() == ["A", "B"]
    outcomes = result.tables["outcomes"].set_index("application_id")
    assert outcomes["defaulted"].tolist() == [False, True, False]
    assert outcomes["known_on"].dt.strftime("%Y-%m-%d").tolist() == ["2021-01-15", "2021-09-30", "2021-06-30"]


def test_the_guide_gives_a_new_source_an_entry_in_every_section(tmp_path: Path) -> None:
    params = tmp_path / "params.yaml"
    shutil.copy(ROOT / "params.yaml", params)
    before = yaml.safe_load(params.read_text(encoding="utf8"))
    for block in changes("add_a_source.md"):
        if block.file == "params.yaml":
            merge_yaml(params, block.text)
    after = yaml.safe_load(params.read_text(encoding="utf8"))
    assert after["sources"] == {**before["sources"], "leasing": "data/samples/leasing"}
    sections = {name for name, entry in before.items() if isinstance(entry, dict) and {"default", "sba"} <= set(entry)}
    assert sections <= {name for name, entry in after.items() if isinstance(entry, dict) and "leasing" in entry}
    for name in sections:
        needed = set(before[name]["sba"] or {}) - set(before[name]["default"] or {})
        given = set(after[name]["leasing"])
        assert needed <= given | {"period_months", "periods", "weights"}, name


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """A copy of the policy files, changed by the guide of the tolerance."""
    folder = tmp_path / "policy"
    shutil.copytree(ROOT / "policy", folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "params.yaml", tmp_path / "params.yaml")
    apply("change_the_tolerance.md", tmp_path)
    return folder


def test_the_tolerance_changes_on_its_day_and_not_before(policy: Path) -> None:
    ratio = figure("tolerance", "overall_npl_our_bank", policy).on(date(2027, 1, 1))
    before, after = (tolerances(ratio, day, policy)["medium"] for day in (date(2026, 12, 31), date(2027, 1, 1)))
    assert (before.value, after.value) == (pytest.approx(0.0242), pytest.approx(0.0292))
    assert (after.flag, after.since) == ("B", date(2027, 1, 1))


def test_the_ratio_named_in_the_parameters_is_the_figure_of_the_guide(policy: Path) -> None:
    params = yaml.safe_load((policy.parent / "params.yaml").read_text(encoding="utf8"))
    assert figure("tolerance", params["threshold"]["simulated"]["overall_npl"], policy).flag == "B"


def test_the_stock_and_flow_of_the_guide_are_read_and_named_in_the_parameters(policy: Path) -> None:
    params = yaml.safe_load((policy.parent / "params.yaml").read_text(encoding="utf8"))
    found = read_stock_flow(params["threshold"]["simulated"]["stock_flow"], date(2025, 12, 31), policy)
    assert (found.flag, found.rho, found.resolution_years) == ("B", 0.03, 1.4)


def test_a_bank_that_writes_off_fast_may_allow_three_times_the_defaults() -> None:
    fast, slow = (flow_tolerance(0.045, resolution_factor(stay, 0.1)) for stay in (0.5, 2.0))
    assert fast / slow > 3


def test_more_than_three_points_is_refused_in_the_words_of_the_guide(policy: Path) -> None:
    shown = blocks(DOCS / "change_the_tolerance.md")
    (refused,) = [block for block in shown if block.title.endswith("refused")]
    (message,) = [block.text.strip() for block in shown if block.kind == "text"]
    merge_yaml(policy / "tolerance.yaml", refused.text)
    with pytest.raises(PolicyError, match=re.escape(message)):
        tolerances(0.0142, date(2027, 1, 1), policy)


def test_a_sentence_changed_by_the_guide_is_read_in_both_languages_with_its_placeholders(tmp_path: Path) -> None:
    path = tmp_path / "reports" / "texts.yaml"
    path.parent.mkdir()
    shutil.copy(ROOT / "reports" / "texts.yaml", path)
    old = dict(catalogue(ROOT / "reports" / "texts.yaml"))
    (block,) = [block for block in changes("change_a_text.md") if block.kind == "yaml"]
    merge_yaml(path, block.text)
    new = catalogue(path)
    assert set(new) == set(old)
    changed = [key for key in new if new[key] != old[key]]
    assert changed == ["rule.unknown_size_class"]
    for key in changed:
        named = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (*old[key], *new[key])]
        assert all(names == named[0] for names in named)


LABEL = """
from features.catalogue import by_name
from features.version import version
print(by_name()["leverage"].label.zh, version())
"""


def test_a_label_changed_by_the_guide_is_shown_and_refuses_no_model(tmp_path: Path) -> None:
    folder = project_copy(tmp_path)
    (block,) = [block for block in changes("change_a_text.md") if ", label of " in block.title]
    module = folder / block.file
    text, found = re.subn(r'Text\("Leverage", "[^"]+"\)', block.text.strip(), module.read_text(encoding="utf8"))
    assert found == 1
    _, version = run_in(folder, "-c", LABEL).split()
    module.write_text(text, encoding="utf8")
    assert run_in(folder, "-c", LABEL).split() == ["资产负债率（年报）", version]


STAGES = """
from datetime import date
import pandas as pd
from features.segments.stage import assigned_stage
from policy.loader import figure
from policy.segments import STAGES
rules = figure("stage", "our_bank").on(date(2026, 1, 1))
known = pd.DataFrame({"age_months": [12.0, 60.0, 60.0, 200.0], "listing": ["unlisted", "star", None, "unlisted"]})
print(*STAGES, *assigned_stage(known, rules)["stage"])
"""


@pytest.mark.skipif(not (ROOT / "policy" / "segments.yaml").exists(), reason="policy/segments.yaml is not there yet")
def test_a_stage_added_by_the_guide_is_assigned_by_its_rule(tmp_path: Path) -> None:
    folder = project_copy(tmp_path)
    apply("change_the_segmentation.md", folder)
    stages = ["startup", "growth", "mature", "listed"]
    assert run_in(folder, "-c", STAGES).split() == [*stages, "startup", "listed", "growth", "mature"]
