"""`techcredit validation-report`: the model-validation report and the model card of a finished run, in a folder."""

import sys
from collections.abc import Sequence
from pathlib import Path

from pipelines.files import write_json
from pipelines.pdf_maker import pdf_maker
from pipelines.validated_run import ReportError, validated
from reports.validation.card import card, card_page
from reports.validation.page import report, sheets
from scoring.manifest import MANIFEST

FOLDER = "validation_report"


def write_report(
    source: str, out: Path | None, languages: Sequence[str], formats: Sequence[str], chapters: Path | None
) -> None:
    """Write report and model card of the run of `source` into `out`, and print where each file lies.

    Raises
    ------
    ReportError
        When the run is not there, has no validation, or lacks a part; or `out` belongs to a run.
    WrittenError
        When the file of chapters is not as it should be.
    """
    folder = Path("data") / source
    target = out or folder / FOLDER
    refuse_run_folders(target, folder)
    of = validated(source, folder, chapters)
    as_pdf = pdf_maker(ReportError).document if "pdf" in formats else None
    pages: dict[str, str | bytes] = {}
    if "html" in formats:
        pages["validation_report.html"] = report(of, tuple(languages))
    if as_pdf is not None:
        pages |= {f"validation_report.{language}.pdf": as_pdf(sheets(of, language)) for language in languages}
    pages["model_card.html"] = card_page(of, tuple(languages))
    for name, content in pages.items():
        _write(target / name, content)
    write_json(card(of), target / "model_card.json")
    sys.stdout.write(f"{target / 'model_card.json'}\n")
    _tell_earlier(target, set(pages), folder)


def _write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf8") if isinstance(content, str) else content)
    sys.stdout.write(f"{path}\n")


def _tell_earlier(target: Path, written: set[str], folder: Path) -> None:
    """Remove earlier reports from the run's own folder: none is to lie beside a new one. Elsewhere only name them."""
    for path in sorted(target.glob("validation_report.*")):
        if path.name in written:
            continue
        if target.resolve() == (folder / FOLDER).resolve():
            path.unlink()
        else:
            sys.stderr.write(f"left as it was, of an earlier report: {path}\n")


def refuse_run_folders(out: Path, folder: Path) -> None:
    """Nothing, when `out` is no place of a run, or the folder of this run for the report.

    Raises
    ------
    ReportError
        When it lies in a run: one more file in a folder of its steps, and nothing is scored with it.
    """
    place = out.resolve()
    if place == (folder / FOLDER).resolve():
        return
    for above in (place, *place.parents):
        if (above / MANIFEST).exists():
            message = f"wanted a folder outside the run in {above}, or {folder / FOLDER}; got {out}"
            raise ReportError(message)
