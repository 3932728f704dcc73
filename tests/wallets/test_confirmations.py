"""How many confirmations a transaction needs."""

import pytest

from wallets.confirmations import confirmations_needed
from wallets.following.known_blocks import DEEPEST_REORGANISATION

STEPS = [{"amount": "10", "confirmations": 30}, {"amount": "1.5", "confirmations": 20}]


@pytest.mark.parametrize(
    ("value", "needed"),
    [(0, 12), (1_499_999, 12), (1_500_000, 20), (9_999_999, 20), (10_000_000, 30), (2**256 - 1, 30)],
)
def test_what_moves_much_needs_more(value: int, needed: int) -> None:
    assert confirmations_needed(value, least=12, by_amount=STEPS, decimals=6) == needed


def test_no_step_asks_for_less_than_its_chain() -> None:
    assert confirmations_needed(10_000_000, least=40, by_amount=STEPS, decimals=6) == 40


def test_none_needs_more_than_make_its_block_final() -> None:
    steps = [{"amount": "10", "confirmations": 128}]
    assert confirmations_needed(10_000_000, least=12, by_amount=steps, decimals=6) == DEEPEST_REORGANISATION
