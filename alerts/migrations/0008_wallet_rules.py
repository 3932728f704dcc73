"""Rules on wallets need no symbol; and of what was heard, how much of it has counted is remembered."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_LARGEST_CONFIDENCE = "1"


def heard_with_values(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Say of each signal that was heard that all of it has counted: a confidence is never more."""
    points = apps.get_model("alerts", "SeriesPoint").objects.using(editor.connection.alias)
    for point in points.exclude(heard=[]):
        point.heard = [[signal_id, _LARGEST_CONFIDENCE] for signal_id in point.heard]
        point.save(update_fields=["heard"])


def heard_without_values(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Keep the ids alone."""
    points = apps.get_model("alerts", "SeriesPoint").objects.using(editor.connection.alias)
    for point in points.exclude(heard=[]):
        point.heard = [moment_id for moment_id, _ in point.heard]
        point.save(update_fields=["heard"])


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0007_strategy_signals"),
    ]

    operations = [
        migrations.RunPython(heard_with_values, heard_without_values),
        migrations.RemoveConstraint(
            model_name="alertrule",
            name="alert_rule_is_named",
        ),
        migrations.AddConstraint(
            model_name="alertrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), _negated=True),
                    models.Q(
                        models.Q(("symbol", ""), _negated=True),
                        ("source__in", ["portfolio", "wallet"]),
                        _connector="OR",
                    ),
                ),
                name="alert_rule_is_named",
            ),
        ),
    ]
