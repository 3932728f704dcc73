from django.db import migrations, models

import streaming.database.exact_decimals


class Migration(migrations.Migration):
    dependencies = [
        ("market", "0002_candles"),
    ]

    operations = [
        migrations.AddField(
            model_name="symbol",
            name="ask_multiplier_down",
            field=streaming.database.exact_decimals.ExactDecimalField(blank=True, max_length=80, null=True),
        ),
        migrations.AddField(
            model_name="symbol",
            name="ask_multiplier_up",
            field=streaming.database.exact_decimals.ExactDecimalField(blank=True, max_length=80, null=True),
        ),
        migrations.AddField(
            model_name="symbol",
            name="bid_multiplier_down",
            field=streaming.database.exact_decimals.ExactDecimalField(blank=True, max_length=80, null=True),
        ),
        migrations.AddField(
            model_name="symbol",
            name="bid_multiplier_up",
            field=streaming.database.exact_decimals.ExactDecimalField(blank=True, max_length=80, null=True),
        ),
        migrations.AddField(
            model_name="symbol",
            name="maximum_orders",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
    ]
