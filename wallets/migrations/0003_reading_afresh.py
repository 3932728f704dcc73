"""How far a chain was read afresh since staff started it over."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Keep it with the chain."""

    dependencies = [("wallets", "0002_transactions_change_in_place")]

    operations = [
        migrations.AddField(
            model_name="chain", name="reread_number", field=models.BigIntegerField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="chain", name="reread_balance_id", field=models.BigIntegerField(blank=True, null=True)
        ),
    ]
