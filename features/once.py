"""Work on texts done once per distinct text: many applications share few codes."""

from collections.abc import Callable

import pandas as pd


def once(values: pd.Series, function: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """`function` of each text, which it is asked once per distinct one; missing where the text is.

    >>> once(pd.Series(["b", None, "a", "b"]), lambda texts: texts.str.upper()).tolist()
    ['B', nan, 'A', 'B']
    """
    at, texts = pd.factorize(values)
    found = function(pd.Series(texts, dtype="str"))
    return found.reindex(at).set_axis(values.index)
