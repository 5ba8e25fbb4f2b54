"""The gates of a promotion: what the policy asks of a challenger, and whether it holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from scipy.special import ndtr, ndtri

from pipelines.registry.looks import Looks
from policy.loader import figure

Verdict = Literal["met", "exceeded", "not_tested", "not_asked"]


@dataclass(frozen=True)
class Gate:
    """One gate: its key, what was found beside its limit, the policy figure, and whether it holds.

    `value` and `limit` are plain data; `group` names the stage a value is of; `why` tells why a gate was not tested.
    """

    gate: str
    verdict: Verdict
    value: Any = None
    limit: Any = None
    group: str = ""
    why: str = ""
    figure: str = ""
    flag: str = ""

    @property
    def holds(self) -> bool:
        """Whether the gate lets a model pass; what could not be tested does not."""
        return self.verdict in ("met", "not_asked")


@dataclass(frozen=True)
class Alone:
    """Why a candidate is not compared with a champion, and what this makes of the gates that would compare them."""

    verdict: Verdict
    why: str


def compared_gates(found: Mapping[str, Any], looks: Looks | None, day: date, alone: Alone | None) -> list[Gate]:
    """The gates on loans newer than the data of both models, and on lost certificates, under the policy of `day`.

    `found` is a comparison whose first model is the champion (`pipelines.comparison.compare`). `alone` says why there
    is none to compare with: then only the candidate's own level and slope are tested.
    """
    own = [_slope, _level]
    paired = [_auc_loss, _auc_margin, _log_loss_margin]
    named = {_auc_loss: "level", _auc_margin: "auc_margin", _log_loss_margin: "log_loss_margin"}
    named |= {_slope: "cox_slope", _level: "level_test"}
    few = _too_few(found, day)
    gates = []
    for gate in [*paired, *own]:
        known = figure("promotion", named[gate])
        blank = Gate(gate.__name__[1:], "not_tested", None, known.on(day), figure=known.name, flag=known.flag)
        if alone is not None and gate in paired:
            gates.append(_with(blank, verdict=alone.verdict, why=alone.why))
        elif few:
            gates.append(_with(blank, why=few))
        else:
            gates.append(gate(found["figures"], looks, day, blank))
    return [*gates, _certificates(found, day, alone)]


def _with(gate: Gate, **changes: Any) -> Gate:
    return Gate(**{**gate.__dict__, **changes})


def _too_few(found: Mapping[str, Any], day: date) -> str:
    wanted = int(figure("promotion", "fewest_defaults").on(day))
    loans, defaults = found["loans"], found["defaults"]
    if defaults >= wanted and loans - defaults >= wanted and "total" in found.get("figures", {}):
        return ""
    return (
        f"wanted at least {wanted} defaults among loans decided after {found['newer_than']}, the last day of a loan "
        f"that either model was fitted, calibrated or certified on; got {defaults} of {loans} loans"
    )


def _auc_loss(figures: Mapping[str, Any], looks: Looks | None, day: date, gate: Gate) -> Gate:
    """No loss of AUC that is significant, in total or in any stage; one-sided paired DeLong test."""
    found = {
        group: float(ndtr(f["auc_change"] / f["auc_change_error"]))
        for group, f in figures.items()
        if f["auc_change"] is not None and f["auc_change_error"] > 0
    }
    if not found:  # both rank every loan alike
        return _with(gate, verdict="met", value=1.0)
    group = min(found, key=lambda name: found[name])
    return _limited(gate, found[group], found[group] >= gate.limit, group)


def _auc_margin(figures: Mapping[str, Any], looks: Looks | None, day: date, gate: Gate) -> Gate:
    """The loss of AUC is smaller than the margin, at the level divided by the looks."""
    total = figures["total"]
    loss = -total["auc_change"] + _reach(looks, day) * total["auc_change_error"]
    return _limited(gate, loss, loss <= gate.limit, "total")


def _log_loss_margin(figures: Mapping[str, Any], looks: Looks | None, day: date, gate: Gate) -> Gate:
    """The relative rise of the log-loss is smaller than the margin, at the level divided by the looks."""
    total = figures["total"]
    rise = total["log_loss_change"] + _reach(looks, day) * total["log_loss_change_error"]
    return _limited(gate, rise / total["first"]["log_loss"], rise / total["first"]["log_loss"] <= gate.limit, "total")


def _slope(figures: Mapping[str, Any], looks: Looks | None, day: date, gate: Gate) -> Gate:
    slope = figures["total"]["second"]["cox_slope"]
    if slope is None:
        return _with(gate, why="the PDs have no Cox slope on these loans")
    return _limited(gate, slope, gate.limit["low"] <= slope <= gate.limit["high"], "total")


def _level(figures: Mapping[str, Any], looks: Looks | None, day: date, gate: Gate) -> Gate:
    found = {group: min(1.0, f["second"]["level_p"] * len(figures)) for group, f in figures.items()}
    group = min(found, key=lambda name: found[name])
    return _limited(gate, found[group], found[group] >= gate.limit, group)


def _limited(gate: Gate, value: float, met: bool, group: str) -> Gate:
    return _with(gate, verdict="met" if met else "exceeded", value=value, group=group)


def _reach(looks: Looks | None, day: date) -> float:
    """Standard errors between a difference and its one-sided confidence limit, at the level divided by the looks."""
    level = float(figure("promotion", "level").on(day)) / (looks.made if looks else 1)
    return float(ndtri(1 - level))


def _certificates(found: Mapping[str, Any], day: date, alone: Alone | None) -> Gate:
    known = figure("promotion", "certificates_lost")
    gate = Gate("certificates", "not_asked", None, known.on(day), figure=known.name, flag=known.flag)
    if alone is not None:
        return _with(gate, verdict=alone.verdict, why=alone.why)
    lost = [
        n for n, sides in found["lines"].items() if sides["first"]["certified"] and not sides["second"]["certified"]
    ]
    return _with(gate, verdict="met" if len(lost) <= gate.limit else "exceeded", value=len(lost), group=", ".join(lost))


def findings_gate(findings: Sequence[Mapping[str, Any]] | None, day: date) -> Gate:
    """No finding of a severity that blocks is open; `findings` are those of the validation, None where it left none."""
    known = figure("promotion", "open_findings")
    gate = Gate("findings", "not_tested", None, known.on(day), figure=known.name, flag=known.flag)
    if findings is None:
        return _with(gate, why="the run has no validation with tests and findings")
    still = [str(f["id"]) for f in findings if f["severity"] in gate.limit and f["status"] not in SETTLED]
    return _with(gate, verdict="exceeded" if still else "met", value=len(still), group=", ".join(still[:5]))


SETTLED = ("closed", "accepted", "gone")
"""Statuses of a finding that stand in nobody's way."""


def validation_gate(validated: Mapping[str, str] | None, models: Mapping[str, str], day: date) -> Gate:
    """The validation is of these very models; `validated` and `models` are fingerprints by stage."""
    known = figure("promotion", "validation")
    gate = Gate("validation", "not_asked", None, known.on(day), figure=known.name, flag=known.flag)
    if not gate.limit:
        return gate
    if validated is None:
        return _with(gate, verdict="not_tested", why="the run has no validation that names the models it was made of")
    other = sorted(stage for stage in models if validated.get(stage) != models[stage])
    return _with(gate, verdict="exceeded" if other else "met", value=len(other), group=", ".join(other))


def alarm_gate(standing: Sequence[str]) -> Gate:
    """No alarm stands on champion or challenger; `standing` are the size classes of those that do."""
    return Gate("alarm", "exceeded" if standing else "met", len(standing), 0, ", ".join(sorted(set(standing))))
