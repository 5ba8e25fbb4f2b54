"""A finished run cut down to a few applications, quickly and again and again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pandas as pd

from reports.inputs import Inputs

Places = Mapping[str, np.ndarray]
"""Places of the rows of each application, or of each enterprise."""


class Slices:
    """The same run with the rows of some applications alone, and those of their enterprises in the bank's tables.

    A memo reads its own rows and those of its enterprise, so it stays the same, and finds them among few. Where each
    row stands is found out once.
    """

    def __init__(self, inputs: Inputs) -> None:
        found = {field.name: getattr(inputs, field.name) for field in fields(inputs)}
        frames = {name: frame for name, frame in found.items() if isinstance(frame, pd.DataFrame)}
        self._inputs = replace(inputs, figures={}, study=None)
        self._by_application = {
            name: _places(frame, "application_id")
            for name, frame in frames.items()
            if "application_id" in frame.columns
        }
        self._enterprise = dict(zip(inputs.features["application_id"], inputs.features["enterprise_id"], strict=True))
        self._applications: dict[str, list[str]] = {}
        for application, enterprise in self._enterprise.items():
            self._applications.setdefault(enterprise, []).append(application)
        self._tables = {
            name: (key, _places(table, key))
            for name, table in inputs.tables.items()
            if (key := _key(table)) is not None
        }

    def of(self, applications: Sequence[str]) -> Inputs:
        """The run with these applications alone."""
        enterprises = {self._enterprise[name] for name in applications}
        theirs = {name for enterprise in enterprises for name in self._applications[enterprise]}
        frames: dict[str, Any] = {
            name: _taken(getattr(self._inputs, name), places, applications)
            for name, places in self._by_application.items()
        }
        tables = {
            name: _taken(self._inputs.tables[name], places, enterprises if key == "enterprise_id" else theirs)
            for name, (key, places) in self._tables.items()
        }
        return replace(self._inputs, **frames, tables={**self._inputs.tables, **tables})


def _key(table: pd.DataFrame) -> str | None:
    return next((name for name in ("enterprise_id", "application_id") if name in table.columns), None)


def _places(frame: pd.DataFrame, key: str) -> Places:
    found: Any = frame.groupby(key, sort=False).indices
    places: Places = found
    return places


def _taken(frame: pd.DataFrame, places: Places, names: Collection[str]) -> pd.DataFrame:
    """Rows of these names, in the order of the frame."""
    known = [places[name] for name in names if name in places]
    return frame.take(np.sort(np.concatenate(known))) if known else frame.iloc[:0]
