"""How the chain grows as time passes: a block each block time, what people do in between, and now and then a fork."""

from wallets.simulator.chain.activity import Activity
from wallets.simulator.chain.chain import SimulatedChain, generator
from wallets.simulator.chain.transactions import MinedBlock
from wallets.simulator.settings import ChainSettings

_DEEPEST_BY_CHANCE = 2
_MOST_AT_ONCE = 50


class Growth:
    """Lets a chain grow up to a time; `is_paused` holds it, and what is asked for by name still happens."""

    def __init__(self, seed: int, settings: ChainSettings, now: int) -> None:
        self._settings = settings
        self.chain = SimulatedChain(seed, settings, now - settings.history * settings.block_time)
        self._activity = Activity(seed, self.chain, settings)
        self._random = generator(seed, "forks")
        self.is_paused = False
        for _ in range(settings.history):
            self._go_on()

    def grow_until(self, now: int) -> None:
        """Mine the blocks that are due at `now`, in seconds since the epoch; of many, some later."""
        for _ in range(_MOST_AT_ONCE):
            if self.is_paused or self.chain.head.time + self._settings.block_time > now:
                return
            self._go_on()

    def mine(self) -> MinedBlock:
        """Mine a block now, one block time after the last."""
        return self.chain.mine(self.chain.head.time + self._settings.block_time)

    def reorganise(self, depth: int, length: int, *, drops: bool = False) -> tuple[MinedBlock, ...]:
        """Put `length` blocks in place of the newest `depth`, and return those that were taken back, the newest first.

        What these had is mined again in the last of the new ones, or, where the fork `drops` it, is forgotten. Raise
        ValueError where the depth or length (from 0 to depth + 100) can't be.
        """
        if not 0 <= length <= depth + 100:
            raise ValueError(f"length must be from 0 to {depth + 100}, not {length}")
        taken = self.chain.take_back(depth)
        hashes = [outcome.hash for block in taken for outcome in block.outcomes]
        for transaction_hash in hashes if drops else ():
            self.chain.pool.drop(transaction_hash)
        for left in range(length, 0, -1):
            self.chain.mine(self.chain.head.time + self._settings.block_time, hashes if left > 1 else ())
        return taken

    def _go_on(self) -> None:
        if self._random.random() < self._settings.reorganisation_chance and len(self.chain.blocks) > _DEEPEST_BY_CHANCE:
            depth = self._random.randint(1, _DEEPEST_BY_CHANCE)
            self.reorganise(depth, depth + 1)
        else:
            self.mine()
        self._activity.go_on()
