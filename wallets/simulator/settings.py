"""How a simulated chain and its node behave, beside seed and clock."""

import msgspec


class ChainSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a simulated chain and its node behave, beside seed and clock."""

    chain_id: int = 31337
    """The number of the chain; 31337 is what development nodes use, so that nobody takes it for another."""
    block_time: int = 12
    """Seconds between two blocks."""
    history: int = 80
    """So many blocks are there when it starts, with their transactions."""
    accounts: int = 20
    """So many addresses send to each other."""
    activity: int = 5
    """So many transactions are sent between two blocks, by chance fewer."""
    quiet_accounts: int = 0
    """So many of the first accounts take no part in that: they send to others, and are sent to, now and then only."""
    quiet_blocks: int = 12
    """Each time that so many blocks have come one of them does, by turns."""
    reorganisation_chance: float = 0.0
    """How likely a block takes one or two others back, from 0 to 1."""
    block_capacity: int = 300
    """So many transactions a block has at most."""
    tick_interval: float | None = 0.1
    """Seconds between looks at the clock; None where blocks come by `tick` alone."""
    control: bool = False
    """Whether `/simulator/…` answers. Whoever reaches the port can then move the chain."""
