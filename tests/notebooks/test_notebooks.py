"""Every notebook is executed from top to bottom in a finished run, and holds neither outputs nor definitions."""

import ast
import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
SIMULATED = {"the_default_run", "one_application", "a_feature_to_promotion"}
"""Notebooks that are executed in the run of the simulated portfolio; the others in that of the SBA loans."""


def code(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


@pytest.mark.notebook
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(
    path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "simulated" if path.stem in SIMULATED else "sba"
    run: Path = request.getfixturevalue(f"{source}_run")
    monkeypatch.setenv("SOURCE", source)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(run), os.environ.get("PYTHONPATH", ""))))
    client = NotebookClient(nbformat.read(path, as_version=4), timeout=600, resources={"metadata": {"path": str(run)}})
    executed = client.execute()
    shown = [cell for cell in executed.cells if cell.cell_type == "code" and cell.outputs]
    assert shown, "a notebook shows something"
    assert executed.cells[-1].outputs, "its last cell shows something"
    drawn = [cell for cell in code(path) if "plt.subplots" in cell.source or ".plot(" in cell.source]
    pictures = [out for cell in shown for out in cell.outputs if "image/png" in out.get("data", {})]
    assert len(pictures) >= len(drawn), "what is drawn is shown"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs_and_defines_nothing(path: Path) -> None:
    for cell in code(path):
        assert cell.outputs == []
        assert cell.execution_count is None
        defined = [
            node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        ]
        assert defined == []


@pytest.mark.parametrize("page", ["notebooks.md", "notebooks.zh.md"])
def test_the_page_of_the_notebooks_names_each_of_them_and_no_other(page: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / page).read_text(encoding="utf8")
    assert set(re.findall(r"`(\w+)\.ipynb`", text)) == {path.stem for path in NOTEBOOKS} > SIMULATED
