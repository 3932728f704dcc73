"""What Prometheus reads of a process's questions to the database: how many, how long they took, how many failed."""

import time
from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from streaming.metrics.counting import Counter, Histogram, Meter
from streaming.metrics.declared import EVERY_PROCESS

_EVERYWHERE = (EVERY_PROCESS,)

QUERY_SECONDS = Histogram(
    "tidewire_database_query_duration_seconds",
    "How long statements took until the database had answered, those that failed among them.",
    processes=_EVERYWHERE,
)
QUERY_ERRORS = Counter(
    "tidewire_database_query_errors_total",
    "Statements that the database refused, or did not answer.",
    processes=_EVERYWHERE,
)
CONNECTIONS_OPENED = Counter(
    "tidewire_database_connections_opened_total",
    "Connections to the database that were opened; it grows fast where none is kept.",
    processes=_EVERYWHERE,
)
DATABASE_METRICS: tuple[Meter, ...] = (QUERY_SECONDS, QUERY_ERRORS, CONNECTIONS_OPENED)


def measure_queries() -> None:
    """Measure the statements of all connections that are opened from now on; calling it twice is harmless."""
    connection_created.connect(_opened, dispatch_uid="tidewire query metrics")


def _opened(connection: BaseDatabaseWrapper, **_: Any) -> None:
    CONNECTIONS_OPENED.add()
    if _measured not in connection.execute_wrappers:  # one that is opened anew is the same object
        connection.execute_wrappers.append(_measured)


def _measured(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    began = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    except Exception:
        QUERY_ERRORS.add()
        raise
    finally:
        QUERY_SECONDS.measure(time.perf_counter() - began)
