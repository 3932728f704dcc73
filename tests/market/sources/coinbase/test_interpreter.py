"""Coinbase's messages as our events: with all digits, none twice, and candles made of its trades."""

from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest

from streaming import events
from streaming.events import Interval, MarketUpdate, Source, Trade
from streaming.market.sources.answers import CandleSeed, KlineRow, RestTrade
from streaming.market.sources.coinbase.interpreter import CoinbaseInterpreter
from streaming.market.sources.coinbase.session import CoinbaseSession
from streaming.market.sources.source import DuplicateLimits
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.rules import rule
from tests.market.sources.coinbase import coinbase_frames as frames
from tests.market.sources.coinbase.coinbase_frames import MINUTE_MS

CANDLE = Topic(MarketKind.CANDLE, "BTC-USD", Interval.MINUTE_1)
FIVE = Topic(MarketKind.CANDLE, "BTC-USD", Interval.MINUTE_5)

Tell = Callable[..., list[MarketUpdate]]


@pytest.fixture
def interpreter() -> CoinbaseInterpreter:
    """Return what makes events of all that connections say."""
    return CoinbaseInterpreter(Source.COINBASE, limits=DuplicateLimits())


@pytest.fixture
def tell(interpreter: CoinbaseInterpreter) -> Tell:
    """Return what returns the events of a frame."""
    session = CoinbaseSession()

    def told(frame: str, *, received_at: int = MINUTE_MS + 3_600_000) -> list[MarketUpdate]:
        found = [
            addressed
            for received in session.read(frame.encode())
            for addressed in interpreter.events_of(received, received_at=received_at)
        ]
        assert all(topic.symbol == event.symbol for topic, event in found)
        return [event for _, event in found]

    return told


def trade(number: int, second: float, price: str = "63514.6") -> RestTrade:
    """Return a trade of REST."""
    return RestTrade(
        trade_id=number,
        price=Decimal(price),
        quantity=Decimal("0.2"),
        time=MINUTE_MS + round(second * 1000),
        taker_side=events.Side.BUY,
    )


def row(minute: int, *, low: str = "63000", close: str = "63500") -> KlineRow:
    """Return a closed minute of REST."""
    opens = MINUTE_MS + minute * 60_000
    return KlineRow(
        open_time=opens,
        open=Decimal(63_400),
        high=Decimal(63_600),
        low=Decimal(low),
        close=Decimal(close),
        volume=Decimal(2),
        close_time=opens + 59_999,
        quote_volume=Decimal(127_000),
        trades=0,
    )


