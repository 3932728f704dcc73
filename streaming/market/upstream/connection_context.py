"""What all sockets of an upstream share."""

from random import Random
from typing import NamedTuple

from streaming.clock import Clock
from streaming.market.sources.source import MarketSource
from streaming.market.upstream.callbacks import Callbacks
from streaming.market.upstream.connect_budget import ConnectBudget
from streaming.market.upstream.counts import UpstreamCounts
from streaming.market.upstream.limits import ConnectionLimits
from streaming.market.upstream.reconnecting import Reconnecting
from streaming.market.upstream.stream_history import StreamHistory


class ConnectionContext(NamedTuple):
    """`addresses` are base addresses in order of preference."""

    source: MarketSource
    addresses: tuple[str, ...]
    callbacks: Callbacks
    budget: ConnectBudget
    history: StreamHistory
    counts: UpstreamCounts
    limits: ConnectionLimits
    clock: Clock
    random: Random

    def attempts(self, start: str = "") -> Reconnecting:
        """Return fresh attempts, the first of them to `start`, or to the preferred address."""
        limits = self.limits.reconnect
        return Reconnecting(self.addresses, limits=limits, clock=self.clock, random=self.random, start=start)
