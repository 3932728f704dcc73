import django.db.models.manager
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("trading", "0002_backtest_is_checking"),
    ]

    operations = [
        migrations.AlterModelManagers(
            name="backtestresult",
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("without_data", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AlterModelOptions(
            name="backtestresult",
            options={"base_manager_name": "without_data", "verbose_name": "result"},
        ),
    ]
