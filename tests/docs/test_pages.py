"""The pages hold together: every link, path, command and option they name exists, in both languages."""

import importlib.util
import re
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from pipelines.cli import app
from tests.docs.pages import DOCS, FENCE, ROOT, blocks, changes

PAGES = [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "data" / "README.md"]
NAV = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf8"))["nav"]
GUIDES = sorted(page.name for page in DOCS.glob("*.md") if page.with_suffix(".zh.md").exists())
MADE = re.compile(
    r"^(data/(?!samples|README)|site/|alarm/|manifest/|evaluation/|thresholds/|memos/|applications/|rejects/|scores/|expectations/)"
)
"""Paths that a run or a build makes."""
PATH = re.compile(r"`(?!\d)((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:md|yaml|yml|toml|lock|txt))`")
"""Paths in running text: with a slash, or with the ending of a file that stands at the top."""
NOT_AT_THE_TOP = {"mapping.yaml", "kind.yaml"}
TIME_ZONES = {"Asia/Shanghai"}
"""Names with a slash that are no paths."""


def read(page: Path) -> str:
    return page.read_text(encoding="utf8")


def listed(nav: object) -> list[str]:
    """Pages of a part of the navigation."""
    if isinstance(nav, str):
        return [nav]
    parts = nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else []
    return [page for part in parts for page in listed(part)]


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_is_under_120_lines_and_opens_with_two_commands_and_a_picture(name: str) -> None:
    lines = read(ROOT / name).splitlines()
    assert len(lines) < 120
    first = "\n".join(lines[:18])
    (commands,) = [block.text.splitlines() for block in blocks(ROOT / name) if block.text in first]
    assert len(commands) == 2
    (picture,) = re.findall(r"^!\[[^\]]+\]\((\S+)\)$", first, flags=re.MULTILINE)
    assert (ROOT / picture).stat().st_size < 100_000


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", FENCE.sub("", read(page)))
    relative = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in relative if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_named_exists(page: Path) -> None:
    new = {block.file for guide in GUIDES for block in changes(guide)}
    named = {name for name in PATH.findall(FENCE.sub("", read(page))) if not MADE.match(name)}
    missing = {name for name in named - new - NOT_AT_THE_TOP - TIME_ZONES if not (ROOT / name).exists()}
    assert {name for name in missing if not (page.parent / name).exists()} == set()


@pytest.mark.parametrize("name", ["README.md", "README.zh.md", "docs/tree.md", "docs/tree.zh.md"])
def test_every_folder_and_file_of_a_tree_exists(name: str) -> None:
    (tree,) = [block.text for block in blocks(ROOT / name) if block.text.startswith("policy/")]
    parent = ""
    for line in tree.splitlines():
        entry = line.split()[0]
        path = f"{parent}{entry}" if line.startswith("  ") else entry
        parent = parent if line.startswith("  ") else entry
        assert (ROOT / path).exists(), line


def test_a_tree_names_every_package_and_the_step_table_every_step_of_the_pipeline() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/py.typed")}
    steps = set(yaml.safe_load(read(ROOT / "dvc.yaml"))["stages"])
    for name in ("tree.md", "tree.zh.md"):
        text = read(DOCS / name)
        assert {p for p in packages if not re.search(rf"^{p}/ ", text, re.MULTILINE)} == set()
        assert steps - set(re.findall(r"^\| `(\w+)`", text, re.MULTILINE)) == set()


def test_every_page_has_its_chinese_and_stands_in_the_navigation() -> None:
    english, chinese, reference = (listed(part) for part in NAV)
    assert [page.replace(".md", ".zh.md") for page in english] == chinese
    everything = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")}
    assert everything == {*english, *chinese, *reference}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_shown_exists_with_its_options(page: Path) -> None:
    shown = "\n".join(block.text for block in blocks(page) if block.kind == "sh").replace("\\\n", " ")
    shown = re.sub(r"#.*$", "", shown, flags=re.MULTILINE)
    targets = set(re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), flags=re.MULTILINE))
    assert set(re.findall(r"(?:^|&& )make ([a-z]+)", shown, flags=re.MULTILINE)) <= targets
    commands = get_command(app).commands  # type: ignore[attr-defined]  # the app is a group
    for name, rest in re.findall(r"^techcredit +([\w-]+)(.*)$", shown, flags=re.MULTILINE):
        assert name in commands, name
        command = commands[name]
        group = getattr(command, "commands", {})
        if group:
            assert rest.split()[0] in group, (name, rest)
            command = group[rest.split()[0]]
        known = {option for parameter in command.params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= known, (name, rest)
    for module in re.findall(r"python -m ([\w.]+)", read(page)):
        assert importlib.util.find_spec(module) is not None, module


def test_the_commands_of_running_text_exist() -> None:
    commands = set(get_command(app).commands)  # type: ignore[attr-defined]  # the app is a group
    for page in PAGES:
        assert set(re.findall(r"`techcredit (\w[\w-]*)", FENCE.sub("", read(page)))) <= commands, page


def test_the_example_of_the_decisions_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = [block.text for block in blocks(DOCS / "api" / "decisions.md") if block.kind == "python"]
    exec(example, {})
    assert capsys.readouterr().out.strip() == example.rsplit("# ", 1)[1].strip()


def test_the_site_fetches_nothing() -> None:
    settings = read(ROOT / "mkdocs.yml")
    assert yaml.safe_load(settings)["theme"]["font"] is False
    assert "://" not in settings
    # The theme fetches the program that draws these blocks.
    assert [page for page in DOCS.rglob("*.md") if "```mermaid" in read(page)] == []