def seed_of(*trades: RestTrade, second: float, rows: Sequence[KlineRow] = ()) -> CandleSeed:
    """Return what REST told at a second, with closed minutes before that."""
    until = MINUTE_MS + int(second // 60) * 60_000
    return CandleSeed(as_of=MINUTE_MS + round(second * 1000), until=until, rows=tuple(rows), trades=trades)


def seeded(interpreter: CoinbaseInterpreter, seed: CandleSeed, topic: Topic = CANDLE) -> list[MarketUpdate]:
    """Seed a candle; return what is told."""
    return [event for _, event in interpreter.seed(topic, seed)]


def candles_of(told: Sequence[MarketUpdate]) -> list[tuple[int, bool, str, str]]:
    """Return minute, whether it is final, volume and close of each candle."""
    return [
        ((one.open_time - MINUTE_MS) // 60_000, one.is_final, str(one.volume), str(one.close))
        for one in told
        if isinstance(one, events.Candle)
    ]


@rule("C.14")
def test_a_ticker_is_a_price_and_a_ticker_without_previous_close_and_quote_volume(tell: Tell) -> None:
    price, ticker = tell(frames.ticker(1.5))
    assert isinstance(price, events.Price)
    assert isinstance(ticker, events.Ticker)
    assert (price.source, price.symbol, price.time) == (Source.COINBASE, "BTC-USD", MINUTE_MS + 1500)
    assert (str(ticker.open), str(ticker.change), str(ticker.change_percent)) == ("63000", "514.6", "0.817")
    assert (str(ticker.volume), str(ticker.bid), ticker.previous_close) == ("1234.50000000", "63514.59", None)
    assert ticker.quote_volume is None


@rule("C.4", "C.5")
def test_a_trade_has_the_takers_side_and_the_last_one_before_is_not_told(tell: Tell) -> None:
    assert not tell(frames.match(6, kind="last_match"))
    (told,) = tell(frames.match(7, 1.0))
    assert isinstance(told, events.Trades)
    assert told.trades == (
        Trade(
            trade_id=7,
            price=Decimal("63514.6"),
            quantity=Decimal("0.2"),
            side=events.Side.BUY,
            time=MINUTE_MS + 1000,
        ),
    )


@rule("C.14")
def test_states_are_told_once_and_never_older_ones(tell: Tell, interpreter: CoinbaseInterpreter) -> None:
    assert len(tell(frames.ticker(2))) == 2
    assert not tell(frames.ticker(2))
    assert not tell(frames.ticker(1, price="63514.7"))
    assert len(tell(frames.snapshot(2))) == 1
    assert not tell(frames.snapshot(1))
    assert interpreter.doubles == 3
    interpreter.interrupted(["BTC-USD@ticker"])
    assert len(tell(frames.ticker(1))) == 2
    interpreter.keep([])
    assert len(tell(frames.ticker(1))) == 2


@rule("C.15")
def test_no_candle_is_told_of_trades_alone_and_each_asks_for_its_seed(
    tell: Tell, interpreter: CoinbaseInterpreter
) -> None:
    assert not candles_of(tell(frames.match(7, 30)))
    assert interpreter.unseeded([CANDLE, FIVE]) == [CANDLE, FIVE]


@rule("C.15")
def test_a_seed_and_the_trades_since_make_the_running_candle_and_no_trade_counts_twice(
    tell: Tell, interpreter: CoinbaseInterpreter
) -> None:
    for number in (7, 8, 9):
        tell(frames.match(number, 30 + number))
    told = seeded(interpreter, seed_of(trade(5, -3), trade(6, 10, "63600"), trade(7, 37), trade(8, 38), second=40))
    assert candles_of(told) == [(0, False, "0.8", "63514.6")]
    assert isinstance(told[0], events.Candle)
    assert (str(told[0].open), str(told[0].high), told[0].trades) == ("63600", "63600", 4)
    assert str(told[0].quote_volume) == "50828.76000000"
    assert not interpreter.unseeded([CANDLE])
    assert candles_of(tell(frames.match(10, 41))) == [(0, False, "1.0", "63514.6")]
    assert not candles_of(tell(frames.match(10, 41)))


@rule("C.15")
def test_trades_that_the_seed_has_and_the_stream_has_not_yet_do_not_count_twice(
    tell: Tell, interpreter: CoinbaseInterpreter
) -> None:
    tell(frames.match(7, 30))
    seeded(interpreter, seed_of(trade(6, -1), trade(7, 30), trade(8, 31), trade(9, 32), second=40))
    assert not candles_of([*tell(frames.match(8, 31)), *tell(frames.match(9, 32))])
    assert candles_of(tell(frames.match(10, 33))) == [(0, False, "0.8", "63514.6")]


@rule("C.15")
def test_a_longer_candle_begins_with_closed_shorter_ones(interpreter: CoinbaseInterpreter) -> None:
    rows = [row(0, low="62000"), row(1, close="63450")]
    (told,) = seeded(interpreter, seed_of(trade(5, 119, "63450"), trade(6, 125), second=130, rows=rows), FIVE)
    assert isinstance(told, events.Candle)
    assert [str(value) for value in (told.open, told.high, told.low, told.close, told.volume)] == [
        "63400", "63600", "62000", "63514.6", "4.2",
    ]  # fmt: skip


@rule("C.15")
def test_a_candle_that_ends_while_it_is_asked_for_is_told_as_final(interpreter: CoinbaseInterpreter) -> None:
    told = seeded(interpreter, seed_of(trade(6, -1), trade(7, 30), trade(8, 61, "63600"), second=59))
    assert candles_of(told) == [(0, True, "0.2", "63514.6"), (1, False, "0.2", "63600")]


@rule("C.15")
def test_a_seed_that_does_not_reach_the_trades_heard_is_none(tell: Tell, interpreter: CoinbaseInterpreter) -> None:
    tell(frames.match(9, 30))
    assert not seeded(interpreter, seed_of(trade(6, -1), trade(7, 29), second=40))
    assert not seeded(interpreter, seed_of(second=40))
    assert interpreter.unseeded([CANDLE]) == [CANDLE]


@rule("C.15")
def test_where_a_trade_is_missing_no_candle_is_whole(tell: Tell, interpreter: CoinbaseInterpreter) -> None:
    seeded(interpreter, seed_of(trade(6, -1), second=10))
    assert candles_of(tell(frames.match(7, 20)))
    assert not candles_of(tell(frames.match(9, 30)))
    assert interpreter.unseeded([CANDLE]) == [CANDLE]
    seeded(interpreter, seed_of(trade(6, -1), trade(7, 20), trade(8, 25), trade(9, 30), second=40))
    assert candles_of(tell(frames.match(10, 45))) == [(0, False, "0.8", "63514.6")]


@rule("C.15")
def test_after_an_interruption_a_candle_needs_a_seed_again(interpreter: CoinbaseInterpreter) -> None:
    seeded(interpreter, seed_of(trade(6, -1), second=10))
    interpreter.interrupted(["BTC-USD@ticker"])
    assert not interpreter.unseeded([CANDLE])
    interpreter.interrupted(["BTC-USD@matches"])
    assert interpreter.unseeded([CANDLE]) == [CANDLE]


@rule("C.16")
def test_a_candle_is_final_when_a_trade_of_a_later_one_comes_and_those_without_trades_are_made(
    tell: Tell, interpreter: CoinbaseInterpreter
) -> None:
    seeded(interpreter, seed_of(trade(6, -1), trade(7, 10), second=20))
    assert candles_of(tell(frames.match(8, 130, price="63600"))) == [
        (0, True, "0.2", "63514.6"),
        (1, True, "0", "63514.6"),
        (2, False, "0.2", "63600"),
    ]


@rule("C.16")
def test_a_candle_is_final_at_a_heartbeat_two_seconds_after_its_end_that_names_no_later_trade(
    tell: Tell, interpreter: CoinbaseInterpreter
) -> None:
    seeded(interpreter, seed_of(trade(6, -1), trade(7, 10), second=20))
    assert not tell(frames.heartbeat(7, 61))
    assert not tell(frames.heartbeat(8, 62))
    assert not tell(frames.heartbeat(7, 62, product="ETH-USD"))
    assert candles_of(tell(frames.heartbeat(7, 63))) == [(0, True, "0.2", "63514.6")]
    assert candles_of(tell(frames.heartbeat(7, 122))) == [(1, True, "0", "63514.6")]
    assert candles_of(tell(frames.match(8, 121, price="63600"))) == [(2, False, "0.2", "63600")]


@rule("C.16")
def test_a_wrong_clock_of_the_exchange_closes_nothing_before_ours(tell: Tell, interpreter: CoinbaseInterpreter) -> None:
    seeded(interpreter, seed_of(trade(6, -1), trade(7, 10), second=20))
    assert not tell(frames.heartbeat(7, 3000), received_at=MINUTE_MS + 40_000)


def test_a_time_without_any_trade_is_bounded(tell: Tell, interpreter: CoinbaseInterpreter) -> None:
    old = MINUTE_MS - 3_000 * 60_000
    seed = CandleSeed(as_of=old, until=old, rows=(), trades=(trade(6, -3_000 * 60 - 1),))
    seeded(interpreter, seed)
    assert len(candles_of(tell(frames.match(7, 30)))) == 1000
    assert interpreter.unseeded([CANDLE]) == [CANDLE]
