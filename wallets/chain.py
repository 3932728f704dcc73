"""What an Ethereum-style chain consists of, as far as wallets need it. Pure.

Hashes and addresses are lower-case hexadecimal with `0x` (`wallets.addresses` reads and shows them); amounts are whole
numbers of the smallest unit (wei; of a token, 10^-decimals).
"""

from hashlib import blake2b

import msgspec

NATIVE = "native"
"""The asset that is the chain's own coin; any other is a token, by its address."""


class BlockReference(msgspec.Struct, frozen=True, order=True):
    """A block by number and hash."""

    number: int
    hash: str


LONGEST_DATA = 2 + 2 * (4 + 32 + 32)
"""Characters: a call of two words (a token's transfer) is kept as it is."""
_SELECTOR = 2 + 2 * 4
_DIGEST_BYTES = 32


def bounded_data(data: str) -> str:
    """Return what a transaction calls as it is, or where it is long the function's selector and a digest of all of it.

    Of two transactions it is asked whether they call the same, and of one whether it calls anything; some have 128 kB.
    """
    if len(data) <= LONGEST_DATA:
        return data
    return data[:_SELECTOR] + blake2b(data.encode(), digest_size=_DIGEST_BYTES).hexdigest()


class Transaction(msgspec.Struct, frozen=True, kw_only=True):
    """What was signed, which no block changes. `recipient` is None where it creates a contract.

    `data` is as `bounded_data` leaves it.
    """

    hash: str
    sender: str
    nonce: int
    recipient: str | None
    value: int
    data: str = "0x"


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A block with its transactions in their order; `time` in seconds since the epoch, `base_fee` in wei per gas.

    `credited` are the addresses that get coins by no transaction: whose the tips are, and those of withdrawals.
    """

    number: int
    hash: str
    parent_hash: str
    time: int
    base_fee: int | None = None
    transactions: tuple[Transaction, ...] = ()
    credited: frozenset[str] = frozenset()

    @property
    def reference(self) -> BlockReference:
        """Return its number and hash."""
        return BlockReference(self.number, self.hash)


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """Where a transaction was included, whether it succeeded (status 1) or failed (status 0), and what was paid for it.

    `fee` is in the coin's smallest unit: the gas that was used times the price that was paid for it; None where the
    node doesn't say.
    """

    block: BlockReference
    succeeded: bool
    fee: int | None = None


class Log(msgspec.Struct, frozen=True, kw_only=True):
    """What a contract has logged, as `eth_getLogs` tells it; `index` is its place in the block."""

    address: str
    topics: tuple[str, ...]
    data: str
    transaction_hash: str
    index: int
    removed: bool = False
