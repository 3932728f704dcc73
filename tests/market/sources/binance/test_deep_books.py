"""The deep books of an interpreter: whose changes are kept, and what is told of them."""

from decimal import Decimal

from streaming.clock import SystemClock
from streaming.events import Depth, Level, Source
from streaming.market.sources.answers import BookSnapshot
from streaming.market.sources.binance.interpreter import BinanceInterpreter
from streaming.market.sources.binance.messages import DepthUpdateMessage
from streaming.market.sources.messages import Received
from streaming.market.sources.source import DuplicateLimits
from streaming.topics.topic import DEEP_LEVELS, MarketKind, Topic
from tests.exchange_rules.rules import rule

RECEIVED_AT = 1_700_000_000_123
STREAM = "btcusdt@depth@100ms"
DEEP = Topic(MarketKind.DEPTH, "BTCUSDT", levels=DEEP_LEVELS)
OTHER = Topic(MarketKind.DEPTH, "ETHUSDT", levels=DEEP_LEVELS)


def level(price: int, quantity: int = 1) -> Level:
    """Return a level."""
    return Level(Decimal(price), Decimal(quantity))


def changes(number: int, *bids: Level, symbol: str = "BTCUSDT") -> Received:
    """Return the differences of one id."""
    message = DepthUpdateMessage(symbol=symbol, event_time=number, first_id=number, last_id=number, bids=bids, asks=())
    return Received(stream=f"{symbol.lower()}@depth@100ms", message=message)


def interpreter(*streams: str) -> BinanceInterpreter:
    """Return one that keeps these streams."""
    made = BinanceInterpreter(Source.BINANCE, overview_symbols=(), limits=DuplicateLimits(), clock=SystemClock())
    made.keep(streams)
    return made


def told(made: BinanceInterpreter, received: Received) -> list[Depth]:
    """Return what is told of a message."""
    return [event for _, event in made.events_of(received, received_at=RECEIVED_AT) if isinstance(event, Depth)]


@rule("1.4.10", "1.5.1")
def test_it_tells_the_best_hundred_levels_after_the_snapshot_and_after_each_change() -> None:
    made = interpreter(STREAM)
    assert told(made, changes(1)) == []
    assert list(made.unseeded_books([DEEP, OTHER])) == [DEEP]
    bids = tuple(level(1_000 - place) for place in range(150))
    ((topic, event),) = made.seed_book(DEEP, BookSnapshot(update_id=1, bids=bids, asks=(level(1_001),)))
    assert isinstance(event, Depth)
    assert (topic, event.levels, len(event.bids), event.asks) == (DEEP, DEEP_LEVELS, 100, (level(1_001),))
    assert made.unseeded_books([DEEP]) == {}
    (changed,) = told(made, changes(2, level(1_000, 9)))
    assert (changed.bids[0], changed.time, changed.source) == (level(1_000, 9), RECEIVED_AT, Source.BINANCE)


def test_changes_that_nobody_wants_any_more_are_not_kept() -> None:
    made = interpreter()
    assert told(made, changes(1)) == []
    assert made.unseeded_books([DEEP]) == {}
    assert list(made.seed_book(DEEP, BookSnapshot(update_id=1, bids=(), asks=()))) == []
    seeded = interpreter(STREAM, "ethusdt@depth10@100ms")
    told(seeded, changes(1))
    assert list(seeded.seed_book(DEEP, BookSnapshot(update_id=1, bids=(level(1),), asks=())))
    seeded.keep([])
    seeded.keep([STREAM])
    assert told(seeded, changes(2)) == []


def test_an_interruption_begins_the_books_of_its_streams_anew_and_no_others() -> None:
    made = interpreter(STREAM, "ethusdt@depth@100ms")
    for topic, symbol in ((DEEP, "BTCUSDT"), (OTHER, "ETHUSDT")):
        told(made, changes(1, symbol=symbol))
        assert list(made.seed_book(topic, BookSnapshot(update_id=1, bids=(level(1),), asks=())))
    made.interrupted([STREAM])
    assert told(made, changes(2)) == []
    assert len(told(made, changes(2, symbol="ETHUSDT"))) == 1
    assert made.unseeded_books([DEEP, OTHER]) == {DEEP: "there was none yet"}
