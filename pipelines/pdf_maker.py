"""What turns pages into PDFs, where this installation can."""

from types import ModuleType

from policy.errors import MendableError


def pdf_maker(refused: type[MendableError]) -> ModuleType:
    """The module `reports.memo.pdf`, imported only where PDFs are asked for.

    Raises
    ------
    MendableError
        `refused`, when WeasyPrint or a library of the system that it needs is not there.
    """
    try:
        from reports.memo import pdf

        pdf.require_subsetting()
    except (ImportError, OSError) as error:  # WeasyPrint stops with OSError where a library of the system is not there
        message = f"this installation cannot write PDFs ({error}); --format html"
        raise refused(message) from error
    return pdf
