"""Names and controllers are shown on memos alone: no query of as-of quantities reads them."""

import re

from features.queries import QUERIES
from schemas.tables import TABLES
from tests.docs.pages import ROOT

PERSONAL = ("name", "controller")


def test_no_query_reads_the_name_or_the_controller_of_an_enterprise():
    assert set(PERSONAL) < {column.name for column in TABLES["enterprises"].columns}
    for query in QUERIES:
        sql = re.sub(r"--.*", "", (ROOT / "features" / "sql" / f"{query.name}.sql").read_text(encoding="utf8"))
        assert re.findall(r"\b(?:name|controller)\b|\be\.\*", sql) == [], query.name
