"""The chain: blocks one upon another, what waits, and reorganisations. From a seed; time is given to it."""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import NamedTuple

from eth_hash.auto import keccak

from wallets.simulator.chain.ledger import Ledger
from wallets.simulator.chain.pool import Pool
from wallets.simulator.chain.tokens import Token
from wallets.simulator.chain.transactions import MinedBlock, Outcome, SentTransaction
from wallets.simulator.settings import ChainSettings

ETHER = 10**18
GWEI = 10**9
BASE_FEE = 10 * GWEI
"""It stays: what a block pays for is of no concern here."""
STATES_KEPT = 128
"""Of so many of the newest blocks the ledger is kept, as of a full node: balances of older ones are refused."""
BLOCKS_KEPT = 2_000
"""Older blocks are forgotten, as of a node that prunes history."""
DEEPEST_REORGANISATION = 100
_COINS_AT_FIRST = 1_000 * ETHER
_TOKENS_AT_FIRST = 1_000_000


class Place(NamedTuple):
    """Where a transaction is in the chain."""

    block: MinedBlock
    position: int

    @property
    def outcome(self) -> Outcome:
        """What came of it there."""
        return self.block.outcomes[self.position]


class SimulatedChain:
    """A chain of blocks from number 0 on, with its pool."""

    def __init__(self, seed: int, settings: ChainSettings, time: int) -> None:
        self._seed = seed
        self._capacity = settings.block_capacity
        self.accounts = tuple(_address(seed, "account", number) for number in range(settings.accounts))
        self.tokens: Mapping[str, Token] = {token.address: token for token in _tokens(seed)}
        self.pool = Pool()
        self._miner = _address(seed, "miner", 0)
        self._branches = 0
        self._known: dict[str, MinedBlock] = {}
        self._ledgers: dict[str, Ledger] = {}
        self._places: dict[str, Place] = {}
        self.blocks: list[MinedBlock] = []
        self._observers: list[Callable[[MinedBlock | SentTransaction], None]] = []
        self._append(self._block(time, f"0x{0:064x}", ()), self._first_ledger())

    @property
    def head(self) -> MinedBlock:
        """The newest block."""
        return self.blocks[-1]

    @property
    def ledger(self) -> Ledger:
        """Who owns what after the newest block."""
        return self._ledgers[self.head.hash]

    def at(self, number: int) -> MinedBlock | None:
        """Return the block of a number."""
        place = number - self.blocks[0].number
        return self.blocks[place] if 0 <= place < len(self.blocks) else None

    def by_hash(self, block_hash: str) -> MinedBlock | None:
        """Return a block by its hash, also one that was taken back."""
        return self._known.get(block_hash)

    def place_of(self, transaction_hash: str) -> Place | None:
        """Return where the chain has a transaction."""
        return self._places.get(transaction_hash)

    def ledger_of(self, block: MinedBlock) -> Ledger | None:
        """Return who owned what after a block, None where that is no longer known."""
        return self._ledgers.get(block.hash)

    def observe(self, callback: Callable[[MinedBlock | SentTransaction], None]) -> None:
        """Have `callback` called with every transaction that is sent, and every block that is mined, from now on."""
        self._observers.append(callback)

    def send(self, transaction: SentTransaction) -> None:
        """Put a transaction into the pool; raise `RefusedTransactionError`."""
        self.pool.add(transaction, self.ledger)
        self._tell(transaction)

    def mine(self, time: int, left_out: Sequence[str] = ()) -> MinedBlock:
        """Add a block of what waits and pays, without the transactions `left_out`, by their hashes."""
        ledger = self.ledger.copy()
        outcomes: list[Outcome] = []
        for transaction in self.pool.by_fee(BASE_FEE):
            if len(outcomes) == self._capacity:
                break
            if transaction.hash not in left_out and ledger.can_take(transaction, BASE_FEE):
                outcomes.append(ledger.execute(transaction, BASE_FEE, self._miner, self.tokens))
        block = self._block(time, self.head.hash, tuple(outcomes))
        self._append(block, ledger)
        self.pool.forget_used(ledger)
        self._tell(block)
        return block

    def take_back(self, depth: int) -> tuple[MinedBlock, ...]:
        """Take back the newest `depth` blocks and return them, the newest first; what they had waits again.

        What is mined from now on has other hashes. A depth that isn't from 1 to `DEEPEST_REORGANISATION`, or is all of
        the chain, is a ValueError.
        """
        most = min(DEEPEST_REORGANISATION, len(self.blocks) - 1)
        if not 1 <= depth <= most:
            raise ValueError(f"depth must be from 1 to {most}, not {depth}")
        self._branches += 1
        taken = tuple(self.blocks.pop() for _ in range(depth))
        for block in reversed(taken):
            for outcome in block.outcomes:
                del self._places[outcome.hash]
                self.pool.put_back(outcome.transaction)
        return taken

    def _block(self, time: int, parent_hash: str, outcomes: tuple[Outcome, ...]) -> MinedBlock:
        number = self.head.number + 1 if self.blocks else 0
        content = (self._seed, self._branches, number, time, parent_hash, *(each.hash for each in outcomes))
        return MinedBlock(
            number=number,
            hash=f"0x{keccak('/'.join(map(str, content)).encode()).hex()}",
            parent_hash=parent_hash,
            time=time,
            base_fee=BASE_FEE,
            miner=self._miner,
            outcomes=outcomes,
        )

    def _append(self, block: MinedBlock, ledger: Ledger) -> None:
        self.blocks.append(block)
        self._known[block.hash] = block
        self._ledgers[block.hash] = ledger
        for index, outcome in enumerate(block.outcomes):
            self._places[outcome.hash] = Place(block, index)
        if len(self._ledgers) >= 2 * STATES_KEPT:
            newest = {kept.hash for kept in self.blocks[-STATES_KEPT:]}
            self._ledgers = {known: ledger for known, ledger in self._ledgers.items() if known in newest}
        if len(self.blocks) >= 2 * BLOCKS_KEPT:
            self._forget_old_blocks()

    def _forget_old_blocks(self) -> None:
        for block in self.blocks[:-BLOCKS_KEPT]:
            for outcome in block.outcomes:
                del self._places[outcome.hash]
        self.blocks = self.blocks[-BLOCKS_KEPT:]
        first = self.blocks[0].number
        self._known = {known: block for known, block in self._known.items() if block.number >= first}

    def _tell(self, happened: MinedBlock | SentTransaction) -> None:
        for callback in self._observers:
            callback(happened)

    def _first_ledger(self) -> Ledger:
        coins = dict.fromkeys(self.accounts, _COINS_AT_FIRST)
        tokens = {
            (token.address, account): _TOKENS_AT_FIRST * 10**token.decimals
            for token in self.tokens.values()
            for account in self.accounts
        }
        return Ledger(coins=coins, tokens=tokens, nonces={})


def generator(seed: int, *purpose: str | int) -> Random:
    """Return a generator of its own for `purpose`; the same seed and purpose give the same numbers on every machine."""
    return Random("/".join(map(str, (seed, *purpose))))  # noqa: S311 - a chain that nobody trusts money to


def _address(seed: int, kind: str, number: int) -> str:
    return f"0x{keccak(f'{seed}/{kind}/{number}'.encode()).hex()[-40:]}"


def _tokens(seed: int) -> tuple[Token, ...]:
    return (
        Token(address=_address(seed, "token", 0), name="Simulated Dollar", symbol="SUSD", decimals=6),
        Token(address=_address(seed, "token", 1), name="Simulated Gold", symbol="SGLD", decimals=18),
        Token(address=_address(seed, "token", 2), name="Old Token", symbol="OLD", decimals=0, is_old=True),
    )
