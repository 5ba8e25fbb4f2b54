"""Features of the people: R&D and technical staff, degrees, the core team."""

import pandas as pd

from features.declarations import Feature
from features.ratios import growth, ratio
from schemas.declarations import Text


def rd_staff_share(rd_staff: pd.Series, staff: pd.Series) -> pd.Series:
    """R&D staff over staff [fraction]; missing where no staff is counted."""
    return ratio(rd_staff, staff)


def st_staff_share(st_staff: pd.Series, staff: pd.Series) -> pd.Series:
    """Science and technology staff over staff [fraction]; missing where no staff is counted."""
    return ratio(st_staff, staff)


def postgraduate_share(postgraduates: pd.Series, staff: pd.Series) -> pd.Series:
    """Staff with a postgraduate degree over staff [fraction]; missing where no staff is counted."""
    return ratio(postgraduates, staff)


def bachelor_share(bachelors: pd.Series, staff: pd.Series) -> pd.Series:
    """Staff with a bachelor's degree or higher over staff [fraction]; missing where no staff is counted."""
    return ratio(bachelors, staff)


def graduates_share(graduates_hired: pd.Series, staff: pd.Series) -> pd.Series:
    """Fresh graduates hired in the twelve months before the count over staff [fraction]."""
    return ratio(graduates_hired, staff)


def core_team_share(core_team: pd.Series, staff: pd.Series) -> pd.Series:
    """Members of the core technical team over staff [fraction]; missing where no staff is counted."""
    return ratio(core_team, staff)


def core_team_turnover(core_team: pd.Series, core_joins: pd.Series, core_leaves: pd.Series) -> pd.Series:
    """Leaves of the core team over its members a year before the count [fraction]; missing where it had none."""
    return ratio(core_leaves, core_team - core_joins + core_leaves)


def core_team_growth(core_team: pd.Series, core_joins: pd.Series, core_leaves: pd.Series) -> pd.Series:
    """Joins less leaves of the core team over its members a year before [fraction]; missing where it had none."""
    return ratio(core_joins - core_leaves, core_team - core_joins + core_leaves)


def staff_growth(staff: pd.Series, staff_prior: pd.Series) -> pd.Series:
    """Growth of staff over the year before [fraction]; missing where there was no count a year before."""
    return growth(staff, staff_prior)


def rd_staff_growth(rd_staff: pd.Series, rd_staff_prior: pd.Series) -> pd.Series:
    """Growth of R&D staff over the year before [fraction]; missing where there was none a year before."""
    return growth(rd_staff, rd_staff_prior)


SOURCE = "headcount"

TALENT = (
    Feature(
        rd_staff_share,
        domain="talent",
        family="rd_staff",
        label=Text("R&D staff", "研发人员占比"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
        low=0,
        high=1,
        peers=True,
        expected="falls",
    ),
    Feature(
        st_staff_share,
        domain="talent",
        family="rd_staff",
        label=Text("S&T staff", "科技人员占比"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
        low=0,
        high=1,
        expected="falls",
    ),
    Feature(
        postgraduate_share,
        domain="talent",
        family="education",
        label=Text("Postgraduates", "研究生以上学历占比"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
        low=0,
        high=1,
        expected="falls",
    ),
    Feature(
        bachelor_share,
        domain="talent",
        family="education",
        label=Text("Bachelors or higher", "本科以上学历占比"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
        low=0,
        high=1,
        expected="falls",
    ),
    Feature(
        graduates_share,
        domain="talent",
        family="education",
        label=Text("Fresh graduates hired", "应届毕业生占比"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
        low=0,
        high=1,
    ),
    Feature(
        core_team_share,
        domain="talent",
        family="core_team",
        label=Text("Core team", "核心技术团队占比"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
        low=0,
        high=1,
        expected="falls",
    ),
    Feature(
        core_team_turnover,
        domain="talent",
        family="core_team",
        label=Text("Turnover of the core team", "核心团队流失率"),
        unit="fraction",
        source=SOURCE,
        low=0,
        high=1,
        risk="rises",
    ),
    Feature(
        core_team_growth,
        domain="talent",
        family="core_team",
        label=Text("Growth of the core team", "核心团队净增率"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
        low=-1,
        risk="falls",
        strength_from=0,
    ),
    Feature(
        staff_growth,
        domain="talent",
        family="staff_trend",
        label=Text("Growth of staff", "人员增速"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
        low=-1,
        risk="falls",
        strength_from=0,
    ),
    Feature(
        rd_staff_growth,
        domain="talent",
        family="staff_trend",
        label=Text("Growth of R&D staff", "研发人员增速"),
        unit="fraction",
        source=SOURCE,
        actionable=True,
        low=-1,
        risk="falls",
        strength_from=0,
    ),
)
