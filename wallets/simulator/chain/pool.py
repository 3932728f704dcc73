"""What waits to be in a block: one transaction for each sender and nonce, by the rules and in the words of geth."""

from collections.abc import Iterator

from wallets.simulator.chain.ledger import Ledger
from wallets.simulator.chain.transactions import SentTransaction

PRICE_BUMP = 10
"""By so many per cent both fees of a transaction must be above those of the one whose place it takes."""


class RefusedTransactionError(Exception):
    """A pool doesn't take a transaction; its text is what a node says."""


class Pool:
    """Transactions by sender and nonce."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, int], SentTransaction] = {}
        self._by_hash: dict[str, SentTransaction] = {}

    @property
    def transactions(self) -> tuple[SentTransaction, ...]:
        """All that wait, in the order in which they came."""
        return tuple(self._by_hash.values())

    def get(self, transaction_hash: str) -> SentTransaction | None:
        """Return a transaction that waits, by its hash."""
        return self._by_hash.get(transaction_hash)

    def next_nonce(self, sender: str, used: int) -> int:
        """Return the first nonce from `used` on for which nothing of a sender waits."""
        while (sender, used) in self._waiting:
            used += 1
        return used

    def add(self, transaction: SentTransaction, ledger: Ledger) -> None:
        """Take a transaction; raise `RefusedTransactionError`."""
        if transaction.hash in self._by_hash:
            raise RefusedTransactionError("already known")
        if transaction.nonce < (used := ledger.nonce_of(transaction.sender)):
            raise RefusedTransactionError(f"nonce too low: next nonce {used}, tx nonce {transaction.nonce}")
        if (owned := ledger.coins_of(transaction.sender)) < transaction.most_it_costs:
            message = f"have {owned} want {transaction.most_it_costs}"
            raise RefusedTransactionError(f"insufficient funds for gas * price + value: address {message}")
        before = self._waiting.get((transaction.sender, transaction.nonce))
        if before and not _outbids(transaction, before):
            raise RefusedTransactionError("replacement transaction underpriced")
        self._put(transaction)

    def put_back(self, transaction: SentTransaction) -> None:
        """Take back what was in a block that is no more, unless another has its place."""
        if (transaction.sender, transaction.nonce) not in self._waiting:
            self._put(transaction)

    def drop(self, transaction_hash: str) -> bool:
        """Forget a transaction; return whether it waited."""
        transaction = self._by_hash.pop(transaction_hash, None)
        if transaction is None:
            return False
        del self._waiting[transaction.sender, transaction.nonce]
        return True

    def forget_used(self, ledger: Ledger) -> None:
        """Forget all whose nonce is used."""
        for transaction in self.transactions:
            if transaction.nonce < ledger.nonce_of(transaction.sender):
                self.drop(transaction.hash)

    def by_fee(self, base_fee: int) -> Iterator[SentTransaction]:
        """Yield what pays a block's base fee, of each sender in the order of nonces, the best payers first."""
        paying = [each for each in self.transactions if each.fee_cap >= base_fee]
        yield from sorted(paying, key=lambda each: (each.nonce, -min(each.tip, each.fee_cap - base_fee), each.hash))

    def _put(self, transaction: SentTransaction) -> None:
        place = (transaction.sender, transaction.nonce)
        if before := self._waiting.get(place):
            del self._by_hash[before.hash]
        self._waiting[place] = transaction
        self._by_hash[transaction.hash] = transaction


def _outbids(transaction: SentTransaction, before: SentTransaction) -> bool:
    """Return whether both fees are high enough above another's."""
    return transaction.fee_cap * 100 >= before.fee_cap * (100 + PRICE_BUMP) and transaction.tip * 100 >= before.tip * (
        100 + PRICE_BUMP
    )
