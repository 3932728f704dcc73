"""Rows of the audit may lose who did it, and nothing else, once that user is deleted."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_FUNCTION = """
CREATE OR REPLACE FUNCTION trading_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {allowed}
    RAISE EXCEPTION 'rows of the audit are never changed or deleted';
END $$;
"""
_WITHOUT_PERSON = """
    IF TG_OP = 'UPDATE' AND NEW.actor = '' AND NEW.address = '' AND NEW.is_without_person
        AND (to_jsonb(NEW) - '{actor,address,is_without_person}'::text[])
          = (to_jsonb(OLD) - '{actor,address,is_without_person}'::text[])
    THEN
        RETURN NEW;
    END IF;
"""


def let_persons_go(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Let the trigger pass what only takes the person out."""
    if editor.connection.vendor == "postgresql":
        editor.execute(_FUNCTION.format(allowed=_WITHOUT_PERSON))


def keep_persons(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Let it pass nothing."""
    if editor.connection.vendor == "postgresql":
        editor.execute(_FUNCTION.format(allowed=""))


class Migration(migrations.Migration):
    dependencies = [("trading", "0025_on_whose_behalf")]

    operations = [
        migrations.AddField(
            model_name="auditentry",
            name="is_without_person",
            field=models.BooleanField(db_default=False, default=False, verbose_name="without person"),
        ),
        migrations.RunPython(let_persons_go, keep_persons),
    ]
