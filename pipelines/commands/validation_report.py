"""`techcredit validation-report`: the model-validation report and the model card of a finished run, in a folder."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pipelines.files import write_json, write_text
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
    as_pdf = _pdf_maker() if "pdf" in formats else None
    if "html" in formats:
        _written(target / "validation_report.html", report(of, tuple(languages)))
    if as_pdf is not None:
        for language in languages:
            path = target / f"validation_report.{language}.pdf"
            target.mkdir(parents=True, exist_ok=True)
            path.write_bytes(as_pdf(sheets(of, language)))
            sys.stdout.write(f"{path}\n")
    _written(target / "model_card.html", card_page(of, tuple(languages)))
    write_json(card(of), target / "model_card.json")
    sys.stdout.write(f"{target / 'model_card.json'}\n")


def _written(path: Path, text: str) -> None:
    write_text(text, path)
    sys.stdout.write(f"{path}\n")


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


def _pdf_maker() -> Callable[[str], bytes]:
    try:
        from reports.memo.pdf import document
    except (ImportError, OSError) as error:  # WeasyPrint stops with OSError where a library of the system is not there
        message = f"this installation cannot write PDFs ({error}); --format html"
        raise ReportError(message) from error
    return document
