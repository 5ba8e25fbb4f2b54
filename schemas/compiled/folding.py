"""Identifiers folded (`schemas.identifiers.folded`) in SQL: plain ones by the engine, others from a table."""

WRITTEN_APART = "written_apart"
"""Table of identifiers with characters beyond ASCII, with what they fold to: columns apart_id, apart_alike.

No column that is folded may have one of these names.
"""


def ascii_only(text: str) -> str:
    """Whether a text has ASCII characters alone: as many bytes as characters."""
    return f"strlen({text}) = length({text})"


def macro() -> str:
    """Statement that makes `folded(text)`; the table WRITTEN_APART must be there."""
    ink = "upper(regexp_replace(x, '[\\x09-\\x0d\\x1c-\\x20]', '', 'g'))"
    whole = f"regexp_replace({ink}, '^([0-9]+)[.]0+$', '\\1')"
    number = f"CASE WHEN ltrim({whole}, '0') = '' THEN '0' ELSE ltrim({whole}, '0') END"
    folded = f"CASE WHEN regexp_full_match({whole}, '[0-9]+') THEN {number} ELSE NULLIF({whole}, '') END"
    return f"""CREATE OR REPLACE TEMP MACRO folded(x) AS CASE
        WHEN regexp_full_match(x, '[1-9A-Z][0-9A-Z]*') THEN x
        WHEN {ascii_only("x")} THEN {folded}
        ELSE (SELECT w.apart_alike FROM {WRITTEN_APART} AS w WHERE w.apart_id = x) END"""
