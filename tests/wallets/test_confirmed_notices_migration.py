"""What the migration that stores who was notified of confirmed transactions makes of rows that are there."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from tests.wallets.rows import chain_named, transaction_of, user_named
from tests.wallets.simple_chain import hash_of
from wallets.models import TransactionWatch

pytestmark = pytest.mark.django_db


def test_who_watches_what_is_confirmed_was_notified_and_nobody_else() -> None:
    chain, ada, bob = chain_named(), user_named("ada"), user_named("bob")
    for number, status, block in ((5000, "confirmed", 7), (5001, "confirming", 8), (5002, "pending", None)):
        block_hash = hash_of(block) if block else ""
        transaction_of(chain, number, ada, bob, status=status, block_number=block, block_hash=block_hash)
    import_module("wallets.migrations.0011_confirmed_is_told_once").note_confirmed(apps, connection.schema_editor())
    told = TransactionWatch.objects.filter(confirmed_block__isnull=False)
    notified = told.order_by("owner__username").values_list("owner__username", "transaction__hash", "confirmed_block")
    assert list(notified) == [("ada", hash_of(5000), 7), ("bob", hash_of(5000), 7)]
