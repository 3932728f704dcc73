"""Which kill switches were set, and have yet to stop what runs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("trading", "0028_dead_man_asked_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="killswitch",
            name="unfinished",
            field=models.BigIntegerField(blank=True, editable=False, null=True),
        ),
    ]
