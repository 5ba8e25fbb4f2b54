"""The version of the catalogue: a model says which it was fitted on, and is refused under another."""

import hashlib
import json
from collections.abc import Sequence

from features.catalogue import CATALOGUE
from features.declarations import Feature
from features.formulas import formulas


def version(catalogue: Sequence[Feature] = CATALOGUE) -> str:
    """Short fingerprint of names, inputs, definitions, units, directions and formulas; a model states its own."""
    content = [formulas(), *([f.name, f.inputs, f.definition, f.unit, f.risk, f.domain] for f in catalogue)]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]
