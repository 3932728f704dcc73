"""The simulated exchanges of a run: in the process that judges, so that what was made is known exactly and at once.

Kraken and Coinbase follow the market of the first one, which is the deployment's own.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from random import Random

import msgspec

from streaming.simulator.candles.candles import SECOND
from streaming.simulator.coinbase.exchange import SimulatedCoinbase
from streaming.simulator.faults.faults import AT_ONCE, Fault, FaultKind
from streaming.simulator.kraken.exchange import SimulatedKraken
from streaming.simulator.market.instruments import INSTRUMENTS, Instrument
from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from tests.soak.deployment.schedule import Episode, FurtherAct
from tests.soak.judging.truth import INTERVALS, Truth
from tests.soak.judging.types import Feed, FeedKind

SYMBOLS = ("BTCUSDT", "ETHUSDT", "DOGEUSDT")
CANARY = "btcusdt@ticker"
"""The stream that the bridge always holds."""
PAST_MS = 1_200_000
"""Twice as far back as a bridge goes that doesn't know where its predecessor stopped."""

_FURTHER_FAULTS = {
    FurtherAct.CUT: (FaultKind.CUT,),
    FurtherAct.FREEZE: (FaultKind.FREEZE,),
    FurtherAct.LOSE: (FaultKind.LOSE,),
    FurtherAct.REFUSE: (FaultKind.REFUSE_STREAMS, FaultKind.CUT),
}


class MarketPlace:
    """The exchanges, what the first one made, and what goes wrong with it."""

    def __init__(
        self, exchange: SimulatedExchange, truth: Truth, kraken: SimulatedKraken, coinbase: SimulatedCoinbase
    ) -> None:
        self.exchange = exchange
        self.kraken = kraken
        self.coinbase = coinbase
        self.truth = truth
        self._on: list[FaultKind] = []

    @property
    def stream_urls(self) -> tuple[str, ...]:
        """Two names of the same address, so that there is another base to go to."""
        return self.exchange.stream_url, f"ws://localhost:{self.exchange.port}"

    async def begin(self, episode: Episode, random: Random) -> None:
        """Let the episode's faults happen."""
        streams = self._some_streams(episode.streams, random)
        for fault in episode.faults:
            await self._inject(fault, streams if fault.kind is episode.act else ())

    @property
    def environment(self) -> Mapping[str, str]:
        """The settings by which the deployment finds them."""
        return {
            "EXCHANGE_SOURCE": "simulator",
            "EXCHANGE_REST_URL": self.exchange.rest_url,
            "EXCHANGE_STREAM_URLS": ",".join(self.stream_urls),
            "EXCHANGE_REST_FALLBACK_URLS": "",
        }

    @property
    def further_environment(self) -> Mapping[str, str]:
        """The settings by which it finds the further markets."""
        return {
            "EXCHANGE_FURTHER_SOURCES": "kraken,coinbase",
            "KRAKEN_EXCHANGE_REST_URL": self.kraken.rest_url,
            "KRAKEN_EXCHANGE_STREAM_URLS": self.kraken.feed_url,
            "COINBASE_EXCHANGE_REST_URL": self.coinbase.rest_url,
            "COINBASE_EXCHANGE_STREAM_URLS": self.coinbase.feed_url,
        }

    async def begin_further(self, act: FurtherAct, seconds: float) -> None:
        """Let it befall the further markets."""
        for kind in _FURTHER_FAULTS.get(act, ()):
            for exchange in (self.kraken, self.coinbase):
                await exchange.inject(Fault(kind=kind, seconds=None if kind in AT_ONCE else seconds, status=503))

    def end(self) -> None:
        """End whatever is still on."""
        for exchange in (self.kraken, self.coinbase):
            for fault in exchange.active_faults:
                exchange.end_fault(fault.kind)
        for kind in self._on:
            self.exchange.end_fault(kind)
        self._on.clear()

    async def _inject(self, fault: Fault, streams: tuple[str, ...]) -> None:
        self._on.append(fault.kind)
        await self.exchange.inject(msgspec.structs.replace(fault, streams=streams))

    def _some_streams(self, count: int, random: Random) -> tuple[str, ...]:
        candidates = sorted(name for name in self.exchange.subscribed_streams() if "@trade" in name or "@kline" in name)
        return tuple(random.sample(candidates, min(count, len(candidates))))


@asynccontextmanager
async def market_place(seed: int) -> AsyncIterator[MarketPlace]:
    """Run the exchange."""
    instruments: tuple[Instrument, ...] = tuple(one for one in INSTRUMENTS if one.symbol in SYMBOLS)
    exchange = SimulatedExchange(seed=seed, settings=ExchangeSettings(instruments=instruments))
    truth = Truth(instruments)
    exchange.observe(truth.take)
    await exchange.start()
    _take_past_candles(exchange, truth)
    kraken, coinbase = SimulatedKraken(exchange), SimulatedCoinbase(exchange)
    try:
        await kraken.start()
        await coinbase.start()
        yield MarketPlace(exchange, truth, kraken, coinbase)
    finally:
        await kraken.stop()
        await coinbase.stop()
        await exchange.stop()


def _take_past_candles(exchange: SimulatedExchange, truth: Truth) -> None:
    for symbol in SYMBOLS:
        store = exchange.market.symbols[symbol].candles
        for interval in INTERVALS:
            *closed, _running = store.rows(interval, exchange.market.time - PAST_MS, None, PAST_MS // SECOND)
            known = truth[Feed(FeedKind.CANDLES, symbol, interval)]
            truth.take_past_candles(symbol, interval, [one for one in closed if known.get(one.open_time) is None])
