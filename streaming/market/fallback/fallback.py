"""Serving simulated data while the exchange is away, and going back to it.

Between the two nothing is continued: simulated trades and candles are no one's predecessors, are stored nowhere, and
move no checkpoint. For what is real, the whole time is one interruption.
"""

import asyncio
from collections.abc import Callable, Collection
from random import Random

import structlog

from streaming.clock import Clock
from streaming.events import MarketUpdate
from streaming.events.system import ExchangeState
from streaming.market.bridge.exchange_reporter import ExchangeReporter
from streaming.market.bridge.settings import BridgeSettings
from streaming.market.fallback.exchange_gate import ExchangeGate
from streaming.market.fallback.real_values import RealValues
from streaming.market.fallback.stand_in import StandIn
from streaming.market.fallback.switching import FallbackSwitch, Switch
from streaming.market.upstream.upstream import Upstream
from streaming.topics.topic import Topic

logger = structlog.get_logger(__name__)

_BEGIN_AGAIN_SECONDS = 5.0
_BEGUN = "The exchange is away: simulated prices are served, from the last real ones on"
_ENDED = "The exchange is well again: its own prices are served, and what was missed of them is fetched"


class Fallback:
    """Watches the exchange, and lets a simulated market stand in for it, until cancelled.

    `publish` takes simulated events, and the states that are told at the end, marked stale; `changed` is called after
    each switch.
    """

    def __init__(
        self,
        exchange: BridgeSettings,
        *,
        upstream: Upstream,
        gate: ExchangeGate,
        reporter: ExchangeReporter,
        publish: Callable[[Topic, MarketUpdate], None],
        changed: Callable[[], None],
        clock: Clock,
        random: Random,
    ) -> None:
        self._limits = exchange.fallback
        self._is_allowed = exchange.may_fall_back
        self._upstream = upstream
        self._gate = gate
        self._reporter = reporter
        self._topics: Collection[Topic] = ()
        self._publish = publish
        self._changed = changed
        self._switch = FallbackSwitch(self._limits, clock)
        self._real = RealValues()
        self._stand_in = StandIn(exchange, self._real, self._publish_simulated, clock=clock, random=random)

    @property
    def is_simulated(self) -> bool:
        """True while simulated data is served."""
        return self._switch.is_simulated

    def want(self, topics: Collection[Topic]) -> None:
        """Serve these topics, whoever makes their data."""
        self._topics = topics
        self._real.keep(topics)

    def note(self, topic: Topic, event: MarketUpdate) -> None:
        """Note a real event that is published."""
        if self._is_allowed:
            self._real.note(topic, event)

    async def run(self) -> None:
        """Switch as the exchange goes and comes, until cancelled; at once over where it isn't allowed to."""
        try:
            while self._is_allowed:
                await self._look()
                await asyncio.sleep(self._limits.look)
        finally:
            await self._stand_in.stop()

    async def _look(self) -> None:
        match self._switch.look(is_well=self._upstream.is_well):
            case Switch.TO_SIMULATED:
                await self._begin()
            case Switch.TO_EXCHANGE:
                await self._end()
            case None if self.is_simulated:
                await self._stand_in.follow(self._topics)
            case None:
                pass

    async def _begin(self) -> None:
        try:
            await self._stand_in.start(self._topics)
        except Exception:
            logger.exception("no simulated market can stand in for the exchange")
            await self._stand_in.stop()
            await asyncio.sleep(_BEGIN_AGAIN_SECONDS)
            return
        self._switch.is_simulated = True
        self._gate.close()
        self._reporter.simulated(None, f"{_BEGUN} (away for over {self._limits.after:g} s)")
        self._changed()
        logger.warning("the exchange is away; simulated data stands in", symbols=len(self._stand_in.symbols))

    async def _end(self) -> None:
        await self._stand_in.stop()
        self._switch.is_simulated = False
        for topic, state in self._real.stale_states():
            self._publish(topic, state)
        self._gate.open()
        self._reporter.simulated(ExchangeState(self._upstream.state.value), _ENDED)
        self._changed()
        logger.warning("the exchange is back; simulated data has ended")

    def _publish_simulated(self, topic: Topic, event: MarketUpdate) -> None:
        if self.is_simulated:
            self._real.note_simulated(topic, event)
            self._publish(topic, event)
