"""What comes of the exchange is measured by when it was sent, and by nothing that was long before."""

from streaming.events import Source
from streaming.market.bridge.exchange_time import ExchangeTime
from streaming.market.bridge.ingestion import Ingestion
from streaming.market.gaps.continuity import Continuity
from streaming.market.gaps.limits import GapLimits
from streaming.market.sources.coinbase.interpreter import CoinbaseInterpreter
from streaming.market.sources.coinbase.session import CoinbaseSession
from streaming.market.sources.discovery import source_of
from streaming.market.sources.source import DuplicateLimits
from tests.manual_clock import ManualClock
from tests.market.sources.coinbase import coinbase_frames as frames

_QUIET = 50 * 60


def test_the_first_ticker_of_a_quiet_market_moves_neither_the_exchange_s_clock_nor_the_lag() -> None:
    clock = ManualClock(frames.MINUTE_MS + _QUIET * 1000 + 40)
    time = ExchangeTime(clock)
    continuity = Continuity(
        lambda _topic, _event: None,
        lambda _interruption: None,
        exchange=source_of(Source.COINBASE),
        source=Source.COINBASE,
        limits=GapLimits(),
        exchange_time=time,
        clock=clock,
    )
    interpreter = CoinbaseInterpreter(Source.COINBASE, limits=DuplicateLimits())
    ingestion = Ingestion(interpreter, continuity, exchange_time=time, clock=clock)
    session = CoinbaseSession()
    for frame in (frames.heartbeat(7, _QUIET), frames.ticker(0.0)):
        for received in session.read(frame.encode()):
            ingestion.take(received)
    assert time.now_ms() == frames.MINUTE_MS + _QUIET * 1000
    assert (ingestion.metrics.lag_ms, ingestion.lag_of) == (40, {"BTC-USD@heartbeat": 40})
