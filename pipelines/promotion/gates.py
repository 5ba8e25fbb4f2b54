"""The gates of a promotion: what the policy asks of a challenger, and whether it holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from scipy.special import ndtr, ndtri

from pipelines.registry.looks import Looks
from policy.loader import figure

Verdict = Literal["met", "exceeded", "not_tested", "not_asked"]


@dataclass(frozen=True)
class Gate:
    """One gate: its key, what was found beside its limit, the policy figure, and whether it holds.

    `value` and `limit` are plain data; `group` names the stage a value is of; `why` tells why a gate was not tested;
    `settled` the findings that stand in nobody's way because somebody closed or accepted them: id, status, owner, note.
    """

    gate: str
    verdict: Verdict
    value: Any = None
    limit: Any = None
    group: str = ""
    why: str = ""
    figure: str = ""
    flag: str = ""
    settled: tuple[Mapping[str, str], ...] = ()

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
    own = [_slope, _level, _level_ratio]
    paired = [_auc_loss, _auc_margin, _log_loss_margin]
    named = {_auc_loss: "level", _auc_margin: "auc_margin", _log_loss_margin: "log_loss_margin"}
    named |= {_slope: "cox_slope", _level: "level_test", _level_ratio: "level_ratio"}
    few = _too_few(found, day)
    gates = []
    for gate in [*paired, *own]:
        known = figure("promotion", named[gate])
        blank = Gate(gate.__name__[1:], "not_tested", None, known.on(day), figure=known.name, flag=known.flag)
        if alone is not None and gate in paired:
            gates.append(replace(blank, verdict=alone.verdict, why=alone.why))
        elif few:
            gates.append(replace(blank, why=few))
        else:
            gates.append(gate(found["figures"], looks, day, blank))
    return [*gates, _certificates(found, day, alone)]


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
        return replace(gate, verdict="met", value=1.0)
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
        return replace(gate, why="the PDs have no Cox slope on these loans")
    return _limited(gate, slope, gate.limit["low"] <= slope <= gate.limit["high"], "total")


def _level(figures: Mapping[str, Any], looks: Looks | None, day: date, gate: Gate) -> Gate:
    found = {group: min(1.0, f["second"]["level_p"] * len(figures)) for group, f in figures.items()}
    group = min(found, key=lambda name: found[name])
    return _limited(gate, found[group], found[group] >= gate.limit, group)


def _level_ratio(figures: Mapping[str, Any], looks: Looks | None, day: date, gate: Gate) -> Gate:
    """Mean PD and default rate lie near each other, in total and in each stage with enough defaults.

    The ratio is that to the near end of the rate's interval, so that chance alone fails no model; 1 within it.
    """
    wanted = int(figure("promotion", "fewest_defaults").on(day))
    found = {
        group: _times_apart(f["second"])
        for group, f in figures.items()
        if group == "total" or (f["defaults"] >= wanted and f["loans"] - f["defaults"] >= wanted)
    }
    group = max(found, key=lambda name: found[name])
    return _limited(gate, found[group], found[group] <= gate.limit, group)


def _times_apart(own: Mapping[str, Any]) -> float:
    pd_, low, high = (float(own[name]) for name in ("mean_pd", "default_rate_low", "default_rate_high"))
    return max(1.0, pd_ / high, low / pd_)


def _limited(gate: Gate, value: float, met: bool, group: str) -> Gate:
    return replace(gate, verdict="met" if met else "exceeded", value=value, group=group)


def _reach(looks: Looks | None, day: date) -> float:
    """Standard errors between a difference and its one-sided confidence limit, at the level divided by the looks."""
    level = float(figure("promotion", "level").on(day)) / (looks.made if looks else 1)
    return float(ndtri(1 - level))


def _certificates(found: Mapping[str, Any], day: date, alone: Alone | None) -> Gate:
    known = figure("promotion", "certificates_lost")
    gate = Gate("certificates", "not_asked", None, known.on(day), figure=known.name, flag=known.flag)
    if alone is not None:
        return replace(gate, verdict=alone.verdict, why=alone.why)
    lost = [
        n for n, sides in found["lines"].items() if sides["first"]["certified"] and not sides["second"]["certified"]
    ]
    return replace(
        gate, verdict="met" if len(lost) <= gate.limit else "exceeded", value=len(lost), group=", ".join(lost)
    )


def findings_gate(findings: Sequence[Mapping[str, Any]] | None, day: date) -> Gate:
    """No finding of a severity that blocks is left; `findings` are those of the validation, None where it left none.

    A finding that is gone stands in nobody's way. One that is closed or accepted counts as settled only with the owner
    who did it and a note that says why.
    """
    known = figure("promotion", "open_findings")
    gate = Gate("findings", "not_tested", None, known.on(day), figure=known.name, flag=known.flag)
    if findings is None:
        return replace(gate, why="the run has no validation with tests and findings")
    asked = [f for f in findings if f["severity"] in gate.limit and f["status"] != "gone"]
    settled = [f for f in asked if _settled(f)]
    still = [_told(f) for f in asked if not _settled(f)]
    listed = ", ".join([*still[:NAMED], *([f"{len(still) - NAMED} more"] if len(still) > NAMED else [])])
    kept = tuple({name: str(f[name]) for name in ("id", "status", "owner", "note")} for f in settled)
    return replace(gate, verdict="exceeded" if still else "met", value=len(still), group=listed, settled=kept)


SETTLED = ("closed", "accepted")
"""Statuses by which a person settles a finding."""
NAMED = 5
"""Findings that a gate names before it only counts."""


def _settled(finding: Mapping[str, Any]) -> bool:
    return finding["status"] in SETTLED and not _missing(finding)


def _missing(finding: Mapping[str, Any]) -> list[str]:
    return [name for name in ("owner", "note") if not str(finding.get(name) or "").strip()]


def _told(finding: Mapping[str, Any]) -> str:
    """The id of a finding that is left, and what it wants to count as settled where a person did close or accept it."""
    if finding["status"] not in SETTLED:
        return str(finding["id"])
    return f"{finding['id']} ({finding['status']} without {' and '.join(_missing(finding))})"


def validation_gate(validated: Mapping[str, str] | None, models: Mapping[str, str], day: date) -> Gate:
    """The validation is of these very models; `validated` and `models` are fingerprints by stage.

    The value counts the stages whose validation is of another model.
    """
    known = figure("promotion", "validation")
    gate = Gate("validation", "not_asked", None, known.on(day), figure=known.name, flag=known.flag)
    if not gate.limit:
        return gate
    if validated is None:
        return replace(gate, verdict="not_tested", why="the run has no validation that names the models it was made of")
    other = sorted(stage for stage in models if validated.get(stage) != models[stage])
    return replace(gate, verdict="exceeded" if other else "met", value=len(other), limit=0, group=", ".join(other))


def alarm_gate(standing: Sequence[str]) -> Gate:
    """No alarm stands on champion or challenger; `standing` are the size classes of those that do."""
    return Gate("alarm", "exceeded" if standing else "met", len(standing), 0, ", ".join(sorted(set(standing))))
