"""What a block means for those who watch: the movements to and from watched addresses, in one pass. Pure.

Only a transaction's own sender and recipient are seen, what tokens log, and whom the block itself credits (tips,
withdrawals): that is no movement, but changes a balance. Coins that a contract passes on (internal transactions) are in
no block's answer, and show in the balance once their recipient is touched otherwise.
"""

from collections.abc import Container, Iterable, Iterator
from enum import StrEnum

import msgspec

from wallets.chain import Block, Log
from wallets.following.token_transfers import token_transfer_of


class Direction(StrEnum):
    """Whether a watched address gets or gives; one that sends to itself does both."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """An `amount` of the chain's coin (`token` None) or of a token, in its smallest unit, to or from `address`.

    `counterparty` is None where a contract is created. Coins move only if the transaction's receipt says success, and
    their amount is 0 where a contract is only called; a token's log, `log_index` in the block, is there only then.
    """

    address: str
    direction: Direction
    counterparty: str | None
    amount: int
    transaction_hash: str
    token: str | None = None
    log_index: int | None = None

    @property
    def balances(self) -> frozenset[tuple[str, str | None]]:
        """Return address and token (None for the coin) of each balance that it may change.

        A call of a contract, with coins or without, may change what is held of it though it logs no transfer: WETH9's
        `deposit` and `withdraw` log events of their own.
        """
        moved = (self.address, self.token)
        return frozenset({moved, (self.address, self.counterparty)} if self.token is None else {moved})


class BlockEffects(msgspec.Struct, frozen=True):
    """The movements of a block in its order, coins before tokens; the watched addresses that it `credited`."""

    movements: tuple[Movement, ...]
    credited: frozenset[str] = frozenset()

    @property
    def balances(self) -> frozenset[tuple[str, str | None]]:
        """Return address and token (None for the coin) of each balance that may have changed, of any contract."""
        credited = frozenset((address, None) for address in self.credited)
        return credited.union(*(movement.balances for movement in self.movements))

    @property
    def transactions(self) -> frozenset[str]:
        """Return the hashes of the transactions that touched a watched address: their receipts are wanted."""
        return frozenset(movement.transaction_hash for movement in self.movements)


def effects_of(block: Block, logs: Iterable[Log], watched: Container[str]) -> BlockEffects:
    """Return what a block, and the logs of token transfers in it, mean for the watched addresses.

    `watched` is asked twice for each transaction and each transfer of a token, so it is best a set.
    """
    credited = frozenset(address for address in block.credited if address in watched)
    return BlockEffects((*_coins(block, watched), *_tokens(logs, watched)), credited)


def _coins(block: Block, watched: Container[str]) -> Iterator[Movement]:
    for each in block.transactions:
        if each.sender in watched:
            yield Movement(
                address=each.sender,
                direction=Direction.OUTGOING,
                counterparty=each.recipient,
                amount=each.value,
                transaction_hash=each.hash,
            )
        if each.recipient is not None and each.recipient in watched:
            yield Movement(
                address=each.recipient,
                direction=Direction.INCOMING,
                counterparty=each.sender,
                amount=each.value,
                transaction_hash=each.hash,
            )


def _tokens(logs: Iterable[Log], watched: Container[str]) -> Iterator[Movement]:
    for log in logs:
        # anybody may log a transfer of nothing from and to whom they like, so that a look-alike address is in a history
        if (transfer := token_transfer_of(log)) and transfer.amount:
            ways = (
                (transfer.sender, Direction.OUTGOING, transfer.recipient),
                (transfer.recipient, Direction.INCOMING, transfer.sender),
            )
            for address, direction, counterparty in ways:
                if address in watched:
                    yield Movement(
                        address=address,
                        direction=direction,
                        counterparty=counterparty,
                        amount=transfer.amount,
                        transaction_hash=transfer.transaction_hash,
                        token=transfer.token,
                        log_index=transfer.log_index,
                    )
