"""An import into a folder that holds tables already: nothing is overwritten unasked, no account of a table is lost."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.files import IMPORT_SUMMARY, read_json
from schemas.account import TableQuality, summary
from schemas.conform import BadTableError
from sources.bank.rejects import REJECTS


def refuse_overwriting(names: Sequence[str], folder: Path, overwrite: bool) -> None:
    """Nothing, when the folder holds none of the tables `names`, or they are to be overwritten.

    Raises
    ------
    BadTableError
        When it holds one, or the rejects of one.
    """
    there = [
        name
        for name in dict.fromkeys(names)
        if any((folder / part / f"{name}.parquet").exists() for part in ("", REJECTS))
    ]
    if there and not overwrite:
        message = (
            f"folder {folder}: wanted a folder without the tables of this import; it holds {', '.join(there)} already; "
            "give another --output, or --overwrite to replace them"
        )
        raise BadTableError(message)


def account_of_folder(quality: Sequence[TableQuality], folder: Path) -> dict[str, Any]:
    """The account of an import as plain data, with that of the other tables which earlier imports wrote here."""
    new = summary(quality)
    path = folder / IMPORT_SUMMARY
    if not path.exists():
        return new
    before = read_json(path)
    kept = {name: account for name, account in before["tables"].items() if name not in new["tables"]}
    exceeded = [text for text in before["exceeded"] if any(text.startswith(f"table {name}:") for name in kept)]
    return {"tables": {**kept, **new["tables"]}, "exceeded": [*exceeded, *new["exceeded"]]}
