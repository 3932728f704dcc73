"""Tables emptied after a test of transactions, as Django does it, but for two things that take most of its time."""

from collections.abc import Sequence

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, transaction

from accounts.groups import traders_ensure

_WITHOUT_TRIGGERS = "SET LOCAL session_replication_role = replica"


def empty_tables() -> None:
    """Empty all tables but those of permissions.

    Django would empty these as well, and fill them again, which takes ten times as long as all else.
    """
    kept = {ContentType._meta.db_table, Permission._meta.db_table}
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - kept)
    if connection.vendor == "postgresql":
        _delete_all(tables)
    else:
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables))
    traders_ensure()


def _delete_all(tables: Sequence[str]) -> None:
    """Delete all rows: TRUNCATE makes new files for each table and index, which takes a hundred times as long.

    Like TRUNCATE it waits for whoever still writes, so that nothing of that is left for the next test. No trigger is
    run meanwhile: that of the audit refuses to delete any row.
    """
    names = [connection.ops.quote_name(table) for table in tables]
    locked = f"LOCK TABLE {', '.join(names)} IN SHARE ROW EXCLUSIVE MODE"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("; ".join([locked, _WITHOUT_TRIGGERS, *(f"DELETE FROM {name}" for name in names)]))  # noqa: S608 - our own tables
