"""The as-of SQL of features/sql in the dialect of Spark, at equal values.

The files stay the one definition. They may use what is listed here; of that, these differ between the two engines and
are rewritten: a cast of a double to decimals (DuckDB rounds the binary value, Spark the shortest text of it), a
division of decimals (a double in DuckDB, decimals of few digits in Spark), the difference of days, spaces that are
trimmed. A number of rows over a whole table, which one task would have to sort, becomes one per group.
"""

import sqlglot
from sqlglot import exp

from scoring.spark.errors import SparkError

KNOWN: tuple[type[exp.Func], ...] = (
    *(exp.And, exp.Or, exp.Case, exp.If, exp.Coalesce, exp.Cast, exp.Greatest, exp.Least, exp.Nullif),
    *(exp.Count, exp.Sum, exp.Min, exp.Max, exp.RowNumber, exp.Lead, exp.Lag),
    *(exp.DateDiff, exp.Lower, exp.Trim, exp.Translate, exp.RegexpReplace),
)
"""Functions that give the same values in both engines, some of them rewritten; any other is refused."""
SPACES = "".join(chr(code) for code in (0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000))
"""What DuckDB's trim takes off: the space separators of Unicode (category Zs)."""


def spark_sql(sql: str, name: str = "the query") -> str:
    """The query in Spark's SQL; `sql` is in DuckDB's, and `name` is what an error calls it.

    Raises
    ------
    SparkError
        When it uses a function that is not known to give the same values in both engines.
    """
    tree = sqlglot.parse_one(sql, read="duckdb")
    unknown = sorted({_called(call) for call in tree.find_all(exp.Func) if not isinstance(call, KNOWN)})
    if unknown:
        message = (
            f"{name}: wanted functions that give the same values in DuckDB and in Spark (scoring/spark/dialect.py); "
            f"got {', '.join(unknown)}"
        )
        raise SparkError(message)
    for node in reversed(list(tree.walk())):  # what lies within a node comes before it
        node.comments = None
        found = _rewritten(node)
        if found is not node:
            node.replace(found)
    return tree.sql(dialect="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)


def _called(call: exp.Func) -> str:
    return call.name.lower() if isinstance(call, exp.Anonymous) else call.sql_name().lower()


def _rewritten(node: exp.Expr) -> exp.Expr:
    """The node at equal values in Spark; any other as it is."""
    if isinstance(node, exp.Cast) and node.to.is_type(exp.DType.DECIMAL):
        return _decimal(node)
    if isinstance(node, exp.Literal) and not node.is_string and "." in node.name:
        return _double(exp.Literal.string(node.name))
    if isinstance(node, exp.Div):
        return exp.Div(this=_double(node.this), expression=_double(node.expression), typed=True)
    if isinstance(node, exp.DateDiff):
        # Spark counts whole days by its DATEDIFF with a unit, DuckDB the midnights between: those of two dates.
        return exp.Anonymous(this="DATEDIFF", expressions=[node.this.copy(), node.expression.copy()])
    if isinstance(node, exp.Window) and node.args.get("order") and not node.args.get("partition_by"):
        return _place(node) if isinstance(node.this, exp.RowNumber) else node
    if isinstance(node, exp.Trim) and node.expression is None:
        return exp.Trim(this=node.this.copy(), expression=exp.Literal.string(SPACES), position="BOTH")
    return node


def _place(node: exp.Window) -> exp.Expr:
    """The number of a row in the order of a whole table as a pair: what comes first in the order, the number within.

    Pairs are in the order of the numbers and as unique. Nothing else holds of them: to compute with one is an error.
    """
    first, *rest = node.args["order"].expressions
    within = node.copy()
    within.set("partition_by", [first.this.copy()])
    within.set("order", exp.Order(expressions=[each.copy() for each in (rest or [first])]))
    return exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier("of"), expression=first.this.copy()),
            exp.PropertyEQ(this=exp.to_identifier("place"), expression=within),
        ]
    )


def _double(node: exp.Expr) -> exp.Cast:
    return exp.cast(node.copy(), exp.DType.DOUBLE)


def _decimal(node: exp.Cast) -> exp.Expr:
    """The double times ten to the scale, rounded half away from zero, as an exact decimal: what DuckDB's cast does."""
    scale = int(node.to.expressions[1].name)
    step = f"CAST('{10**-scale:.{scale}f}' AS DECIMAL({max(scale, 1)}, {scale}))"
    text = f"CAST(CAST(ROUND(CAST(value AS DOUBLE) * {10**scale}D) AS BIGINT) AS DECIMAL(18, 0)) * {step}"
    outer = sqlglot.parse_one(text, read="spark")
    hole = next(column for column in outer.find_all(exp.Column) if column.name == "value")
    hole.replace(node.this.copy())
    return exp.paren(outer)
