"""No index has a column that changes at each block that confirms a transaction."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Find what is final by when it was first seen."""

    dependencies = [("wallets", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="chaintransaction", name="transaction_final"),
        migrations.AddIndex(
            model_name="chaintransaction",
            index=models.Index(condition=models.Q(("is_final", True)), fields=["seen_at"], name="transaction_final"),
        ),
    ]
