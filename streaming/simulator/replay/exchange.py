"""An exchange that plays a recorded session, byte for byte, instead of a market of its own."""

import asyncio

import msgspec

from streaming.clock import Clock
from streaming.simulator.faults.faults import FaultKind
from streaming.simulator.market.market import Market
from streaming.simulator.replay.recording import SHUTDOWN_STREAM, Playback, RecordedFrame, Recording
from streaming.simulator.rest.api import RestApi
from streaming.simulator.rest.exchange_info import listed_symbol
from streaming.simulator.rest.listing import Listing
from streaming.simulator.rest.parameters import Parameters
from streaming.simulator.rest.weights import RequestWeights
from streaming.simulator.server import SimulatedExchange
from streaming.simulator.settings import ExchangeSettings

AS_FAST_AS_POSSIBLE = float("inf")
_QUOTES = ("USDT", "USDC", "BUSD", "FDUSD", "TUSD", "USD", "BTC", "ETH", "BNB", "EUR", "TRY", "BRL", "GBP")
_FLUSHED_BYTES = 1 << 16
PLAYBACK_INTERVAL = 0.02
"""Seconds between looks at what is due."""


class ReplayExchange(SimulatedExchange):
    """Plays a recording to whoever listens; it has no market, but lists the symbols of the recording as trading.

    A playing begins `wait` seconds after somebody has subscribed to one of the streams, and ends with the recording or
    as soon as nobody listens; then the next subscriber has it from the beginning. Where `wait` is None it begins with
    `play` alone. Readers that are slow delay it for all, so that a fast one loses nothing.

    With a `settings.tick_interval` of None it goes on by `tick` alone, at the clock's time.
    """

    def __init__(
        self,
        recording: Recording,
        *,
        speed: float = 1.0,
        wait: float | None = 1.0,
        clock: Clock | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        settings: ExchangeSettings | None = None,
    ) -> None:
        settings = settings or ExchangeSettings(tick_interval=PLAYBACK_INTERVAL)
        listed = tuple(_listed(symbol) for symbol in recording.symbols())
        settings = msgspec.structs.replace(settings, speed=1.0, instruments=(), halted=(), listed=listed)
        super().__init__(clock=clock, host=host, port=port, settings=settings)
        self.recording = recording
        self.speed = speed
        self._wait = wait
        self._begins_at: float | None = None
        self._playback: Playback | None = None
        self._playing = asyncio.Lock()
        weights = RequestWeights(settings.weight_limit, settings.bans)
        self._rest = _ReplayRest(self.market, self.clock, weights, Listing(self.market, (), listed), self)

    @property
    def position(self) -> int:
        """How many frames of the recording were played, since it began the last time."""
        return self._playback.position if self._playback else 0

    @property
    def is_over(self) -> bool:
        """Whether all frames were played."""
        return self._playback is not None and self._playback.is_over

    def play(self) -> None:
        """Begin from the beginning, now."""
        self._playback = Playback(self.recording, self.speed, self.clock.monotonic())

    async def tick(self) -> None:
        """Play the frames that are due."""
        await super().tick()
        async with self._playing:
            if self._wait is not None:
                self._begin_or_end(self.clock.monotonic(), self._wait)
            if self._playback is not None:
                await self._send_due(self._playback)

    def _begin_or_end(self, now: float, wait: float) -> None:
        if not self.subscribed_streams() & self.recording.streams:
            self._begins_at = self._playback = None
        elif self._begins_at is None:
            self._begins_at = now + wait
        if self._begins_at is not None and self._playback is None and now >= self._begins_at:
            self.play()

    async def _send_due(self, playback: Playback) -> None:
        """Send until nothing is due, or a reader is behind; then go on with the next tick."""
        delivered = 0
        while not self._has_slow_reader() and (frame := playback.take(self.clock.monotonic())):
            self._deliver(frame)
            delivered += len(frame.combined)
            if delivered > _FLUSHED_BYTES:
                self._flush()
                await asyncio.sleep(0)
                delivered = 0
        self._flush()

    def _deliver(self, frame: RecordedFrame) -> None:
        if self._faults.get(FaultKind.STALL) or self._faults.concern(FaultKind.SILENCE, frame.stream):
            return
        for connection in self.connections:
            if frame.stream == SHUTDOWN_STREAM or frame.stream in connection.stream_names:
                connection.deliver(frame.combined if connection.combined else frame.plain)

    def _has_slow_reader(self) -> bool:
        most = self.settings.limits.unsent_bytes // 2
        return any(connection.transport.get_write_buffer_size() > most for connection in self.connections)


class _ReplayRest(RestApi):
    """REST with the recorded snapshots in place of books."""

    def __init__(
        self, market: Market, clock: Clock, weights: RequestWeights, listing: Listing, exchange: ReplayExchange
    ) -> None:
        super().__init__(market, clock, weights, listing)
        self._exchange = exchange

    async def _depth(self, parameters: Parameters, scale: int) -> object:
        symbol, limit = parameters.required_symbol(), parameters.limit(100, 5000)
        snapshot = self._exchange.recording.snapshot(symbol, limit, self._exchange.position)
        if snapshot is None:
            return await super()._depth(parameters, scale)
        parameters.finish()
        self._weigh_depth(limit)
        return msgspec.Raw(snapshot.body)


def _listed(symbol: str) -> dict[str, object]:
    """Return the row of a symbol; what is its quote asset is told by its end."""
    quote = next((quote for quote in _QUOTES if symbol.endswith(quote) and symbol != quote), "")
    return listed_symbol(symbol.removesuffix(quote), quote)
