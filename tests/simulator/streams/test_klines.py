"""The streams of candles, of UTC and of UTC+8: when they send, and that each candle is sent closed once."""

from typing import Any

import msgspec
import pytest

from streaming.simulator.candles.candles import DAY, HOUR, MINUTE, SECOND
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.market.market import Market
from streaming.simulator.streams.streams import open_stream
from tests.exchange_rules.rules import rule

BEFORE_MIDNIGHT_IN_BEIJING = 1_795_003_200_000 + 4 * HOUR - 3 * SECOND
"""2026-11-18T15:59:57Z."""
BUSY, QUIET = INSTRUMENTS[0], msgspec.structs.replace(INSTRUMENTS[0], trades_per_second=1e-9)


def sent(name: str, start: int, seconds: float, instrument: Any = BUSY) -> list[Any]:
    """Return what a stream sends from `start` on, in order."""
    market = Market(seed=3, start=start, instruments=(instrument,))
    list(market.open_each())
    stream = open_stream(name, market)
    assert stream is not None
    steps = market.steps_until(start + round(seconds * SECOND))
    return [event(1) for step in steps for event in stream.events(step)]


@rule("1.4.16")
@pytest.mark.parametrize(("interval", "length"), [("12h", DAY // 2), ("1d", DAY), ("1h", HOUR)])
def test_it_opens_and_closes_candles_by_the_clock_of_utc_8(interval: str, length: int) -> None:
    frames = sent(f"btcusdt@kline_{interval}@+08:00", BEFORE_MIDNIGHT_IN_BEIJING, 9)
    midnight = BEFORE_MIDNIGHT_IN_BEIJING + 3 * SECOND
    [closed] = [frame for frame in frames if frame.bar.closed]
    assert (closed.event_time, closed.bar.open_time, closed.bar.close_time) == (
        midnight,
        midnight - length,
        midnight - 1,
    )
    after = frames[frames.index(closed) + 1 :]
    assert [frame.bar.open_time for frame in after] == [midnight] * 3
    assert after[0].bar.first_trade_id == closed.bar.last_trade_id + 1
    assert {frame.bar.interval for frame in frames} == {interval}


def test_it_has_no_other_time_zone() -> None:
    market = Market(seed=3, start=BEFORE_MIDNIGHT_IN_BEIJING, instruments=(BUSY,))
    list(market.open_each())
    for name in ("btcusdt@kline_1d@+01:00", "btcusdt@kline_1d@", "btcusdt@kline_@+08:00", "btcusdt@trade@+08:00"):
        assert open_stream(name, market) is None


@rule("1.4.15")
@pytest.mark.parametrize("interval", ["1m", "1d"])
def test_it_sends_a_candle_without_trades_once_open_and_once_closed(interval: str) -> None:
    length = {"1m": MINUTE, "1d": DAY}[interval]
    midnight = BEFORE_MIDNIGHT_IN_BEIJING + 3 * SECOND + 8 * HOUR
    frames = sent(f"btcusdt@kline_{interval}", midnight - 1 * SECOND, 70, QUIET)
    of_old = [frame for frame in frames if frame.bar.open_time == midnight - length]
    of_new = [frame for frame in frames if frame.bar.open_time == midnight]
    assert [(frame.event_time - midnight, frame.bar.closed) for frame in of_old][-1] == (0, True)
    expected = [(2 * SECOND, False)] + ([(MINUTE, True)] if interval == "1m" else [])
    assert [(frame.event_time - midnight, frame.bar.closed) for frame in of_new] == expected
    for frame in of_new:
        bar = frame.bar
        assert (bar.trades, bar.first_trade_id, bar.last_trade_id, bar.volume) == (0, -1, -1, "0.00000000")
        assert bar.open == bar.high == bar.low == bar.close


def test_it_sends_seconds_closed_only() -> None:
    frames = sent("btcusdt@kline_1s", BEFORE_MIDNIGHT_IN_BEIJING, 5, QUIET)
    assert [frame.bar.closed for frame in frames] == [True] * 5
