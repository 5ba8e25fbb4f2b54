"""Scores by rule as features: each is a function of a `rules_` module, listed here once."""

from features.declarations import Feature
from features.rules.hitech_enterprise import hitech_thresholds_met, hitech_thresholds_passed
from features.rules.innovation_points import innovation_points_2_0, innovation_points_2024
from features.rules.quality_sme import (
    innovative_sme_part_met,
    innovative_sme_points,
    little_giant_part_met,
    little_giant_share_met,
    specialised_sme_part_met,
    specialised_sme_share_met,
)
from features.rules.technology_sme import technology_sme_passes, technology_sme_score
from schemas.declarations import Text

TECHNOLOGY_SME = "policy/technology_sme.yaml"
HITECH = "policy/hitech_enterprise.yaml"
QUALITY_SME = "policy/quality_sme.yaml"
INNOVATION_POINTS = "policy/innovation_points.yaml; weights and cut-offs are an assumption of this project"

POINTS = (
    Feature(
        innovation_points_2024,
        domain="points",
        label=Text(
            "Innovation points, 2024 (weights: assumption of this project)", "创新积分（2024版，权重为本项目假设）"
        ),
        unit="points",
        source=INNOVATION_POINTS,
        actionable=True,
        low=0,
        high=100,
    ),
    Feature(
        innovation_points_2_0,
        domain="points",
        label=Text(
            "Innovation points, 2.0 (weights: assumption of this project)", "创新积分（2.0版，权重为本项目假设）"
        ),
        unit="points",
        source=INNOVATION_POINTS,
        actionable=True,
        low=0,
        high=130,
    ),
    Feature(
        technology_sme_score,
        domain="points",
        label=Text("Technology-SME score", "科技型中小企业评价得分"),
        unit="points",
        source=TECHNOLOGY_SME,
        actionable=True,
        low=0,
        high=100,
    ),
    Feature(
        technology_sme_passes,
        domain="points",
        label=Text("Passes as technology SME", "达到科技型中小企业标准"),
        unit="flag",
        source=TECHNOLOGY_SME,
        actionable=True,
        low=0,
        high=1,
    ),
    Feature(
        hitech_thresholds_met,
        domain="points",
        label=Text("Hi-tech thresholds met", "高新技术企业门槛达标数"),
        unit="count",
        source=HITECH,
        actionable=True,
        low=0,
        high=5,
    ),
    Feature(
        hitech_thresholds_passed,
        domain="points",
        label=Text("All hi-tech thresholds met", "高新技术企业门槛全部达标"),
        unit="flag",
        source=HITECH,
        actionable=True,
        low=0,
        high=1,
    ),
    Feature(
        innovative_sme_points,
        domain="points",
        label=Text("Innovative-SME points", "创新型中小企业得分"),
        unit="points",
        source=QUALITY_SME,
        actionable=True,
        low=0,
        high=65,
    ),
    Feature(
        innovative_sme_part_met,
        domain="points",
        label=Text("Innovative-SME criteria met", "创新型中小企业标准达标"),
        unit="flag",
        source=QUALITY_SME,
        actionable=True,
        low=0,
        high=1,
    ),
    Feature(
        specialised_sme_share_met,
        domain="points",
        label=Text("Specialised-SME criteria", "专精特新标准达标比例"),
        unit="fraction",
        source=QUALITY_SME,
        actionable=True,
        low=0,
        high=1,
    ),
    Feature(
        specialised_sme_part_met,
        domain="points",
        label=Text("Specialised-SME criteria met", "专精特新标准达标"),
        unit="flag",
        source=QUALITY_SME,
        actionable=True,
        low=0,
        high=1,
    ),
    Feature(
        little_giant_share_met,
        domain="points",
        label=Text("Little-giant criteria", "小巨人标准达标比例"),
        unit="fraction",
        source=QUALITY_SME,
        actionable=True,
        low=0,
        high=1,
    ),
    Feature(
        little_giant_part_met,
        domain="points",
        label=Text("Little-giant criteria met", "小巨人标准达标"),
        unit="flag",
        source=QUALITY_SME,
        actionable=True,
        low=0,
        high=1,
    ),
)
