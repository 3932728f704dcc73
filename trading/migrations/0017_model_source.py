"""Versions know whose candles they learnt from; of those that don't, none is asked any more."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_UNKNOWN = "from which exchange its candles came wasn't stored"


def unknown_retire(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Retire what is asked: settings of now don't tell which market it was trained on."""
    versions = apps.get_model("trading", "ModelVersion").objects.using(editor.connection.alias)
    versions.filter(state__in=["active", "silenced"]).update(state="retired", silenced_for="", reason=_UNKNOWN)


class Migration(migrations.Migration):
    dependencies = [
        ("trading", "0016_signals_by_models"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="modelversion",
            name="model_version_current_is_one",
        ),
        migrations.AddField(
            model_name="modelversion",
            name="source",
            field=models.CharField(
                blank=True, choices=[("binance", "binance"), ("simulator", "simulator")], max_length=10, default=""
            ),
            preserve_default=False,
        ),
        migrations.RunPython(unknown_retire, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="modelversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("active", "silenced"))),
                fields=("source", "symbol", "interval", "algorithm"),
                name="model_version_current_is_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="modelversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("source__in", ["binance", "simulator"]),
                    models.Q(("source", ""), ("state", "retired")),
                    _connector="OR",
                ),
                name="model_version_source_is_known_while_asked",
            ),
        ),
    ]
