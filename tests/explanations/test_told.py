"""Reasons told in one compiled pass beside the same by the definition, application by application."""

from typing import cast

import numpy as np
import pandas as pd
import pytest

from explanations.centres import centres
from explanations.explained import Explained, Scored
from explanations.reasons import reasons
from explanations.tellable import CODES
from explanations.told import MOST, SIDES, SMALLEST, UNEXPECTED, room, tell_stage
from features.catalogue import CATALOGUE, COMPUTED
from features.declarations import RANK_SUFFIX, Feature
from features.peer_quantiles import peer_centres
from models.fitting.stage_model import StageModel

ROWS = 700
SIGN = {"rises": 1, "falls": -1, None: 0}


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Applications of three years, stages and divisions, one of them without an industry, with gaps."""
    draw = np.random.default_rng(3)
    values = draw.choice([-1.0, -0.1, -0.0, 0.4, 1.0, 50.0, np.nan], (ROWS, len(CATALOGUE)))
    frame = pd.DataFrame(values, columns=[f.name for f in CATALOGUE])
    days = pd.to_datetime(draw.choice(["2019-12-31", "2020-02-01", "2021-06-30", "2024-01-01"], ROWS))
    return frame.assign(
        application_id=[f"a{at}" for at in range(ROWS)],
        as_of=days,
        stage=pd.Series(draw.choice(["startup", "growth", "mature"], ROWS), dtype="str"),
        industry=pd.Series(draw.choice(["I3911", "3922", "C26", "J66", "x"], ROWS), dtype="str").replace("x", None),
    )


@pytest.fixture(scope="module")
def quantiles() -> pd.DataFrame:
    """Peers of two years; of some features the division has none, and nobody has."""
    draw = np.random.default_rng(4)
    rows = []
    for year in (2019, 2020):
        for stage in ("startup", "growth"):
            for division in ("39", "26", "all"):
                for name in draw.permutation([f.name for f in COMPUTED])[: 130 if division == "all" else 80]:
                    mean, median = draw.choice([0.0, 0.4, 1.0, 7.0], 2)
                    rows.append((year, stage, division, name, 60, mean, median))
    return pd.DataFrame(rows, columns=["year", "stage", "division", "feature", "n", "mean", "q50"])


def drawn(table: pd.DataFrame) -> pd.DataFrame:
    """Contributions on a coarse grid, so that parts and families tie."""
    draw = np.random.default_rng(5)
    shape = (len(table), len(CATALOGUE))
    parts = draw.choice([-0.3, -0.25, -0.125, 0.0, 0.125, 0.25, 0.5], shape) * (draw.random(shape) < 0.4)
    parts[:, ::7] = 0.0
    found = pd.DataFrame(parts, columns=[f.name for f in CATALOGUE])
    return found.assign(application_id=table["application_id"], base=-3.0, logit=parts.sum(axis=1) - 3.0)


def readable(feature: Feature, value: float, centre: float, side: str) -> bool:
    """Whether a lender would read the value so, by the words of `explanations.reasons.reasons`."""
    sign = SIGN[feature.direction]
    if sign == 0:
        return value != centre
    better, known = sign * (centre - value), not np.isnan(centre)
    low, high = feature.strength_from, feature.weakness_until
    if side == "for":
        return (better > 0 or not known) and not (low is not None and sign * (value - low) > 0)
    return (better < 0 or not known) and not (high is not None and sign * (value - high) <= 0)


def by_definition(parts: pd.Series, row: pd.Series, usual: dict[str, float]) -> list[tuple[str, int, str, str, float]]:
    """Side, rank, family, feature and contribution of every reason of one application."""
    members: dict[str, list[tuple[Feature, float]]] = {}
    for feature in sorted(COMPUTED, key=lambda f: CODES.index(f.family)):
        if np.isnan(row[feature.name]):
            continue
        rank = feature.name + RANK_SUFFIX
        more = parts[rank] if rank in parts and not np.isnan(row[rank]) else 0.0
        members.setdefault(feature.family, []).append((feature, parts[feature.name] + more))
    found = []
    for side, sign in zip(SIDES, (-1, 1), strict=True):
        told, odd = [], []
        for family, some in members.items():
            size = sign * sum(part for _, part in some)
            read = [(f, p) for f, p in some if readable(f, row[f.name], usual[f.name], side)]
            free = [(f, p) for f, p in some if (f, p) not in read and f.risk is None and f.expected is not None]
            free = [(f, p) for f, p in free if row[f.name] != usual[f.name]]
            for listed, into in ((read, told), (free, odd)):
                best = max(listed, key=lambda pair: sign * pair[1], default=None)
                if best is not None and sign * best[1] > 0 and size >= SMALLEST:
                    into.append((-size, CODES.index(family), family, best[0].name))
                    break
        both = sorted([*told, *odd])
        found += [(side, at, f, name, -sign * s) for at, (s, _, f, name) in enumerate(sorted(told)[:MOST], 1)]
        found += [
            (UNEXPECTED, at, f, name, -sign * s)
            for at, (s, c, f, name) in enumerate(both[:MOST], 1)
            if (s, c, f, name) in odd
        ]
    return sorted(found)


def test_the_compiled_pass_tells_what_the_definition_does(table: pd.DataFrame, quantiles: pd.DataFrame) -> None:
    found, names = drawn(table), [f.name for f in COMPUTED]
    listed = reasons(found, table, quantiles)
    usual = peer_centres(table, quantiles, names)
    codes = [f.name for f in COMPUTED if f.unit == "code"]
    named = listed[listed["family"].notna()]
    assert set(named["side"]) == {*SIDES, UNEXPECTED}
    assert (named["peers"].isna() & ~named["feature"].isin(codes)).any()
    for at in range(0, ROWS, 7):
        centre = dict(zip(names, usual.values[at], strict=True)) | dict.fromkeys(codes, np.nan)
        own = named[named["application_id"] == f"a{at}"]
        got = sorted(own[["side", "rank", "family", "feature", "contribution"]].itertuples(index=False, name=None))
        wanted = by_definition(found.loc[at], table.loc[at], centre)
        assert [row[:4] for row in got] == [row[:4] for row in wanted]
        assert [row[4] for row in got] == pytest.approx([row[4] for row in wanted])
        place = [names.index(name) for name in own["feature"]]
        assert own["value"].tolist() == table.loc[at, own["feature"]].tolist()
        assert own["peers"].tolist() == pytest.approx([centre[name] for name in own["feature"]], nan_ok=True)
        assert own["of_division"].tolist() == usual.of_division[at, place].tolist()
        assert set(own["peer_year"]) <= {usual.year[at]}


def test_stage_by_stage_the_reasons_are_those_of_the_whole_table(table: pd.DataFrame, quantiles: pd.DataFrame) -> None:
    found, usual = drawn(table), centres(quantiles)
    told = room(len(table))
    for stage in ("growth", "mature", "startup"):
        # A stage whose model reads a rank alone, and not the feature that it ranks.
        names = [f.name for f in CATALOGUE if f.name != "leverage"]
        rows = np.flatnonzero(table["stage"] == stage)
        parts, values = (np.ascontiguousarray(frame[names].to_numpy()[rows].T) for frame in (found, table))
        model = cast("StageModel", type("Model", (), {"features": tuple(names)}))
        none = np.zeros(len(rows))
        tell_stage(
            told,
            table,
            Explained(Scored(model, rows, values, none, none, none, {}), parts, -3.0),
            usual,
            usual.places(table),
        )
    listed = reasons(found.drop(columns="leverage"), table, quantiles)
    named = listed[listed["side"].isin(SIDES)].reset_index(drop=True)
    sides = np.array(SIDES)
    row, kind, slot = np.nonzero(told.family[:2].transpose(2, 0, 1) >= 0)
    assert named["application_id"].tolist() == [f"a{at}" for at in row]
    assert named["side"].tolist() == sides[kind].tolist()
    assert named["rank"].tolist() == (slot + 1).tolist()
    assert named["feature"].tolist() == [COMPUTED[at].name for at in told.feature[kind, slot, row]]
    assert named["family"].tolist() == [CODES[at] for at in told.family[kind, slot, row]]
    assert named["contribution"].tolist() == pytest.approx(told.sums[kind, slot, row].tolist())
    assert "leverage" in set(named["feature"])


def test_prepared_peers_are_those_of_the_quantiles(table: pd.DataFrame, quantiles: pd.DataFrame) -> None:
    names = [f.name for f in COMPUTED]
    wanted, usual = peer_centres(table, quantiles, names), centres(quantiles)
    places = usual.places(table)
    own, alone = usual.values[:, places.own].T, usual.values[:, places.alone].T
    codes = np.array([f.unit == "code" for f in COMPUTED])
    got = np.where(np.isnan(own), alone, own)
    assert np.array_equal(got[:, ~codes], wanted.values[:, ~codes], equal_nan=True)
    assert np.isnan(got[:, codes]).all()
    assert (wanted.of_division == usual.known[:, places.own].T).all()
    assert (places.year == wanted.year).all()
    assert set(places.year) == {0, 2019, 2020}
