"""Licence, version, hooks and hosted checks say the same as the rest of the project."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml

from tests.docs.pages import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf8"))["repos"]


def hook(name: str) -> dict[str, str]:
    (found,) = [found for repo in HOOKS for found in repo["hooks"] if found["id"] == name]
    return dict(found)


def test_the_licence_named_is_the_licence_in_the_file() -> None:
    assert PROJECT["license"] == "Apache-2.0"
    text = (ROOT / PROJECT["license-files"][0]).read_text(encoding="utf8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text


def test_the_changelog_opens_with_what_is_unreleased_then_the_version_of_the_project() -> None:
    heads = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf8"), flags=re.MULTILINE)
    assert heads[0] == "Unreleased"
    assert re.fullmatch(rf"{re.escape(PROJECT['version'])} - \d{{4}}-\d\d-\d\d", heads[1])


def test_hooks_are_local_and_fetch_nothing() -> None:
    assert {repo["repo"] for repo in HOOKS} == {"local"}
    assert {found["language"] for repo in HOOKS for found in repo["hooks"]} == {"system", "pygrep"}
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-config", str(ROOT / ".pre-commit-config.yaml")], check=False
    )
    assert done.returncode == 0


@pytest.mark.parametrize(("size", "code"), [(100_000, 0), (100_001, 1)])
def test_a_file_above_100_kb_is_refused(tmp_path: Path, size: int, code: int) -> None:
    path = tmp_path / "a file.bin"
    path.write_bytes(b"x" * size)
    command = hook("file-size")["entry"] + f" '{path}'"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert ("wanted at most 100000 bytes; got 100001" in done.stdout) == bool(code)


def test_no_file_in_git_would_be_refused_for_its_size_or_for_a_key() -> None:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    files = [name for name in names.decode().split("\0") if name and (ROOT / name).is_file()]
    size = [f for f in files if not re.search(hook("file-size")["exclude"], f)]
    assert [name for name in size if (ROOT / name).stat().st_size > 100_000] == []
    key = re.compile(hook("private-keys")["entry"].encode())
    assert key.search(b"-----BEGIN RSA " + b"PRIVATE KEY-----")
    kept = [f for f in files if not re.search(hook("private-keys")["exclude"], f)]
    assert [name for name in kept if key.search((ROOT / name).read_bytes())] == []


def test_outputs_are_taken_out_of_a_notebook_once(tmp_path: Path) -> None:
    cell = nbformat.v4.new_code_cell("1 + 1", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "2"}, execution_count=1)]
    path = tmp_path / "seen.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    command = [sys.executable, *hook("strip-notebooks")["entry"].split()[1:], str(path)]
    codes = [subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode for _ in range(2)]
    assert codes == [1, 0]
    (cell,) = nbformat.read(path, as_version=4).cells
    assert (cell.source, cell.outputs, cell.execution_count) == ("1 + 1", [], None)


def test_the_hosted_checks_call_the_project_s_own() -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf8"))["jobs"]
    steps = [step for job in jobs.values() for step in job["steps"] if "run" in step]
    assert [step["run"] for step in steps] == [".ci/run"]
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
