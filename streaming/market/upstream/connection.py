"""The former name of the upstream, until its users have moved on."""

from collections.abc import Callable
from random import Random

from streaming.clock import Clock
from streaming.market.messages import Received
from streaming.market.upstream.limits import ConnectionLimits
from streaming.market.upstream.news import ConnectionNews, ConnectionState
from streaming.market.upstream.upstream import Upstream

__all__ = ["ConnectionLimits", "ConnectionNews", "ConnectionState", "ExchangeConnection"]


class ExchangeConnection(Upstream):
    """An upstream whose interruptions nobody hears of."""

    def __init__(
        self,
        addresses: tuple[str, ...],
        handle: Callable[[Received], None],
        observe: Callable[[], None],
        tell: Callable[[ConnectionNews], None] = lambda _: None,
        *,
        limits: ConnectionLimits,
        clock: Clock,
        random: Random,
    ) -> None:
        super().__init__(
            addresses,
            handle,
            observe,
            tell,
            interrupted=lambda streams, reason: None,
            restored=lambda streams: None,
            limits=limits,
            clock=clock,
            random=random,
        )
