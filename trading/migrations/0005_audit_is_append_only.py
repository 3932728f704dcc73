"""On PostgreSQL the database itself refuses to change or delete a row of the audit."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_REFUSE = """
CREATE FUNCTION trading_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of the audit are never changed or deleted';
END $$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON trading_auditentry
FOR EACH ROW EXECUTE FUNCTION trading_audit_is_append_only();
"""
_ALLOW = """
DROP TRIGGER audit_is_append_only ON trading_auditentry;
DROP FUNCTION trading_audit_is_append_only();
"""


def refuse(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add the trigger."""
    if editor.connection.vendor == "postgresql":
        editor.execute(_REFUSE)


def allow(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the trigger away."""
    if editor.connection.vendor == "postgresql":
        editor.execute(_ALLOW)


class Migration(migrations.Migration):
    dependencies = [("trading", "0004_live_trading")]

    operations = [migrations.RunPython(refuse, allow)]
