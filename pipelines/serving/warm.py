"""What a first decision would wait for, done beforehand: compiled code, tables of the models, the engine, the check."""

from contextlib import suppress

import numpy as np
import pandas as pd

from explanations.explained import explained
from policy.errors import MendableError
from schemas.checks import Checks
from scoring.bundle import Bundle
from scoring.one import decide_one

MADE_UP = {
    "enterprises": [{"enterprise_id": "e", "founded_on": "2015-01-01"}],
    "applications": [
        {"application_id": "a", "enterprise_id": "e", "as_of": "2024-01-01", "amount": 1e6, "exposure": 1e6}
    ],
}
"""One enterprise of whom nothing else is known; what is decided on it is thrown away."""


def warm(bundle: Bundle, checks: Checks) -> None:
    """Let every stage model explain a row without a value, and the whole path decide on a made-up enterprise."""
    for stage, model in bundle.models.items():
        names = [*model.features, *(effect.name for effect in model.group_effects)]
        row = pd.DataFrame({"stage": [stage], **{name: [np.nan] for name in names}})
        list(explained(row, {stage: model}))
    with suppress(MendableError):  # a bank's own suite may refuse what is made up; by then most of it is warm
        decide_one(bundle, MADE_UP, None, checks)
