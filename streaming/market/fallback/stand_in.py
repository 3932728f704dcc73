"""The simulated exchange that stands in: run beside the bridge, and read over its real socket as any other is."""

import asyncio
from collections.abc import Callable, Collection
from decimal import Decimal
from random import Random
from typing import Protocol

import msgspec
import structlog
from channels.db import database_sync_to_async
from django.utils.module_loading import import_string

from streaming.clock import Clock
from streaming.database.errors import AnyDatabaseError
from streaming.events import MarketUpdate, Source
from streaming.market.bridge.settings import BridgeSettings
from streaming.market.fallback.opening_prices import OpeningPrice, opening_prices
from streaming.market.fallback.real_values import RealValues
from streaming.market.sources.discovery import source_of
from streaming.market.sources.messages import Received
from streaming.market.sources.source import streams_for
from streaming.market.upstream.limits import ConnectionLimits
from streaming.market.upstream.upstream import Upstream
from streaming.topics.topic import Topic

logger = structlog.get_logger(__name__)

_SEARCH_AGAIN_SECONDS = 10.0


class StandInMarket(Protocol):
    """Who makes simulated data: an exchange of Binance's wire on a loopback socket. The setting names its class.

    It is made with the clock by which it lives.
    """

    @property
    def stream_url(self) -> str:
        """The base address of its streams."""

    async def start(self) -> None:
        """Listen; raise OSError where it can't."""

    async def stop(self) -> None:
        """End all connections, and listen no more."""

    async def list_symbol(
        self, *, symbol: str, base: str, quote: str, price: Decimal, tick: Decimal, step: Decimal
    ) -> None:
        """Let a symbol trade from `price` on, in whole ticks and steps; one that is listed already goes on."""


class StandIn:
    """Serves topics from a simulated market, from `start` to `stop`; it may be started again, with newer prices.

    `publish` is called with each simulated event of a topic that is followed.
    """

    def __init__(
        self,
        exchange: BridgeSettings,
        real: RealValues,
        publish: Callable[[Topic, MarketUpdate], None],
        *,
        clock: Clock,
        random: Random,
    ) -> None:
        self._exchange = exchange
        self._real = real
        self._publish = publish
        self._clock = clock
        self._random = random
        self._source = source_of(Source.SIMULATOR)
        self._market: StandInMarket | None = None
        self._upstream: Upstream | None = None
        self._reading: asyncio.Task[None] | None = None
        self._listed: set[str] = set()
        self._topics: frozenset[Topic] = frozenset()
        self._search_at = 0.0

    @property
    def symbols(self) -> frozenset[str]:
        """The symbols that trade on it."""
        return frozenset(self._listed)

    async def start(self, topics: Collection[Topic]) -> None:
        """Begin to serve topics; raise what stands in the way, and then nothing has begun."""
        market: StandInMarket = import_string(self._exchange.fallback.market)(self._clock)
        await market.start()
        self._market, self._listed, self._search_at = market, set(), 0.0
        self._interpreter = self._source.interpreter(
            Source.SIMULATOR, overview_symbols=(), limits=self._exchange.duplicates, clock=self._clock
        )
        self._upstream = self._new_upstream(market.stream_url)
        self._reading = asyncio.create_task(self._upstream.run())
        await self.follow(topics)

    async def follow(self, topics: Collection[Topic]) -> None:
        """Serve these topics from now on, those whose symbols have a price to start from."""
        if self._upstream is None:
            return
        await self._list({topic.symbol for topic in topics} - {""})
        self._topics = frozenset(topic for topic in topics if topic.symbol in self._listed)
        streams = streams_for(self._source, self._topics)
        self._interpreter.keep(streams)
        self._upstream.want(streams)

    async def stop(self) -> None:
        """End everything; it may be called twice."""
        reading, self._reading, self._upstream = self._reading, None, None
        market, self._market = self._market, None
        if reading is not None:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        if market is not None:
            await market.stop()

    async def _list(self, symbols: set[str]) -> None:
        unlisted = symbols - self._listed
        known = {symbol: price for symbol in unlisted if (price := self._real.price_of(symbol)) is not None}
        is_due = self._clock.monotonic() >= self._search_at
        if self._market is None or not (known or (unlisted and is_due)):
            return
        self._search_at = self._clock.monotonic() + _SEARCH_AGAIN_SECONDS
        for opening in (await self._openings(unlisted, known)).values():
            await self._market.list_symbol(
                symbol=opening.symbol,
                base=opening.base,
                quote=opening.quote,
                price=opening.price,
                tick=opening.tick,
                step=opening.step,
            )
            self._listed.add(opening.symbol)
        if silent := unlisted - self._listed:
            logger.warning("symbols without a known price are not simulated", symbols=sorted(silent))

    async def _openings(self, symbols: set[str], known: dict[str, Decimal]) -> dict[str, OpeningPrice]:
        try:
            return await database_sync_to_async(opening_prices)(symbols, known, source=self._exchange.source)
        except AnyDatabaseError as error:
            logger.warning("the database doesn't say what symbols there are to simulate", reason=repr(error))
            return {}

    def _take(self, received: Received) -> None:
        for topic, event in self._interpreter.events_of(received, received_at=self._clock.now_ms()):
            if topic in self._topics:
                self._publish(topic, event)

    def _new_upstream(self, address: str) -> Upstream:
        return Upstream(
            self._source,
            (address,),
            self._take,
            lambda: None,
            lambda _: None,
            interrupted=lambda streams, _: self._interpreter.interrupted(streams),
            restored=lambda _: None,
            limits=_without_canary(self._exchange.connection),
            clock=self._clock,
            random=self._random,
        )


def _without_canary(limits: ConnectionLimits) -> ConnectionLimits:
    """Return limits by which only what is served is subscribed.

    A canary would be subscribed before its symbol is listed, and what isn't listed is silent for ever.
    """
    return msgspec.structs.replace(limits, silence=msgspec.structs.replace(limits.silence, canary=""))
