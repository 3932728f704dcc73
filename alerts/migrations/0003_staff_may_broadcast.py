"""Any member of staff may broadcast, on every interface: there is no permission for it any more."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def delete_permission(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Delete the permission, which nothing asks for."""
    permissions = apps.get_model("auth", "Permission").objects.using(editor.connection.alias)
    permissions.filter(codename="broadcast_notification", content_type__app_label="alerts").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0002_rule_beginnings"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.AlterModelOptions(name="notification", options={"ordering": ["-id"]}),
        migrations.RunPython(delete_permission, migrations.RunPython.noop),
    ]
