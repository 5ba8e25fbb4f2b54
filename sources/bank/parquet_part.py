"""Parquet files as parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sources.bank import part as parts
from sources.bank.part import BankDataError, Rows

MOST_TEXT = 1_000_000_000
"""Bytes of text in a chunk of rows, at most."""
MANY_ROWS, ROWS_A_BYTE = 1_000_000, 2
"""A file of more than MANY_ROWS rows has at most ROWS_A_BYTE in a byte: a billion equal rows fit in a few pages."""


@dataclass(frozen=True)
class ParquetPart:
    """A Parquet file; values keep their types, whole numbers with gaps among them; rows are numbered from 1."""

    path: Path
    name: str
    columns: tuple[str, ...]
    read_as: str = "Parquet"
    counted: str = "row"
    whole: bool = False
    notes: tuple[str, ...] = ()

    def chunks(self, columns: Sequence[str]) -> Iterator[Rows]:
        """Rows of the named columns.

        Raises
        ------
        BankDataError
            When the file is damaged, or would grow beyond bounds.
        """
        start = 1
        try:
            # Texts stay a list of the different ones until their size is known: a long one may stand in every row.
            texts = [field.name for field in pq.read_schema(self.path) if _is_text(field.type)]
            with pq.ParquetFile(self.path, page_checksum_verification=True, read_dictionary=texts) as file:
                for batch in file.iter_batches(parts.ROWS_A_CHUNK, columns=list(columns)):
                    frame = _written_out(batch, texts, self.name).to_pandas(
                        types_mapper=_exact, date_as_object=False, ignore_metadata=True
                    )
                    frame.index = pd.RangeIndex(start, start + len(frame))
                    start += len(frame)
                    yield Rows(_plain(frame))
        except BankDataError:
            raise
        except (pa.ArrowException, OSError, ValueError) as error:
            message = f"file {self.name}, row {start} or later: wanted Parquet; {str(error).splitlines()[0][:160]}"
            raise BankDataError(message) from error


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind))


def _written_out(batch: pa.RecordBatch, texts: Sequence[str], name: str) -> pa.RecordBatch:
    """The rows with every text of the columns `texts` in its row.

    Raises
    ------
    BankDataError
        When they would hold more than MOST_TEXT bytes.
    """
    columns, total = [], 0
    for field, column in zip(batch.schema, batch.columns, strict=True):
        if field.name not in texts or not pa.types.is_dictionary(column.type):
            columns.append(column)
            continue
        total += pc.sum(pc.binary_length(column.dictionary).take(column.indices)).as_py() or 0
        if total > MOST_TEXT:
            message = f"file {name}: wanted at most {MOST_TEXT:,} bytes of text in {len(batch):,} rows; got more"
            raise BankDataError(message)
        columns.append(column.cast(column.type.value_type))
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _exact(kind: pa.DataType) -> pd.api.extensions.ExtensionDtype | None:
    """Pandas type of whole numbers that keeps every digit beside a gap; None for the usual type."""
    if not pa.types.is_integer(kind):
        return None
    return pd.UInt64Dtype() if pa.types.is_unsigned_integer(kind) else pd.Int64Dtype()


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with categories written out."""
    coded = [name for name, dtype in frame.dtypes.items() if isinstance(dtype, pd.CategoricalDtype)]
    return frame.assign(**{str(name): frame[name].astype(frame[name].cat.categories.dtype) for name in coded})


def open_parquet(path: Path) -> ParquetPart:
    """Parquet file `path` as a part.

    Raises
    ------
    BankDataError
        When it cannot be opened, or says that it holds far more rows than its bytes can tell apart.
    """
    try:
        known = pq.read_metadata(path)
        names = pq.read_schema(path).names
    except (pa.ArrowException, OSError, ValueError) as error:
        message = f"file {path.name}: wanted a Parquet file; {str(error).splitlines()[0][:160]}"
        raise BankDataError(message) from error
    size = path.stat().st_size
    if known.num_rows > MANY_ROWS and known.num_rows > ROWS_A_BYTE * size:
        wanted = f"wanted at most {ROWS_A_BYTE} rows per byte, as rows with an identifier have"
        message = f"file {path.name}: {wanted}; got {known.num_rows:,} rows in {size:,} bytes"
        raise BankDataError(message)
    return ParquetPart(path, path.name, tuple(names))
