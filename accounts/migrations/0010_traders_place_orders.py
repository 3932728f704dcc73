"""Whoever is in the group `traders` by now may place orders, as whoever comes to be in it may."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def let_them(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Give the group the permission, where there is the group; a new database makes it with all of them."""
    alias = editor.connection.alias
    group = apps.get_model("auth", "Group").objects.using(alias).filter(name="traders").first()
    if group is None:
        return
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    content_type, _ = content_types.get_or_create(app_label="trading", model="order")
    permission, _ = (
        apps.get_model("auth", "Permission")
        .objects.using(alias)
        .get_or_create(content_type=content_type, codename="add_order", defaults={"name": "Can add order"})
    )
    group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_tickets_of_the_version_before"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(let_them, migrations.RunPython.noop)]
