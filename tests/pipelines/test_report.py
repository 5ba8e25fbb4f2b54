"""Step `report` on a finished run of real loans."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.report import main, shown_path

RUN = Path("data/sba")

pytestmark = pytest.mark.pipeline


@pytest.fixture(scope="module", autouse=True)
def _in_the_run(sba_run: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(sba_run)
        yield


@pytest.fixture(scope="module")
def report(_in_the_run: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    main("sba", RUN, folder)
    return folder


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_run_gives_the_same_bytes(report: Path, tmp_path: Path):
    main("sba", RUN, tmp_path)
    assert _bytes(tmp_path) == _bytes(report)


def test_ten_memos_in_both_languages_are_written(report: Path):
    assert len(list((report / "memos").glob("*.en.html"))) == 10
    assert len(list((report / "memos").glob("*.zh.html"))) == 10


def test_the_summary_agrees_with_the_stages_before_it(report: Path):
    found = json.loads((report / "summary.json").read_text(encoding="utf8"))
    thresholds = json.loads((RUN / "thresholds" / "thresholds.json").read_text(encoding="utf8"))
    assert found["rows_in"] == found["scored"] + found["left_out_of_study"] + found["rejected"]
    assert found["realised"] == pytest.approx(thresholds["realised"]["all"]["ratio_approved"])
    for name, certificate in thresholds["certificates"].items():
        assert found["size_classes"][name]["cut_off"] == certificate["cut_off"]


def test_the_page_is_offline_and_shows_no_broken_number(report: Path):
    html = (report / "index.html").read_text(encoding="utf8")
    assert re.findall(r"""(?:src|href)=["']https?:""", html) == []
    assert re.findall(r">\s*(?:nan|NaN|None)\s*<", html) == []


def test_the_page_is_named_as_it_was_given_unless_that_names_the_machine():
    assert shown_path(Path("data/sba/report/index.html")) == "data/sba/report/index.html"
    assert shown_path(Path("/somewhere/report/index.html")) == "index.html"
