"""Names that more than one section uses."""

from features.catalogue import by_name
from policy.loader import figures
from reports.texts import both, coded, joined
from schemas.declarations import Text


def driver_name(name: str) -> Text:
    """Label of a feature, or of the intercept of a region or an industry."""
    catalogue = by_name()
    return catalogue[name].label if name in catalogue else coded("group_effect", name)


def size_rule(code: str) -> Text:
    """Rule that gave a size class, in words: its scheme and, where it has them, the industry and the indicators."""
    name, *rest = code.split(": ")
    scheme = figures("size_class").get(name)
    if scheme is None:
        return Text(code, code)
    meaning = Text(scheme.meaning_en, scheme.meaning_zh)
    if len(rest) != 2:
        return meaning
    indicators = joined([coded("size_indicator", indicator) for indicator in rest[1].split(", ")])
    return both("memo.size_read", meaning=meaning, industry=coded("size_industry", rest[0]), indicators=indicators)
