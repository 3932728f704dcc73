"""How books stood as candles closed, for the models that learn from it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("trading", "0018_training_attempts"),
    ]

    operations = [
        migrations.CreateModel(
            name="BookImbalance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.CharField(choices=[("binance", "binance"), ("simulator", "simulator")], max_length=10),
                ),
                ("symbol", models.CharField(max_length=64)),
                ("close_time", models.BigIntegerField()),
                ("imbalance", models.FloatField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("source", "symbol", "close_time"), name="book_imbalance_is_one"),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["binance", "simulator"])),
                        name="book_imbalance_source_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("imbalance__gte", -1), ("imbalance__lte", 1)),
                        name="book_imbalance_is_a_share",
                    ),
                ],
            },
        ),
    ]
