"""`techcredit explain` says of a PD that is a fallback that it is one."""

from types import SimpleNamespace

import pandas as pd
import pytest

from pipelines.commands import explain


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "the PD is an upper bound, not an estimate (fallback): the stage has 10 development defaults"),
        ("zh", "该违约概率为上限而非估计值（后备方法）：该阶段开发样本违约10笔"),
    ],
)
def test_a_fallback_is_told_after_the_pd_and_an_estimate_is_not(
    monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setattr(explain, "compared", lambda row, bundle: pd.DataFrame())
    monkeypatch.setattr(explain, "fired_lines", lambda compared: ())
    facts = {"development": {"defaults": 10}}
    bounded = {**facts, "fallback": {"method": "upper_bounds"}}
    models = {"startup": SimpleNamespace(facts=bounded), "growth": SimpleNamespace(facts=facts)}
    verdict = pd.Series(
        {"pd": 0.06, "limit": 0.1, "grade": "G5", "rule": "within_cut_off", "decision": "approve", "data_gap": ""}
    )

    def lines(stage: str) -> list[str]:
        return explain._lines(pd.DataFrame({"stage": [stage]}), verdict, SimpleNamespace(models=models), language)  # type: ignore[arg-type]

    assert lines("startup")[1] == said
    assert said not in lines("growth")
    assert len(lines("startup")) == len(lines("growth")) + 1
