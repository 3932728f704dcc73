"""Whether a version that a live strategy asks speaks, or why it says nothing for now."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("trading", "0020_labels_since_training"),
    ]

    operations = [
        migrations.AddField(
            model_name="modelversion",
            name="live_state",
            field=models.CharField(
                blank=True,
                choices=[
                    ("speaking", "speaking"),
                    ("no_candles", "no candles"),
                    ("no_features", "no features"),
                    ("no_skill", "no skill"),
                ],
                db_default="",
                default="",
                max_length=11,
                verbose_name="live",
            ),
        ),
    ]
