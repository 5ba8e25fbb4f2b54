"""Blends made ready to score and explain, each once for as long as it lives."""

import weakref

from explanations.exact.explainer import Explainer, explainer
from models.fitting.blend import Blend

_READY: dict[int, tuple[weakref.ref[Blend], Explainer]] = {}
"""Blends made ready, by identity, for as long as they live."""


def ready(blend: Blend) -> Explainer:
    """The explainer of `blend`, by feature; its tables are made at the first call (.2 to .6 s of a stage model).

    Raises
    ------
    ModelError
        As `explanations.exact.explainer.explainer`.
    """
    known = _READY.get(id(blend))
    if known is not None and known[0]() is blend:
        return known[1]
    key, made = id(blend), explainer(blend)
    _READY[key] = (weakref.ref(blend, lambda _: _READY.pop(key, None)), made)
    return made
