"""Who owns what after a block, and what a transaction does to it."""

from collections.abc import Mapping

import msgspec

from wallets.simulator.chain.tokens import TRANSFER_EVENT, Token, transfer_call
from wallets.simulator.chain.transactions import NO_DATA, ZERO_ADDRESS, Log, Outcome, SentTransaction

COIN_GAS = 21_000
"""What sending coins costs, in gas."""
TOKEN_GAS = 52_000
"""What sending tokens costs, in gas, about."""


class Ledger(msgspec.Struct, kw_only=True):
    """Coins, tokens by (token, owner), and how many transactions each address has sent."""

    coins: dict[str, int]
    tokens: dict[tuple[str, str], int]
    nonces: dict[str, int]

    def copy(self) -> "Ledger":
        """Return one that can be changed by itself."""
        return Ledger(coins=dict(self.coins), tokens=dict(self.tokens), nonces=dict(self.nonces))

    def coins_of(self, address: str) -> int:
        """Return how many wei an address owns."""
        return self.coins.get(address, 0)

    def tokens_of(self, token: str, address: str) -> int:
        """Return how much of a token's smallest unit an address owns."""
        return self.tokens.get((token, address), 0)

    def nonce_of(self, address: str) -> int:
        """Return how many transactions an address has sent, which is the nonce of its next one."""
        return self.nonces.get(address, 0)

    def can_take(self, transaction: SentTransaction, base_fee: int) -> bool:
        """Return whether a block may have a transaction next: its nonce's turn, its fee and its money."""
        return (
            self.nonce_of(transaction.sender) == transaction.nonce
            and transaction.fee_cap >= base_fee
            and self.coins_of(transaction.sender) >= transaction.most_it_costs
        )

    def execute(self, transaction: SentTransaction, base_fee: int, miner: str, tokens: Mapping[str, Token]) -> Outcome:
        """Carry out a transaction that `can_take` allows: one that fails costs its gas, and moves nothing."""
        is_call = transaction.recipient in tokens or transaction.recipient is None or transaction.data != NO_DATA
        gas_used = min(TOKEN_GAS if is_call else COIN_GAS, transaction.gas_limit)
        gas_price = min(transaction.fee_cap, base_fee + transaction.tip)
        self.nonces[transaction.sender] = transaction.nonce + 1
        self._move(transaction.sender, miner, gas_used * (gas_price - base_fee))
        self.coins[transaction.sender] -= gas_used * base_fee  # burnt
        logs = self._carry_out(transaction, tokens)
        return Outcome(
            transaction=transaction,
            hash=transaction.hash,
            succeeded=logs is not None,
            gas_used=gas_used,
            gas_price=gas_price,
            logs=logs or (),
        )

    def _carry_out(self, transaction: SentTransaction, tokens: Mapping[str, Token]) -> tuple[Log, ...] | None:
        """Move what is to be moved and return what is logged; None where it fails, as each bad call of a token does."""
        if transaction.recipient is None:
            return None  # no machine for contracts is here
        if transaction.recipient not in tokens:
            self._move(transaction.sender, transaction.recipient, transaction.value)
            return ()
        call = transfer_call(transaction.data)
        owned = self.tokens_of(transaction.recipient, transaction.sender)
        if call is None or transaction.value or call.recipient == ZERO_ADDRESS or owned < call.amount:
            return None
        self.tokens[transaction.recipient, transaction.sender] = owned - call.amount
        received = self.tokens_of(transaction.recipient, call.recipient)
        self.tokens[transaction.recipient, call.recipient] = received + call.amount
        topics = (TRANSFER_EVENT, _word(transaction.sender), _word(call.recipient))
        return (Log(address=transaction.recipient, topics=topics, data=f"0x{call.amount:064x}"),)

    def _move(self, sender: str, recipient: str, value: int) -> None:
        self.coins[sender] = self.coins_of(sender) - value
        self.coins[recipient] = self.coins_of(recipient) + value


def _word(address: str) -> str:
    return f"0x{address.removeprefix('0x'):0>64}"
