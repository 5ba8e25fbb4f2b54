"""Parquet files as parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sources.bank import part as parts
from sources.bank.part import BankDataError, Rows


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
            When the file is damaged.
        """
        start = 1
        try:
            with pq.ParquetFile(self.path, page_checksum_verification=True) as file:
                for batch in file.iter_batches(parts.ROWS_A_CHUNK, columns=list(columns)):
                    frame = batch.to_pandas(types_mapper=_exact, date_as_object=False, ignore_metadata=True)
                    frame.index = pd.RangeIndex(start, start + len(frame))
                    start += len(frame)
                    yield Rows(_plain(frame))
        except (pa.ArrowException, OSError, ValueError) as error:
            message = f"file {self.name}, row {start} or later: wanted Parquet; {str(error).splitlines()[0][:160]}"
            raise BankDataError(message) from error


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
        When it cannot be opened.
    """
    try:
        names = pq.read_schema(path).names
    except (pa.ArrowException, OSError, ValueError) as error:
        message = f"file {path.name}: wanted a Parquet file; {str(error).splitlines()[0][:160]}"
        raise BankDataError(message) from error
    return ParquetPart(path, path.name, tuple(names))
