"""Step `study`: the figures of the step `seeds` in; a page in both languages and a summary out."""

from pathlib import Path

from pipelines.entry import run
from pipelines.files import read_json, write_json
from reports.refits import refits_page, summary_lines


def main(source: str, seeds: Path, study: Path) -> None:
    """Write what the refits of SOURCE in the folder SEEDS show into the folder STUDY."""
    found = read_json(seeds / "seeds.json")
    study.mkdir(parents=True, exist_ok=True)
    (study / "index.html").write_text(refits_page(source, found), encoding="utf8")
    write_json({"source": source, "refits": summary_lines(found)}, study / "summary.json")


if __name__ == "__main__":
    run(main)
