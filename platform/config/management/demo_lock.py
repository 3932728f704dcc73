"""One demo at a time on a database: a second would share it, and not the channel layer, and take its alerts."""

import fcntl
import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import DEFAULT_DB_ALIAS, OperationalError
from django.db.utils import ConnectionHandler

from streaming.program import make_target

_REFUSAL = "another demo runs on this database"
_KEY = int.from_bytes(hashlib.sha256(b"tidewire demo").digest()[:8], signed=True)
"""Names the lock in a database of PostgreSQL, whose locks have numbers of 64 bits."""


def only_demo(database: Mapping[str, Any]) -> AbstractContextManager[None]:
    """Be the only demo on `database` (Django's settings of it) within the `with`; raise `CommandError` where one is.

    The lock goes with the database, whatever other settings a demo has, and ends with the process, however that ends.
    """
    if database["ENGINE"] == "django.db.backends.sqlite3":
        return _locked_file(Path(f"{database['NAME']}.demo-lock"))
    return _locked_on_server(database)


@contextmanager
def _locked_file(path: Path) -> Iterator[None]:
    """Hold the system's lock on an open file; the file may stay."""
    held = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = path.read_text(encoding="ascii") or "unknown"
            raise CommandError(
                f"{_REFUSAL} (process {holder}). Stop it, or give this one a folder and a port of its own: "
                f"VAR_DIR=$(mktemp -d) PORT=8001 {make_target('demo')}"
            ) from None
        os.ftruncate(held, 0)
        os.write(held, str(os.getpid()).encode())
        yield
    finally:
        os.close(held)


@contextmanager
def _locked_on_server(database: Mapping[str, Any]) -> Iterator[None]:
    """Hold an advisory lock of PostgreSQL by a connection of its own, which nothing else closes."""
    connection = ConnectionHandler({DEFAULT_DB_ALIAS: {**database}})[DEFAULT_DB_ALIAS]
    try:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", (_KEY,))
                (is_ours,) = cursor.fetchone()
        except OperationalError as error:
            raise CommandError(f"the database does not let us in: {error}") from None
        if not is_ours:
            raise CommandError(
                f"{_REFUSAL}. Stop it, or give this one a database and a port of its own: "
                f"DATABASE_URL=postgres://…/another PORT=8001 {make_target('demo')}"
            )
        yield
    finally:
        connection.close()
