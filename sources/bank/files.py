"""Files of every kind as parts."""

from pathlib import Path

from sources.bank.csv_part import open_csv
from sources.bank.leaving_out import require_columns_only
from sources.bank.maps import TableMap
from sources.bank.parquet_part import open_parquet
from sources.bank.part import BankDataError, Part
from sources.bank.sheet_part import open_workbook

TEXT_ENDINGS = (".csv", ".txt", ".dat")
WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls")
ENDINGS = (*TEXT_ENDINGS, ".parquet", *WORKBOOK_ENDINGS)


def open_part(path: Path, table: TableMap) -> Part:
    """File `path` as a part, read as the mapping of its table says.

    Raises
    ------
    BankDataError
        When the file is of no known kind, is empty, or its header cannot be read.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        wanted = f"wanted a name that ends in one of {', '.join(ENDINGS)}"
        message = f"file {path.name}: {wanted}; got {path.suffix or 'no ending'}"
        raise BankDataError(message)
    if path.stat().st_size == 0:
        message = f"file {path.name}: wanted a table; the file is empty"
        raise BankDataError(message)
    if table.sheet is not None and ending not in WORKBOOK_ENDINGS:
        message = f"file {path.name}: sheet {table.sheet} is for workbooks ({', '.join(WORKBOOK_ENDINGS)})"
        raise BankDataError(message)
    if ending not in TEXT_ENDINGS:
        require_columns_only(table, f"file {path.name}")
    if ending == ".parquet":
        return open_parquet(path)
    return open_csv(path, table) if ending in TEXT_ENDINGS else open_workbook(path, table)
