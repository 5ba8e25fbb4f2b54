"""Functions compiled by numba, kept on disk where a folder can be written, and compiled anew where none can."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """The function, compiled at its first call for each kind of arguments; the result has the same bits on any CPU.

    Sums keep their order, and no product is fused with a sum (numba's `fastmath` stays off). The interpreter lock is
    let go, so that threads run at once. What was compiled is kept in NUMBA_CACHE_DIR, else beside the source, else in
    the user's cache folder; where none can be written, or the disk is full, each process compiles for itself. Numba
    compares what it kept with the function's own file only: a compiled function must call none of another file.
    """
    try:
        fast: Any = numba.njit(function, cache=True, nogil=True, error_model="numpy", fastmath=False)
    except RuntimeError:
        fast = numba.njit(function, nogil=True, error_model="numpy", fastmath=False)

    @wraps(function)
    def called(*arguments: Any) -> Any:
        try:
            return fast(*arguments)
        except OSError:
            # Compiled, but not written down: the second call finds it in memory.
            return fast(*arguments)

    return cast("Function", called)
