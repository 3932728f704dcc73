"""Rows of wallets: a chain with a token, blocks, balances, movements and transactions of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User
from tests.wallets.simple_chain import address, hash_of
from wallets.chain import NATIVE
from wallets.following.block_effects import Direction
from wallets.models import (
    Balance,
    Chain,
    ChainTransaction,
    KnownBlock,
    Movement,
    Token,
    TokenWatch,
    TransactionWatch,
    Wallet,
)
from wallets.models.token_state import TokenState

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ETHER = 10**18


def user_named(name: str, **rights: Any) -> User:
    """Make a user."""
    return User.objects.create_user(name, f"{name}@example.com", **rights)


def chain_named(name: str = "ethereum", **changes: Any) -> Chain:
    """Make a chain whose coin is ETH."""
    return Chain.objects.create(name=name, **{"chain_id": 1, "symbol": "ETH", **changes})


def token_of(chain: Chain, number: int = 900, symbol: str = "USDC", *, is_listed: bool = True) -> Token:
    """Store a token of 6 decimals, which staff list, or somebody has named."""
    return Token.objects.create(chain=chain, address=address(number), symbol=symbol, decimals=6, is_listed=is_listed)


def wallet_of(owner: User, chain: Chain, number: int = 1, label: str = "") -> Wallet:
    """Let a user watch an address."""
    return Wallet.objects.create(owner=owner, chain=chain, address=address(number), label=label, created_at=NOW)


def named_token(
    wallet: Wallet, number: int = 900, state: TokenState = TokenState.FOLLOWED, **columns: Any
) -> TokenWatch:
    """Let a wallet's owner have named a token."""
    given = {"contract": address(number), "state": state.value, "created_at": NOW, **columns}
    return TokenWatch.objects.create(wallet=wallet, **given)


def block_of(chain: Chain, number: int = 100, **changes: Any) -> KnownBlock:
    """Store a block that names the one below as its parent."""
    given = {"hash": hash_of(number), "parent_hash": hash_of(number - 1), "base_fee": 7, "transactions": 3}
    return KnownBlock.objects.create(
        chain=chain, number=number, time=NOW + timedelta(seconds=number), **given | changes
    )


def balance_of(chain: Chain, number: int = 1, amount: int = ETHER, *, asset: str = NATIVE, block: int = 100) -> Balance:
    """Store what an address holds."""
    return Balance.objects.create(
        chain=chain,
        address=address(number),
        asset=asset,
        amount=amount,
        block_number=block,
        block_hash=hash_of(block),
        changed_at=NOW,
    )


def movement_of(chain: Chain, number: int = 1, change: int = ETHER, *, asset: str = NATIVE, **changes: Any) -> Movement:
    """Store that something came to an address, or went from it where `change` is negative."""
    given: dict[str, Any] = {
        "direction": Direction.INCOMING if change >= 0 else Direction.OUTGOING,
        "counterparty": address(77),
        "transaction_hash": hash_of(5000),
        "block_number": 100,
        "block_hash": hash_of(100),
        "time": NOW,
    }
    return Movement.objects.create(chain=chain, address=address(number), asset=asset, change=change, **given | changes)


def transaction_of(
    chain: Chain, number: int = 5000, *watchers: User, by_hand: bool = True, **changes: Any
) -> ChainTransaction:
    """Store a transaction from address 1 to address 2 that these users watch."""
    given: dict[str, Any] = {"sender": address(1), "recipient": address(2), "nonce": 0, "value": ETHER, "required": 12}
    times = {"seen_at": NOW, "changed_at": NOW}
    row = ChainTransaction.objects.create(chain=chain, hash=hash_of(number), **given | times | changes)
    for user in watchers:
        TransactionWatch.objects.create(owner=user, transaction=row, by_hand=by_hand, created_at=NOW)
    return row


def status_of(transaction_hash: str) -> tuple[str, int] | None:
    """Return how far a watched transaction is, and by how many blocks it is confirmed."""
    rows = ChainTransaction.objects.filter(hash=transaction_hash)
    return rows.values_list("status", "confirmations").first()
