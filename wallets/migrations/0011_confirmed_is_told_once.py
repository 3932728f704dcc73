"""Each watch of a transaction knows whether its user was notified that it is confirmed."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def note_confirmed(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Note of those that are confirmed, and may still be taken back, that it was told."""
    transactions = apps.get_model("wallets", "ChainTransaction").objects.using(editor.connection.alias)
    watches = apps.get_model("wallets", "TransactionWatch").objects.using(editor.connection.alias)
    confirmed = transactions.filter(is_final=False, status="confirmed")
    block = Subquery(transactions.filter(pk=OuterRef("transaction")).values("block_number"))
    watches.filter(transaction__in=confirmed).update(confirmed_block=block)


class Migration(migrations.Migration):
    dependencies = [("wallets", "0010_transactions_have_room")]

    operations = [
        migrations.AddField(
            model_name="transactionwatch",
            name="confirmed_block",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.RunPython(note_confirmed, migrations.RunPython.noop),
    ]
