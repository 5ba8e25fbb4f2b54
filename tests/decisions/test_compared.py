"""What rules compared, made for all applications at once, beside the same application by application."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from decisions.compared import COMPARED, beside
from decisions.decide import decide
from decisions.procedure import Issued, Procedure
from decisions.rules import UNKNOWN, Rule, rule_states
from policy.conditions import state
from tests.decisions.applicants import CERTIFICATES, CLEAN, applicants, shipped

NUMBERS = [name for name, value in CLEAN.items() if isinstance(value, float) and name not in ("pd", "loan_amount")]


def drawn(rows: int, seed: int) -> pd.DataFrame:
    """Applicants with quantities at, near and far from bounds, missing ones, and classes and stages nobody knows."""
    draw = np.random.default_rng(seed)
    frame = applicants(*({} for _ in range(rows))).astype(dict.fromkeys(NUMBERS, "float64"))
    for name in NUMBERS:
        near = [np.nan, -0.0, 0.0, 1.0, 1.0000004, CLEAN[name], 1e9]
        frame[name] = np.where(draw.random(rows) < 0.2, draw.choice(near, rows), frame[name])
    frame["product"] = pd.Series(draw.choice(["rd_loan", "ip_pledge_loan", "working_capital_loan"], rows), dtype="str")
    frame.loc[draw.random(rows) < 0.1, "product"] = None
    frame["size_class"] = pd.Series(draw.choice(["micro", "small", "medium", "other"], rows), dtype="str")
    frame["stage"] = pd.Series(draw.choice(["startup", "growth", "mature"], rows), dtype="str")
    frame.loc[draw.random(rows) < 0.1, ["size_class", "stage"]] = None
    frame["as_of"] = pd.to_datetime(draw.choice(["2023-12-31", "2024-01-05", "2025-06-30"], rows))
    frame["pd"] = draw.choice([0.001, 0.01, 0.05, 0.1, 0.4, np.nan], rows)
    return frame.set_axis([f"row {at}" for at in range(rows)])


def lines(row: pd.DataFrame, rules: tuple[Rule, ...], not_checked: tuple[str, ...]) -> list[tuple[str, ...]]:
    """What one application's rules compared, by the words of `decisions.compared.conditions`."""
    found = []
    for rule in rules:
        known = rule_states(row, (rule,)).iloc[0, 0]
        if np.isnan(known) and rule.code in not_checked:
            continue
        for name, when in rule.when.items():
            lost = bool(np.isnan(state(row[name], when)[0]))
            said = "met" if known == 1 else "unknown" if np.isnan(known) and lost else None
            for word, bound in when.items() if said else ():
                text = ", ".join(map(str, bound)) if isinstance(bound, list) else f"{bound:.12g}"
                value = beside(row[name].iloc[0], bound)
                found.append((row.index[0], rule.code, rule.effect, str(said), name, word, value, text))
    return found


@pytest.mark.parametrize("not_checked", [(), ("rd_loan_above_rd", "open_overdue")])
def test_conditions_and_texts_are_those_of_each_application_alone(not_checked: tuple[str, ...]) -> None:
    table, procedure = drawn(150, 1), replace(shipped(), not_checked=not_checked)
    found = decide(table, procedure)
    wanted = [lines(table.loc[[at]], procedure.rules, not_checked) for at in table.index]
    assert list(found.comparisons.columns) == list(COMPARED)
    got = sorted(found.comparisons.itertuples(index=False, name=None))
    assert got == sorted(line for some in wanted for line in some)
    assert {"met", "unknown"} == set(found.comparisons["state"])
    for at, some in zip(table.index, wanted, strict=True):
        codes = [code if said == "met" else UNKNOWN + code for _, code, _, said, *_ in some]
        texts = [f"{c}: {s[4]} {s[6]}, {s[5]} {s[7]}" for c, s in zip(codes, some, strict=True)]
        assert found.rows.loc[at, "fired"] == "; ".join(dict.fromkeys(codes))
        assert found.rows.loc[at, "compared"] == "; ".join(texts)


def test_where_no_rule_fired_the_table_of_comparisons_has_no_row_and_all_columns() -> None:
    found = decide(applicants({}, {}), shipped())
    assert found.comparisons.shape == (0, len(COMPARED))
    assert found.rows["fired"].tolist() == found.rows["compared"].tolist() == ["", ""]


def test_zones_and_certificates_are_those_of_the_class_stage_and_day_of_each_application() -> None:
    later = {name: replace(found, tolerance=found.tolerance + 0.001, flow=0.02) for name, found in CERTIFICATES.items()}
    issued = (Issued(date(2024, 1, 5), CERTIFICATES), Issued(date(2025, 1, 1), later))
    procedure: Procedure = replace(shipped(), issued=issued)
    table = drawn(200, 2)
    zones = procedure.zones.of(table["stage"], table["size_class"])
    certified = procedure.certified(table["as_of"], table["stage"], table["size_class"])
    for at, row in table.iterrows():
        size, stage = (value if isinstance(value, str) else "" for value in (row["size_class"], row["stage"]))
        for key in ("approve_up_to", "decline_above"):
            value = getattr(procedure.zones, key).get(stage, {}).get(size, np.nan)
            assert zones.loc[at, key] == pytest.approx(value, nan_ok=True)
        known = [issue.certificates for issue in issued if pd.Timestamp(issue.since) <= row["as_of"]]
        mine = known[-1].get(size) if known else None
        line = mine.line(stage) if mine and stage else None
        assert certified.loc[at, "cut_off"] == pytest.approx(np.nan if line is None else line, nan_ok=True)
        assert certified.loc[at, "tolerance"] == pytest.approx(mine.tolerance if mine else np.nan, nan_ok=True)
        assert certified.loc[at, "flow"] == pytest.approx((mine.flow or np.nan) if mine else np.nan, nan_ok=True)
