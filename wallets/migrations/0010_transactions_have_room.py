"""On PostgreSQL a page of transactions has room for all of its rows once more: they change in place at each block."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def leave_room(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Fill pages that are written from now on to less than a half."""
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE wallets_chaintransaction SET (fillfactor = 40)")


def fill(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Fill pages as PostgreSQL does by itself."""
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE wallets_chaintransaction RESET (fillfactor)")


class Migration(migrations.Migration):
    dependencies = [("wallets", "0009_wallets_being_read")]

    operations = [migrations.RunPython(leave_room, fill)]
