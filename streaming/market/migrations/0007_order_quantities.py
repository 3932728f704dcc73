from django.db import migrations

import streaming.database.exact_decimals


class Migration(migrations.Migration):
    dependencies = [
        ("market", "0006_combined_source"),
    ]

    operations = [
        migrations.AddField(
            model_name="symbol",
            name="maximum_quantity",
            field=streaming.database.exact_decimals.ExactDecimalField(blank=True, max_length=80, null=True),
        ),
        migrations.AddField(
            model_name="symbol",
            name="minimum_quantity",
            field=streaming.database.exact_decimals.ExactDecimalField(blank=True, max_length=80, null=True),
        ),
    ]
