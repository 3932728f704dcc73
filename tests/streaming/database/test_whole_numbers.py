"""Whole numbers of any length come back as they were stored, one by one and many at once."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from streaming.database.bulk_insert import rows_insert
from streaming.database.whole_numbers import ExactIntegerField
from wallets.models import Balance, Chain

NUMBERS = [0, -1, 2**53 + 1, 2**63, 2**256 - 1, -(2**256)]


@pytest.mark.django_db
def test_it_keeps_every_digit() -> None:
    chain = Chain.objects.create(name="test", chain_id=1, symbol="ETH")
    place = {"chain_id": chain.pk, "address": "0x1", "block_number": 1, "block_hash": "0x1"}
    now = datetime(2026, 11, 20, tzinfo=UTC)
    for number in NUMBERS:
        Balance.objects.create(**place, asset=f"one {number}"[:42], amount=number, changed_at=now)
    rows_insert(
        Balance, [{**place, "asset": f"many {number}"[:42], "amount": number, "changed_at": now} for number in NUMBERS]
    )
    assert list(Balance.objects.order_by("pk").values_list("amount", flat=True)) == NUMBERS * 2


@pytest.mark.parametrize("given", ["1.0", "1e3", "", "٣", "9" * 81, True])
def test_it_refuses_what_is_no_whole_number(given: object) -> None:
    with pytest.raises(ValidationError):
        ExactIntegerField().to_python(given)
