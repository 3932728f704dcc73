"""A night's training that has failed is tried again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("trading", "0017_model_source"),
    ]

    operations = [
        migrations.AddField(
            model_name="modeltraining",
            name="attempts",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="failed attempts"),
        ),
        migrations.AddField(
            model_name="modeltraining",
            name="due_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="next attempt"),
        ),
    ]
