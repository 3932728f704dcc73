"""The database: whether it answers, is of this version, can be written, and tells the same time."""

import time
from collections.abc import Iterator

from django.db import connection

from config.backups.configured import configured_database
from config.backups.errors import BackupError
from config.doctor.clocks import clock_finding
from config.doctor.findings import Finding, failed, ok
from streaming.database.errors import AnyDatabaseError
from streaming.database.schema import applied_migrations, unapplied_migrations, unknown_migrations
from streaming.gateway.checks import PartReadOnlyError, ask_database
from streaming.program import management_command

_SUBJECT = "database"
_NAMED = 3


def look_at_database() -> Iterator[Finding]:
    """Yield what is found of it; nothing more where it doesn't answer."""
    try:
        began = time.monotonic()
        database = configured_database()
        text = f"{database.kind.product} {database.version()}, {database.place}"
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        yield ok(_SUBJECT, f"{text}, answers in {(time.monotonic() - began) * 1000:.0f} ms")
        yield from _clocks()
        missing = list(_migrations())
        yield from missing or [ok("migrations", "all are applied")]
        if not missing:
            yield _written()
    except BackupError as error:
        yield failed(_SUBJECT, str(error), "set DATABASE_URL to one of these")
    except AnyDatabaseError as error:
        yield failed(_SUBJECT, _in_short(error), "start it, or set DATABASE_URL to where it is, with who may use it")


def _clocks() -> Iterator[Finding]:
    """Yield whether its clock agrees, where it has one of its own."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        asked_at = time.time() * 1000
        cursor.execute("SELECT extract(epoch FROM clock_timestamp()) * 1000")
        (theirs,) = cursor.fetchone()
    yield clock_finding("the database's", asked_at=asked_at, theirs=float(theirs), answered_at=time.time() * 1000)


def _migrations() -> Iterator[Finding]:
    """Yield what is wrong with its tables; nothing where they are those of this version."""
    if plan := unapplied_migrations():
        yield failed("migrations", f"{len(plan):,} are not applied: {_few(plan)}", management_command("migrate"))
    if unknown := sorted(unknown_migrations(applied_migrations())):
        yield failed(
            "migrations",
            f"the database is of a newer version, with {_few(unknown)}",
            "run that version, or restore a backup of this one's time into an empty database",
        )


def _written() -> Finding:
    """Return whether it takes what is written, as `/ready` asks it."""
    try:
        ask_database()
    except PartReadOnlyError as error:
        to_do = "is it a standby, or may this user only read? Give it the right to write"
        return failed("writing", _in_short(error), to_do)
    return ok("writing", "it takes what is written")


def _few(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _in_short(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
