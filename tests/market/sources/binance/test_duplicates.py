"""A state that two sockets say at the same time is told once; an exchange that begins anew is believed."""

from typing import Any

import msgspec
import pytest

from streaming.market.sources.binance.duplicates import DuplicateFilter
from streaming.market.sources.binance.stream_parser import parse_frame
from streaming.market.sources.messages import Received
from streaming.market.sources.source import DuplicateLimits
from tests.manual_clock import ManualClock
from tests.market import frames


def received(stream: str, data: dict[str, Any]) -> Received:
    """Return a message as the socket's reader hands it on."""
    return parse_frame(msgspec.json.encode({"stream": stream, "data": data}))


@pytest.fixture
def guard(clock: ManualClock) -> DuplicateFilter:
    """Return a guard that has seen nothing."""
    return DuplicateFilter(DuplicateLimits(), clock)


def trade(trade_id: int, *, time: int = frames.NOW) -> Received:
    """Return a trade."""
    return received("btcusdt@trade", {**frames.trade(trade_id=trade_id), "T": time})


def kline(open_time: int, *, event_time: int, final: bool = False) -> Received:
    """Return a candle."""
    return received("btcusdt@kline_1m", {**frames.kline(open_time=open_time, final=final), "E": event_time})


def depth(number: int) -> Received:
    """Return a book."""
    return received("btcusdt@depth10@100ms", {**frames.partial_depth(), "lastUpdateId": number})


def book(number: int) -> Received:
    """Return a best bid and ask."""
    return received("btcusdt@bookTicker", {"u": number, "s": "BTCUSDT", "b": "1", "B": "1", "a": "2", "A": "1"})


def ticker(time: int) -> Received:
    """Return a ticker."""
    return received("btcusdt@ticker", frames.ticker(time=time))


class TestDoubles:
    """Each kind by its own identity."""

    @pytest.mark.parametrize("message", [depth, book, ticker])
    def test_it_admits_each_number_once_and_none_that_is_older(self, guard: DuplicateFilter, message: Any) -> None:
        assert [guard.admits(message(number)) for number in (5, 5, 6, 5, 6, 7)] == [
            True, False, True, False, False, True,
        ]  # fmt: skip
        assert guard.doubles == 3

    def test_it_tells_streams_apart(self, guard: DuplicateFilter) -> None:
        other = received("ethusdt@depth10@100ms", {**frames.partial_depth(), "lastUpdateId": 5})
        assert guard.admits(depth(5))
        assert guard.admits(other)

    def test_it_admits_a_final_candle_whenever_sent_and_no_open_one_of_before(self, guard: DuplicateFilter) -> None:
        assert guard.admits(kline(0, event_time=58_000))
        assert not guard.admits(kline(0, event_time=58_000))
        assert guard.admits(kline(60_000, event_time=60_500))
        assert guard.admits(kline(0, event_time=60_004, final=True))
        assert not guard.admits(kline(0, event_time=59_000))
        assert guard.admits(kline(60_000, event_time=62_000))

    def test_it_leaves_trades_and_closed_candles_to_those_who_know_their_gaps(self, guard: DuplicateFilter) -> None:
        for message in (trade(5), kline(0, event_time=60_004, final=True)):
            assert guard.admits(message)
            assert guard.admits(message)
        assert guard.doubles == 0

    def test_it_admits_what_has_no_identity(self, guard: DuplicateFilter) -> None:
        overview = parse_frame(
            msgspec.json.encode(
                {"stream": "!miniTicker@arr", "data": [frames.mini_ticker("A", price="2", open_price="1")]}
            )
        )
        assert guard.admits(overview)
        assert guard.admits(overview)


class TestAnew:
    """An exchange that begins its numbering or its clock again is not silenced."""

    @pytest.mark.parametrize("message", [depth, book])
    def test_it_believes_a_low_book_after_a_while_and_after_an_interruption(
        self, guard: DuplicateFilter, clock: ManualClock, message: Any
    ) -> None:
        assert guard.admits(message(1000))
        clock.advance(4.9)
        assert not guard.admits(message(1))
        clock.advance(0.2)
        assert guard.admits(message(1))
        assert guard.admits(message(2))
        guard.interrupted([message(1).stream])
        assert guard.admits(message(1))

    def test_it_believes_a_clock_that_goes_back_by_a_lot(self, guard: DuplicateFilter) -> None:
        assert guard.admits(ticker(frames.NOW))
        assert not guard.admits(ticker(frames.NOW - 60_000))
        assert guard.admits(ticker(frames.NOW - 60_001))
        assert guard.admits(ticker(frames.NOW - 59_000))

    def test_it_believes_what_comes_after_an_interruption(self, guard: DuplicateFilter) -> None:
        assert guard.admits(ticker(frames.NOW))
        guard.interrupted([ticker(frames.NOW).stream])
        assert guard.admits(ticker(frames.NOW - 5_000))

    def test_it_forgets_streams_that_nobody_wants(self, guard: DuplicateFilter) -> None:
        assert guard.admits(ticker(frames.NOW))
        guard.keep(["ethusdt@ticker"])
        assert guard.admits(ticker(frames.NOW))
