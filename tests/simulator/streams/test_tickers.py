"""The streams of rolling windows are what the candles of the window add up to, of one symbol and of all that traded."""

from typing import Any

import msgspec
import pytest

from streaming.simulator.candles.candles import FIXED_LENGTHS, MINUTE, SECOND, merge
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.market.market import Market
from streaming.simulator.streams.streams import open_stream
from tests.exchange_rules.rules import rule

START = 1_795_003_200_000 + 59 * SECOND
QUIET = msgspec.structs.replace(INSTRUMENTS[1], trades_per_second=1e-9)


@pytest.fixture
def market() -> Market:
    market = Market(seed=9, start=START, instruments=(INSTRUMENTS[0], QUIET))
    list(market.open_each())
    return market


@rule("1.4.6")
@pytest.mark.parametrize("window", ["1h", "4h", "1d"])
def test_it_tells_each_second_what_a_window_held_that_opens_on_a_minute(market: Market, window: str) -> None:
    stream = open_stream(f"btcusdt@ticker_{window}", market)
    assert stream is not None
    symbol, times = market.symbols["BTCUSDT"], []
    for step in market.steps_until(START + 3 * SECOND):
        for event in stream.events(step):
            frame: Any = event(1)
            times.append(frame.event_time)
            assert frame.event == f"{window}Ticker"
            assert (frame.open_time, frame.close_time) == (
                (step.time - FIXED_LENGTHS[window]) // MINUTE * MINUTE,
                step.time,
            )
            held = merge(frame.open_time, symbol.candles.rows("1m", frame.open_time, None, 2000))
            text = symbol.instrument
            assert (frame.trades, frame.first_trade_id, frame.last_trade_id) == (
                held.trades, held.first_trade_id, held.last_trade_id,
            )  # fmt: skip
            assert (frame.open, frame.high, frame.low, frame.close) == tuple(
                text.price_text(price) for price in (held.open, held.high, held.low, held.close)
            )
            assert frame.change == text.price_text(held.close - held.open)
            assert frame.volume == text.quantity_text(held.volume)
    assert times == [START + second * SECOND for second in (1, 2, 3)]


@rule("1.4.6")
@pytest.mark.parametrize("window", ["1h", "4h", "1d"])
def test_it_gathers_the_windows_of_the_symbols_that_traded(market: Market, window: str) -> None:
    every, one = open_stream(f"!ticker_{window}@arr", market), open_stream(f"btcusdt@ticker_{window}", market)
    assert every is not None
    assert one is not None
    for step in market.steps_until(START + 3 * SECOND):
        arrays = [event(1000) for event in every.events(step)]
        singles = [event(1000) for event in one.events(step)]
        assert arrays == [[single] for single in singles]


@rule("1.4.11", "1.4.13")
@pytest.mark.parametrize(
    "name",
    [
        "btcusdt@ticker_2h", "!ticker_2h@arr", "!ticker@arr", "!bookTicker",
        "btcusdt@blockTrade", "btcusdt@referencePrice",
    ],
)  # fmt: skip
def test_it_has_no_such_stream(market: Market, name: str) -> None:
    assert open_stream(name, market) is None
