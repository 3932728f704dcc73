"""A chain with what is watched on it, and browsers of staff, for the tests of the admin's pages."""

from datetime import UTC, datetime

import pytest

from accounts.models import User
from tests.accounts.admin.browsers import administrator, owner, quick_passwords, root, staff_with
from wallets.chain import NATIVE
from wallets.chain_state import ChainState
from wallets.models import Balance, Chain, ChainTransaction, Movement, Token, TransactionWatch, Wallet

NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
ADDRESS = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"
SPELT = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
TOKEN = "0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359"
HASH = f"0x{'ab' * 32}"
BLOCK_HASH = f"0x{'cd' * 32}"
COIN = 10**18
__all__ = ["administrator", "owner", "quick_passwords", "root", "staff_with"]
"""The fixtures of others that these tests use."""


@pytest.fixture
def chain(db: None) -> Chain:
    """Return a chain that is two blocks behind its node."""
    return Chain.objects.create(
        name="ethereum",
        chain_id=1,
        symbol="ETH",
        nodes=["wss://node.example.org"],
        cursor_number=118,
        cursor_hash=BLOCK_HASH,
        head_number=120,
        state=ChainState.DISCONNECTED.value,
        reason="no head for 36 s",
        node="wss://node.example.org",
    )


@pytest.fixture
def wallet(chain: Chain, owner: User) -> Wallet:
    """Return Ada's wallet, which holds 1.5 ETH and got 0.5 of it by a transaction that is confirmed 3 times of 12."""
    at_block = {"block_number": 118, "block_hash": BLOCK_HASH}
    Balance.objects.create(chain=chain, address=ADDRESS, asset=NATIVE, amount=3 * COIN // 2, changed_at=NOW, **at_block)
    Movement.objects.create(
        chain=chain,
        address=ADDRESS,
        asset=NATIVE,
        direction="incoming",
        change=COIN // 2,
        transaction_hash=HASH,
        time=NOW,
        **at_block,
    )
    transaction = ChainTransaction.objects.create(
        chain=chain,
        hash=HASH,
        sender=TOKEN,
        recipient=ADDRESS,
        value=COIN // 2,
        status="confirming",
        confirmations=3,
        required=12,
        seen_at=NOW,
        changed_at=NOW,
        **at_block,
    )
    TransactionWatch.objects.create(owner=owner, transaction=transaction, created_at=NOW)
    return Wallet.objects.create(owner=owner, chain=chain, address=ADDRESS, label="Savings", created_at=NOW)


@pytest.fixture
def token(chain: Chain) -> Token:
    """Return a token that staff have listed."""
    return Token.objects.create(chain=chain, address=TOKEN, symbol="USDC", decimals=6, is_listed=True)
