"""Kraken's messages as our events: with all digits, none twice, and candles that close though nothing says so."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from streaming import events
from streaming.clock import SystemClock
from streaming.events import MarketUpdate, Source
from streaming.market.sources.kraken.interpreter import KrakenInterpreter
from streaming.market.sources.kraken.session import KrakenSession
from streaming.market.sources.source import DuplicateLimits
from tests.exchange_rules.rules import rule
from tests.market.sources.kraken import kraken_frames as frames

HOUR = 1_783_465_200_000
"""2026-07-07 23:00 UTC."""
LATE = HOUR + 3_600_000

Tell = Callable[..., list[MarketUpdate]]


@pytest.fixture
def interpreter() -> KrakenInterpreter:
    """Return what makes events of all that connections say."""
    return KrakenInterpreter(Source.KRAKEN, limits=DuplicateLimits(), clock=SystemClock())


@pytest.fixture
def tell(interpreter: KrakenInterpreter) -> Tell:
    """Return what returns the events of a frame."""
    session = KrakenSession()

    def told(frame: str, *, received_at: int = LATE) -> list[MarketUpdate]:
        found = [
            addressed
            for received in session.read(frame.encode())
            for addressed in interpreter.events_of(received, received_at=received_at)
        ]
        assert all(topic.symbol == event.symbol for topic, event in found)
        return [event for _, event in found]

    return told


def candles_of(told: list[MarketUpdate]) -> list[tuple[int, bool, int, str]]:
    """Return minute, whether it is final, trades and close of each candle."""
    return [
        ((one.open_time - HOUR) // 60_000, one.is_final, one.trades, str(one.close))
        for one in told
        if isinstance(one, events.Candle)
    ]


@rule("K.11")
def test_a_ticker_is_a_price_and_a_ticker_whose_open_is_the_price_less_the_change(tell: Tell) -> None:
    price, ticker = tell(frames.ticker(1.5))
    assert isinstance(price, events.Price)
    assert isinstance(ticker, events.Ticker)
    assert (price.source, price.symbol, price.time) == (Source.KRAKEN, "BTC/USD", HOUR + 1500)
    assert (str(ticker.price), str(ticker.open), str(ticker.change)) == ("45284.10", "45000.00", "284.10")
    assert ticker.change_percent == Decimal("0.631")
    assert (ticker.previous_close, ticker.quote_volume) == (None, Decimal(472_500))


def test_of_a_pair_that_never_traded_nothing_is_told(tell: Tell) -> None:
    assert not tell(frames.ticker(last="0"))


@rule("K.11")
def test_trades_keep_their_digits_and_the_takers_side(tell: Tell) -> None:
    (told,) = tell(frames.trades(5, 6))
    assert isinstance(told, events.Trades)
    assert [(trade.trade_id, str(trade.quantity), trade.side.value) for trade in told.trades] == [
        (5, "0.00004130", "sell"),
        (6, "0.00004130", "sell"),
    ]


@rule("K.11")
def test_states_are_told_once_and_never_older_ones(tell: Tell, interpreter: KrakenInterpreter) -> None:
    assert len(tell(frames.ticker(2))) == 2
    assert not tell(frames.ticker(2))
    assert not tell(frames.ticker(1, last="45284.20"))
    assert len(tell(frames.book(2))) == 1
    assert not tell(frames.book(2))
    assert interpreter.doubles == 3
    interpreter.interrupted(["BTC/USD@ticker"])
    assert len(tell(frames.ticker(1))) == 2


def test_what_a_snapshot_says_as_the_change_before_it_did_is_told_once(
    tell: Tell, interpreter: KrakenInterpreter
) -> None:
    assert tell(frames.ticker(1.0))
    assert not tell(frames.ticker(1.0, kind="snapshot"))
    assert interpreter.doubles == 1


def test_what_is_wanted_no_more_is_forgotten(tell: Tell, interpreter: KrakenInterpreter) -> None:
    tell(frames.ticker(2))
    interpreter.keep([])
    assert len(tell(frames.ticker(2))) == 2


@rule("K.12")
def test_of_a_snapshot_the_running_candle_is_told(tell: Tell) -> None:
    frame = frames.candles(frames.candle(3), frames.candle(4), sent="04:30", kind="snapshot")
    assert candles_of(tell(frame)) == [(4, False, 1, "45284.1")]


@rule("K.12")
def test_a_last_candle_that_is_long_over_is_not_the_running_one(tell: Tell) -> None:
    assert candles_of(tell(frames.candles(frames.candle(4), sent="09:30", kind="snapshot"))) == [
        (9, False, 0, "45284.1")
    ]


@rule("K.12")
def test_a_candle_is_final_when_a_later_one_comes_and_those_without_trades_are_made(tell: Tell) -> None:
    tell(frames.candles(frames.candle(4), sent="04:30"))
    assert candles_of(tell(frames.candles(frames.candle(6, close="45300.0"), sent="06:10"))) == [
        (4, True, 1, "45284.1"),
        (5, True, 0, "45284.1"),
        (6, False, 1, "45300.0"),
    ]


@rule("K.12")
def test_a_candle_is_final_two_seconds_after_its_end_by_the_exchanges_clock(tell: Tell) -> None:
    first, last = frames.candle(0), frames.candle(0, close="45290.0", count=2)
    tell(frames.candles(first, sent="00:30"))
    assert not candles_of(tell(frames.candles(last, sent="01:01"))[:-1])
    assert not candles_of(tell(frames.trades(1, second=59.9)))
    assert candles_of(tell(frames.candles(frames.candle(1, symbol="ETH/USD"), sent="01:02")))[0] == (
        0, True, 2, "45290.0",
    )  # fmt: skip
    assert not tell(frames.candles(last, sent="01:03"))


@rule("K.12")
def test_a_wrong_clock_of_the_exchange_closes_nothing_before_ours(tell: Tell) -> None:
    tell(frames.candles(frames.candle(0), sent="00:30"))
    told = tell(frames.candles(frames.candle(0, symbol="ETH/USD"), sent="50:00"), received_at=HOUR + 40_000)
    assert candles_of(told) == [(0, False, 1, "45284.1")]


@rule("K.12")
def test_after_an_interruption_nothing_is_made_up(tell: Tell, interpreter: KrakenInterpreter) -> None:
    tell(frames.candles(frames.candle(4), sent="04:30"))
    interpreter.interrupted(["BTC/USD@ohlc-1"])
    assert not candles_of(tell(frames.candles(frames.candle(9, symbol="ETH/USD"), sent="09:30"))[:-1])
    assert candles_of(tell(frames.candles(frames.candle(9), sent="09:40", kind="snapshot"))) == [
        (9, False, 1, "45284.1")
    ]


@rule("K.12")
def test_after_an_interruption_the_snapshot_tells_what_was_missed(tell: Tell, interpreter: KrakenInterpreter) -> None:
    tell(frames.candles(frames.candle(4), sent="04:30"))
    interpreter.interrupted(["BTC/USD@ohlc-1"])
    rows = [frames.candle(3), frames.candle(4, close="45281.0", count=3), frames.candle(6)]
    assert candles_of(tell(frames.candles(*rows, sent="06:30", kind="snapshot"))) == [
        (4, False, 3, "45281.0"),
        (4, True, 3, "45281.0"),
        (5, True, 0, "45281.0"),
        (6, False, 1, "45284.1"),
    ]


def test_a_time_without_any_candle_is_bounded(tell: Tell) -> None:
    row = frames.candle(0).replace("2026-07-07", "2020-01-01")
    tell(frames.candles(row, sent="00:30"), received_at=0)
    assert len(tell(frames.candles(frames.candle(1), sent="01:30"), received_at=0)) == 1001
