"""How the database goes about a query: which of them sort what they read.

A table of a test is so small that PostgreSQL would rather read all of it: it is asked not to, so that it shows whether
an index could serve.
"""

from collections.abc import Iterable

from django.db import connection, transaction

_WITHOUT = ("enable_seqscan", "enable_bitmapscan", "enable_sort")
_SORTS = {"sqlite": "USE TEMP B-TREE FOR ORDER BY", "postgresql": "Sort  ("}
"""As plans say it. Both may still sort rows of one time among themselves, by what else they are sorted by."""


def plan_of(sql: str) -> str:
    """Return a query's plan, a line a step."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name in _WITHOUT:
                cursor.execute(f"SET LOCAL {name} = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def sorting(queries: Iterable[dict[str, str]]) -> list[str]:
    """Return the plans of captured queries that read all that they found to sort it."""
    asked = [query["sql"] for query in queries if "ORDER BY" in query["sql"]]
    plans = [plan_of(sql) for sql in asked]
    return [plan for plan in plans if _sorts(plan)]


def _sorts(plan: str) -> bool:
    return _SORTS[connection.vendor] in plan.replace("Incremental Sort", "")
