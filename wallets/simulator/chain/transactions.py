"""Transactions as they are sent, and what came of them in a block. Amounts in wei or a token's smallest unit."""

import msgspec
from eth_hash.auto import keccak

ZERO_ADDRESS = f"0x{0:040x}"
NO_DATA = "0x"


class SentTransaction(msgspec.Struct, frozen=True, kw_only=True):
    """What a sender has signed; `fee_cap` and `tip` in wei per gas. `recipient` is None where it creates a contract."""

    sender: str
    nonce: int
    recipient: str | None
    value: int
    data: str = NO_DATA
    gas_limit: int = 100_000
    fee_cap: int
    tip: int
    hash: str = ""
    """Made of all that was signed, whatever is given."""

    def __post_init__(self) -> None:
        """Make its hash."""
        signed = "/".join(map(str, msgspec.structs.astuple(self)[:-1]))
        msgspec.structs.force_setattr(self, "hash", f"0x{keccak(signed.encode()).hex()}")

    @property
    def most_it_costs(self) -> int:
        """Return what its sender must own for it."""
        return self.value + self.gas_limit * self.fee_cap


class Log(msgspec.Struct, frozen=True, kw_only=True):
    """What a contract has logged; `data` and each topic with `0x`."""

    address: str
    topics: tuple[str, ...]
    data: str


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a transaction in a block; `gas_price` is what it paid for each unit of gas."""

    transaction: SentTransaction
    hash: str
    succeeded: bool
    gas_used: int
    gas_price: int
    logs: tuple[Log, ...] = ()


class MinedBlock(msgspec.Struct, frozen=True, kw_only=True):
    """A block; `time` in seconds since the epoch, `base_fee` in wei for each unit of gas."""

    number: int
    hash: str
    parent_hash: str
    time: int
    base_fee: int
    miner: str
    outcomes: tuple[Outcome, ...]

    @property
    def gas_used(self) -> int:
        """Return how much gas its transactions used."""
        return sum(outcome.gas_used for outcome in self.outcomes)
