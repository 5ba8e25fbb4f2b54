"""A table of booked loans, as CSV or Parquet, summed by size class; a row that cannot be right refuses the table."""

import math
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa

from decisions.ledger.entries import Booked
from policy.segments import SIZE_CLASSES
from schemas.conform import BadTableError, conform
from schemas.declarations import Column, Table, Text

LOANS = Table(
    "booked_loans",
    Text("Booked loans at the end of a day", "日终在账贷款"),
    key=(),
    columns=(
        Column("size_class", "string", Text("Size class of the borrower", "企业规模"), required=True),
        Column("balance", "number", Text("Balance", "贷款余额"), unit="CNY", required=True),
        Column("is_npl", "boolean", Text("Non-performing", "是否不良"), required=True),
        Column("loan_id", "string", Text("Identifier of the loan", "借据编号")),
        Column("application_id", "string", Text("Identifier of the application", "申请编号")),
    ),
)


def read_booked_loans(path: Path) -> pd.DataFrame:
    """Booked loans of a file, columns of LOANS; the ending of its name says whether it is CSV (UTF-8) or Parquet.

    Raises
    ------
    BadTableError
        When the file cannot be read, lacks a column, or has a row with an unknown size class, a balance that is missing
        or negative, no answer in is_npl, or a loan_id that another row has.
    """
    frame = conform(_read(path), LOANS)
    wrong = {
        f"size_class must be one of {', '.join(SIZE_CLASSES)}": ~frame["size_class"].isin(list(SIZE_CLASSES)),
        "balance must be a number of at least 0": ~(frame["balance"].map(math.isfinite) & (frame["balance"] >= 0)),
        "is_npl must be true or false": frame["is_npl"].isna(),
        "loan_id must be of one row only": frame["loan_id"].notna() & frame["loan_id"].duplicated(),
    }
    for wanted, rows in wrong.items():
        if rows.any():
            first = int(rows.to_numpy().argmax())
            came = frame.iloc[first][wanted.split(" ", maxsplit=1)[0]]
            message = f"{path}: {wanted}; {int(rows.sum())} rows break that, the first is row {first + 1} with {came!r}"
            raise BadTableError(message)
    return frame


def booked_by_class(loans: pd.DataFrame, day: date) -> list[Booked]:
    """What is booked of every size class on `day`; a class without a loan is booked with 0."""
    return [_booked(name, loans[loans["size_class"] == name], day) for name in SIZE_CLASSES]


def _booked(name: str, loans: pd.DataFrame, day: date) -> Booked:
    # To the hundredth: the sum must not depend on the order of rows.
    balance, npl = (round(math.fsum(rows["balance"]), 2) for rows in (loans, loans[loans["is_npl"].astype("bool")]))
    return Booked(name, day, balance, npl, len(loans))


def _read(path: Path) -> pd.DataFrame:
    if path.is_dir():
        message = f"wanted booked loans in one file; {path} is a folder"
        raise BadTableError(message)
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        if path.suffix == ".csv":
            return pd.read_csv(path, dtype="str", encoding="utf-8-sig")
    except (ValueError, pa.ArrowException) as error:
        message = f"{path}: wanted booked loans as Parquet, or CSV in UTF-8; {' '.join(str(error).split())[:200]}"
        raise BadTableError(message) from error
    message = f"wanted booked loans in a file that ends with .csv or .parquet; got {path}"
    raise BadTableError(message)
