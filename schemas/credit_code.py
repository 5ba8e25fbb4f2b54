"""Unified social credit codes (GB 32100-2015): check character of seventeen characters, and whether a code is valid."""

import numpy as np
import numpy.typing as npt
import pandas as pd

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Characters of a code in the order of their values 0..30; I, O, S, V and Z are not used."""

LENGTH = 18
WEIGHTS = np.array([pow(3, i, 31) for i in range(LENGTH - 1)], dtype=np.int64)
"""Weight of each of the first seventeen characters: 3 to the power of its place, modulo 31 (GB 32100-2015)."""

_UNKNOWN = 255
_VALUE = np.full(256, _UNKNOWN, dtype=np.uint8)
_VALUE[np.frombuffer(ALPHABET.encode(), dtype=np.uint8)] = np.arange(len(ALPHABET))
_CHARACTERS = np.array(list(ALPHABET))


def check_digit(first17: pd.Series) -> pd.Series:
    """Check character of each code of seventeen characters; missing where the text is not one.

    Formula: 31 - (sum of value times weight modulo 31), where 31 counts as 0 (GB 32100-2015).

    >>> check_digit(pd.Series(["91350100M000100Y4", "too short"])).tolist()
    ['3', nan]
    """
    values, readable = _values(first17, LENGTH - 1)
    digit = (31 - values @ WEIGHTS % 31) % 31
    found = pd.Series(_CHARACTERS[digit], index=first17.index, dtype="str")
    return found.where(pd.Series(readable, index=first17.index))


def is_valid(code: pd.Series) -> pd.Series:
    """Whether each code has eighteen characters of the alphabet and the right check character; a missing code has not.

    >>> is_valid(pd.Series(["91350100M000100Y43", "91350100M000100Y44", None], dtype="str")).tolist()
    [True, False, False]
    """
    values, readable = _values(code, LENGTH)
    digit = (31 - values[:, :-1] @ WEIGHTS % 31) % 31
    return pd.Series(readable & (digit == values[:, -1]), index=code.index)


def _values(text: pd.Series, length: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Values of the characters (rows by `length`; 0 where not readable), and which rows are readable throughout."""
    filled = text.astype("str")
    sized = (filled.str.len() == length) & filled.str.fullmatch(r"[0-9A-Z]*", na=False)
    sized = sized.fillna(False).astype(bool)
    joined = "".join(filled.where(sized, "0" * length).tolist()).encode("ascii")
    values = _VALUE[np.frombuffer(joined, dtype=np.uint8)].reshape(len(text), length)
    readable = sized.to_numpy() & (values != _UNKNOWN).all(axis=1)
    return np.where(readable[:, None], values, 0).astype(np.int64), readable
