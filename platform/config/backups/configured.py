"""The database that the settings name, as backups see it."""

from pathlib import Path

from django.conf import settings
from django.db import connection

from config.backups.errors import BackupError
from config.backups.postgres_database import PostgresDatabase
from config.backups.sqlite_database import SqliteDatabase
from config.backups.stored_database import StoredDatabase


def configured_database() -> StoredDatabase:
    """Return it; raise `BackupError` for a kind of which no backups are made."""
    match connection.vendor:
        case "sqlite":
            return SqliteDatabase(Path(connection.settings_dict["NAME"]))
        case "postgresql":
            return PostgresDatabase(connection, folder=settings.VAR_DIR)
    raise BackupError(f"backups are of SQLite and PostgreSQL, and not of {connection.display_name}")
