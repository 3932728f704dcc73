"""What is from before a wallet was added: by a block's number, or by its time where that is far off."""

from datetime import timedelta

import pytest

from tests.wallets.rows import NOW, chain_named, movement_of, user_named, wallet_of
from wallets.events.history import BlockPlace, is_history
from wallets.events.token_audience import history_told
from wallets.models import Wallet

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("known", "number", "minutes", "expected"),
    [
        (None, 1, -0.1, True),
        (None, 1, 0, False),
        (99, 100, -14, False),
        (100, 100, 14, True),
        (99, 100, -16, True),
        (100, 100, 16, False),
    ],
)
def test_it_is_judged_alike_for_what_is_told_and_what_is_listed(
    known: int | None, number: int, minutes: float, *, expected: bool
) -> None:
    chain = chain_named()
    wallet = wallet_of(user_named("ada"), chain)
    wallet.known_block = known
    wallet.save()
    row = movement_of(chain, block_number=number, time=NOW + timedelta(minutes=minutes))
    assert is_history(row, wallet) is expected
    assert history_told(wallet).exists() is not expected


@pytest.mark.parametrize(("known", "number", "expected"), [(None, 1, False), (100, 100, True), (99, 100, False)])
def test_of_a_block_whose_time_is_not_known_the_number_says_it(
    known: int | None, number: int, *, expected: bool
) -> None:
    wallet = Wallet(created_at=NOW, known_block=known)
    assert is_history(BlockPlace(number), wallet) is expected
